"""Page layouts that are made from describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sfgen_local_org.demo import describes
from simple_salesforce import Salesforce, SalesforceResourceNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_org_client import Client

MASTER = "012000000000000AAA"
PARTNER = next(
    info["recordTypeId"] for info in describes()["Account"]["recordTypeInfos"] if info["developerName"] == "Partner"
)


def components(sections: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for section in sections:
        for row in section["layoutRows"]:
            for item in row["layoutItems"]:
                yield from item["layoutComponents"]


def fields(sections: list[dict[str, Any]]) -> list[str]:
    return [component["value"] for component in components(sections) if component["type"] == "Field"]


def test_an_object_without_record_types_answers_its_layout(shared_client: Client) -> None:
    answer = shared_client.get("sobjects/Contact/describe/layouts/").json()
    (page,) = answer["layouts"]
    headings = [section["heading"] for section in page["detailLayoutSections"]]
    assert headings == [
        "Contact Information",
        "Address Information",
        "Description Information",
        "System Information",
    ]
    assert [section["heading"] for section in page["editLayoutSections"]] == headings[:-1]
    shown = fields(page["detailLayoutSections"])
    assert {"AccountId", "Email", "Level__c", "MailingAddress", "Name", "Description", "CreatedById"} <= set(shown)
    assert not {"Id", "IsDeleted", "SystemModstamp", "MailingCity", "LastName"} & set(shown)
    assert len(shown) == len(set(shown))
    (mapping,) = answer["recordTypeMappings"]
    assert (mapping["layoutId"], mapping["recordTypeId"], mapping["master"]) == (page["id"], MASTER, True)
    assert answer["recordTypeSelectorRequired"] == [False]


def test_every_row_has_its_columns_and_every_item_says_what_may_be_done(shared_client: Client) -> None:
    (page,) = shared_client.get("sobjects/Contact/describe/layouts").json()["layouts"]
    for section in page["detailLayoutSections"]:
        assert section["rows"] == len(section["layoutRows"])
        assert {row["numItems"] for row in section["layoutRows"]} == {section["columns"]}
        assert section["parentLayoutId"] == page["id"]
    items = {
        item["layoutComponents"][0]["value"]: item
        for section in page["detailLayoutSections"]
        for row in section["layoutRows"]
        for item in row["layoutItems"]
        if not item["placeholder"]
    }
    name = items["Name"]
    assert (name["required"], name["editableForNew"]) == (True, True)
    assert [part["value"] for part in name["layoutComponents"][0]["components"]] == [
        "LastName",
        "FirstName",
        "Salutation",
    ]
    created = items["CreatedById"]
    assert (created["editableForNew"], created["editableForUpdate"]) == (False, False)
    assert [part["value"] for part in created["layoutComponents"]] == ["CreatedById", ", ", "CreatedDate"]
    described = shared_client.get("sobjects/Contact/describe").json()["fields"]
    email = next(field for field in described if field["name"] == "Email")
    assert items["Email"]["layoutComponents"][0]["details"] == email
    assert items["AccountId"]["label"] == "Account"
    assert "Cases" in [related["name"] for related in page["relatedLists"]]


def test_record_types_have_a_layout_each(shared_client: Client) -> None:
    answer = shared_client.get("sobjects/account/describe/layouts").json()
    assert answer["layouts"] is None
    assert answer["recordTypeSelectorRequired"] == [True]
    partner = next(each for each in answer["recordTypeMappings"] if each["developerName"] == "Partner")
    assert partner["urls"] == {"layout": f"/services/data/v62.0/sobjects/Account/describe/layouts/{PARTNER}"}
    kinds = next(each for each in partner["picklistsForRecordType"] if each["picklistName"] == "Type")
    assert all(value["active"] for value in kinds["picklistValues"])
    page = shared_client.get(partner["urls"]["layout"]).json()
    assert page["id"] == partner["layoutId"]
    assert "Industry" in fields(page["editLayoutSections"])
    for other in (PARTNER[:15], MASTER):
        assert shared_client.get(f"sobjects/Account/describe/layouts/{other}").json() == page


@pytest.mark.parametrize(
    "path",
    [
        "Nope/describe/layouts",
        "Profile/describe/layouts",
        f"Contact/describe/layouts/{PARTNER}",
        "Contact/describe/layouts/nonsense",
        f"Nope/describe/layouts/{MASTER}",
        "Account/describe/namedLayouts/Nope",
        "Account/describe/compactLayouts/nope",
        "Profile/describe/compactLayouts",
        "Nope/describe/approvalLayouts",
        "Account/describe/approvalLayouts/Nope",
    ],
)
def test_what_is_not_there(shared_client: Client, path: str) -> None:
    response = shared_client.get(f"sobjects/{path}")
    assert response.status_code == 404
    assert response.json() == [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}]


def test_compact_and_approval_layouts(shared_client: Client) -> None:
    answer = shared_client.get("sobjects/Account/describe/compactLayouts").json()
    (compact,) = answer["compactLayouts"]
    assert (compact["name"], compact["objectType"]) == ("SYSTEM", "Account")
    assert [item["layoutComponents"][0]["value"] for item in compact["fieldItems"]] == ["Name"]
    assert {each["recordTypeName"] for each in answer["recordTypeCompactLayoutMappings"]} == {
        "Customer",
        "Partner",
        "Master",
    }
    assert shared_client.get(answer["urls"]["primary"]).json() == compact
    one = answer["recordTypeCompactLayoutMappings"][0]["urls"]["compactLayout"]
    assert shared_client.get(one).json() == compact
    assert shared_client.get("sobjects/Account/describe/approvalLayouts").json() == {"approvalLayouts": []}


def test_every_object_of_the_demo_org_has_a_layout_or_none(shared_client: Client) -> None:
    for name, described in describes().items():
        response = shared_client.get(f"sobjects/{name}/describe/layouts/{MASTER}")
        assert response.status_code == (200 if described["layoutable"] else 404)


def test_simple_salesforce_describes_layouts(shared_client: Client) -> None:
    sf = Salesforce(session_id=shared_client.server.session_id, instance="x", version="62.0")
    sf.base_url = f"{shared_client.server.url}/services/data/v62.0/"
    contact, account = sf.Contact, sf.Account
    for each in (contact, account):
        each.base_url = each.base_url.replace("https://x", shared_client.server.url)
    assert contact.describe_layout(MASTER)["editLayoutSections"][0]["heading"] == "Contact Information"
    assert account.describe_layout(PARTNER)["id"].startswith("00h")
    with pytest.raises(SalesforceResourceNotFound):
        contact.describe_layout(PARTNER)
