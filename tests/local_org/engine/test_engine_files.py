"""Files: what a ContentVersion brings along, and how many bytes there are."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import pytest
from sfgen_local_org import demo
from sfgen_local_org.errors import OrgError
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce
from small_org import READ_ONLY, child, describes, field, lookup, picklist, sobject

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT = b"%PDF-1.7 \x00\xff"
BODY = base64.b64encode(CONTENT).decode()


def files() -> list[dict[str, Any]]:
    """Describes of the three objects, as far as they matter: which fields are required is as in a real org."""
    document = lookup("ContentDocumentId", ["ContentDocument"], "ContentDocument", nillable=False)
    version = (
        document,
        field("IsLatest", "boolean", **READ_ONLY),
        field("VersionNumber", "string", **READ_ONLY),
        field("Title", "string", nillable=False, nameField=True, length=255),
        field("PathOnClient", "string", length=500),
        field("VersionData", "base64"),
        field("ContentSize", "int", **READ_ONLY),
        field("FileType", "string", **READ_ONLY),
        field("FileExtension", "string", **READ_ONLY),
        field("Checksum", "string", **READ_ONLY),
        lookup("FirstPublishLocationId", ["Account"], "FirstPublishLocation"),
    )
    return [
        sobject("ContentVersion", "068", *version),
        sobject(
            "ContentDocument",
            "069",
            field("Title", "string", nillable=False, nameField=True),
            field("ContentSize", "int", **READ_ONLY),
            field("FileType", "string", **READ_ONLY),
            lookup("LatestPublishedVersionId", ["ContentVersion"], "LatestPublishedVersion"),
            createable=False,
            childRelationships=[
                child("ContentVersions", "ContentVersion", "ContentDocumentId", cascadeDelete=True),
                child("ContentDocumentLinks", "ContentDocumentLink", "ContentDocumentId", cascadeDelete=True),
            ],
        ),
        sobject(
            "ContentDocumentLink",
            "06A",
            lookup("LinkedEntityId", ["Account", "User"], "LinkedEntity", nillable=False),
            document,
            picklist("ShareType", "V C I"),
            picklist("Visibility", "*AllUsers InternalUsers"),
        ),
    ]


@pytest.fixture
def org() -> Iterator[Org]:
    org = Org([*describes(), *files()])
    yield org
    org.close()


def test_a_first_version_makes_its_document(org: Org) -> None:
    version = org.retrieve(
        "ContentVersion", org.create("ContentVersion", {"PathOnClient": "a/b.c.pdf", "VersionData": BODY})
    )
    assert {key: version[key] for key in ("Title", "FileType", "FileExtension", "ContentSize", "VersionNumber")} == {
        "Title": "b.c",
        "FileType": "PDF",
        "FileExtension": "pdf",
        "ContentSize": len(CONTENT),
        "VersionNumber": "1",
    }
    assert version["IsLatest"]
    document = org.retrieve("ContentDocument", version["ContentDocumentId"])
    assert (document["Title"], document["ContentSize"], document["FileType"]) == ("b.c", len(CONTENT), "PDF")
    assert document["LatestPublishedVersionId"] == version["Id"]
    assert org.blob("ContentVersion", version["Id"], "VersionData") == CONTENT


def test_a_later_version_takes_the_place_of_the_one_before(org: Org) -> None:
    first = org.create("ContentVersion", {"Title": "Offer", "PathOnClient": "offer.txt", "VersionData": BODY})
    document = org.retrieve("ContentVersion", first, ["ContentDocumentId"])["ContentDocumentId"]
    later = {"Title": "Better", "PathOnClient": "b", "VersionData": "", "ContentDocumentId": document}
    second = org.create("ContentVersion", later)
    rows = org.query("SELECT Id, IsLatest, VersionNumber, FileType FROM ContentVersion ORDER BY VersionNumber")[
        "records"
    ]
    assert [(row["Id"], row["IsLatest"], row["VersionNumber"], row["FileType"]) for row in rows] == [
        (first, False, "1", "TEXT"),
        (second, True, "2", "UNKNOWN"),
    ]
    found = org.retrieve("ContentDocument", document, ["Title", "LatestPublishedVersionId"])
    assert (found["Title"], found["LatestPublishedVersionId"]) == ("Better", second)
    assert org.query("SELECT COUNT() FROM ContentDocumentLink")["totalSize"] == 1


def test_a_file_is_linked_to_its_owner_and_to_where_it_was_published(org: Org) -> None:
    account = org.create("Account", {"Name": "a"})
    org.create("ContentVersion", {"PathOnClient": "a.txt", "VersionData": BODY, "FirstPublishLocationId": account})
    links = org.query("SELECT LinkedEntityId, ShareType, Visibility FROM ContentDocumentLink")["records"]
    assert {(link["LinkedEntityId"], link["ShareType"], link["Visibility"]) for link in links} == {
        (org.user_id, "I", "AllUsers"),
        (account, "V", "AllUsers"),
    }


def test_what_is_refused_leaves_nothing_behind(org: Org) -> None:
    for record, fields in (
        ({"VersionData": BODY}, ["PathOnClient"]),
        ({"Description": "no file"}, None),
        ({}, ["ContentDocumentId", "Title"]),
        ({"PathOnClient": "a", "VersionData": BODY, "FirstPublishLocationId": "001000000000001"}, []),
    ):
        with pytest.raises(OrgError) as caught:
            org.create("ContentVersion", record)
        assert fields is None or caught.value.fields == fields
    assert org.query("SELECT COUNT() FROM ContentDocument")["totalSize"] == 0


def test_how_many_bytes_an_attachment_has(org: Org) -> None:
    org = Org(demo.describes().values())
    account = org.create("Account", {"Name": "a"})
    record_id = org.create("Attachment", {"Name": "a", "ParentId": account, "Body": BODY})
    assert org.retrieve("Attachment", record_id, ["BodyLength"])["BodyLength"] == len(CONTENT)
    org.update("Attachment", record_id, {"Body": base64.b64encode(b"four").decode()})
    assert org.retrieve("Attachment", record_id, ["BodyLength"])["BodyLength"] == 4
    org.close()


def test_uploads_and_downloads_over_http(org: Org) -> None:
    with LocalOrg(org) as server:
        sf = Salesforce(session_id=server.session_id, instance_url=server.url)
        made = sf.ContentVersion.create_blob({"PathOnClient": "a.pdf"}, io.BytesIO(CONTENT), "VersionData")
        assert sf.ContentVersion.get_base64(made.id, "VersionData") == CONTENT
        version = sf.ContentVersion.get(made.id)
        assert (
            version["VersionData"] == f"/services/data/v{sf.sf_version}/sobjects/ContentVersion/{made.id}/VersionData"
        )
        document = version["ContentDocumentId"]
        account = sf.Account.create({"Name": "a"})
        link = {"ContentDocumentId": document, "LinkedEntityId": account.id, "ShareType": "V"}
        assert sf.ContentDocumentLink.create(link).success
        sf.ContentDocument.delete(document)
        assert sf.query("SELECT COUNT() FROM ContentVersion").totalSize == 0
