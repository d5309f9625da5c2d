"""The demo org's standard fields against describe results of real orgs, where those are at hand."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from sfgen_local_org import demo

REAL = Path(__file__).resolve().parents[3] / ".." / "shared" / "real_describes"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real describe results are not beside the checkout")

# What an org's own admins decide, and what depends on what else is installed.
UNEQUAL = {"picklistValues", "referenceTo", "inlineHelpText"}

# Person accounts and packages change standard fields: where the real org has them, it is no authority.
PERSON_ACCOUNTS = {("Account", fact) for fact in ("nillable", "compoundFieldName")}


def real(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REAL / path).read_text("utf-8"))
    return found


OBJECTS = ["Account", "Contact", "Lead", "Opportunity", "Case", "Event", "OpportunityContactRole"]


@pytest.mark.parametrize("name", OBJECTS)
def test_has_every_key_that_the_api_gives(name: str) -> None:
    theirs, ours = real(f"nonprofit/{name}.json"), demo.describes()[name]
    assert set(ours) >= set(theirs)
    assert all(set(field) == set(theirs["fields"][0]) for field in ours["fields"])
    for part in ("childRelationships", "recordTypeInfos", "supportedScopes"):
        if theirs[part] and ours[part]:
            assert {*ours[part][0]} == {*theirs[part][0]}
    ours_first, theirs_first = (
        next(value for field in one["fields"] for value in field["picklistValues"]) for one in (ours, theirs)
    )
    assert {*ours_first} == {*theirs_first}


@pytest.mark.parametrize("name", OBJECTS)
def test_standard_fields_agree_with_a_real_org(name: str) -> None:
    theirs = {field["name"]: field for field in real(f"nonprofit/{name}.json")["fields"]}
    ours = [field for field in demo.describes()[name]["fields"] if not field["custom"] and field["name"] in theirs]
    contradictions = [
        f"{name}.{field['name']}: {fact} is {field[fact]!r}, in the real org {theirs[field['name']][fact]!r}"
        for field in ours
        for fact in field.keys() - UNEQUAL
        if field[fact] != theirs[field["name"]][fact]
        and not ((name, fact) in PERSON_ACCOUNTS and field["name"] == "Name")
    ]
    assert not contradictions, "\n".join(contradictions)
    assert len(ours) > 10


@pytest.mark.parametrize("name", OBJECTS)
def test_capabilities_agree_with_a_real_org(name: str) -> None:
    theirs, ours = real(f"nonprofit/{name}.json"), demo.describes()[name]
    facts = [fact for fact, value in theirs.items() if not isinstance(value, list | dict)]
    assert {fact: ours[fact] for fact in facts} == {fact: theirs[fact] for fact in facts}


@pytest.mark.parametrize("name", OBJECTS)
def test_no_standard_field_is_invented(name: str) -> None:
    theirs = {field["name"] for field in real(f"nonprofit/{name}.json")["fields"]}
    ours = {field["name"] for field in demo.describes()[name]["fields"] if not field["custom"]}
    # Fields that depend on what an org has switched on.
    optional = {
        "AccountSource",
        "DoNotCall",
        "HasOptedOutOfEmail",
        "HasOptedOutOfFax",
        "OperatingHoursId",
        "RecordTypeId",
    }
    optional |= {"CleanStatus", "CompanyDunsNumber", "DandbCompanyId", "DunsNumber", "IndividualId"}
    assert ours - optional <= theirs


@pytest.mark.parametrize("name", ["Account", "Contact", "Opportunity", "Case"])
def test_child_relationships_agree_with_a_real_org(name: str) -> None:
    def key(child: dict[str, Any]) -> tuple[str, str]:
        return child["childSObject"], child["field"]

    theirs = {key(child): child for child in real(f"nonprofit/{name}.json")["childRelationships"]}
    shared = [child for child in demo.describes()[name]["childRelationships"] if key(child) in theirs]
    assert shared == [theirs[key(child)] for child in shared]
    assert shared


def test_the_other_standard_objects_agree_with_another_real_org() -> None:
    """That org's describes have few keys, but all objects."""
    facts = ["type", "nillable", "filterable", "sortable", "groupable", "aggregatable", "extraTypeInfo", "label"]
    facts += ["relationshipName"]
    compared = 0
    contradictions: list[tuple[str, ...]] = []
    with tarfile.open(REAL / "whole_org_712.tar.gz") as archive:
        names = set(archive.getnames())
        for name, described in demo.describes().items():
            path = next((one for one in names if one.endswith(f"standardObjects/{name}.json")), None)
            if name in OBJECTS or path is None:
                continue
            member = archive.extractfile(path)
            assert member is not None
            theirs = {field["name"]: field for field in json.load(member)["fields"]}
            for field in described["fields"]:
                if field["custom"]:
                    continue
                assert field["name"] in theirs, f"{name}.{field['name']} is in no real org"
                compared += 1
                contradictions += [
                    (name, field["name"], fact, field[fact], theirs[field["name"]][fact])
                    for fact in facts
                    if field[fact] != theirs[field["name"]][fact]
                ]
    assert not contradictions, "\n".join(map(str, contradictions))
    assert compared > 300


def test_what_every_custom_object_has_agrees_with_a_real_one() -> None:
    theirs = real("care_home_v65/Property__c.json")
    ours = demo.describes()["Site__c"]
    known = {field["name"]: field for field in theirs["fields"] if not field["custom"]}
    shared = [field for field in ours["fields"] if field["name"] in known]
    assert len(shared) > 10
    for field in shared:
        for fact in field.keys() - UNEQUAL - {"label"}:
            assert field[fact] == known[field["name"]][fact], (field["name"], fact)
    assert [scope["name"] for scope in ours["supportedScopes"]] == [one["name"] for one in theirs["supportedScopes"]]
    assert {*ours["urls"]} >= {*theirs["urls"]}
