"""The demo org's describes: complete, consistent, and with one of everything."""

import base64
import subprocess
import sys
import textwrap
from typing import Any

import pytest
from sfgen.describe import read_object
from sfgen_local_org import demo
from sfgen_local_org.demo.notation import NotationError, Shared, read_shared
from sfgen_local_org.demo.notation import read_object as read_source
from sfgen_local_org.demo.objects import describe_objects

DESCRIBES = demo.describes()
FIELDS = [(name, field) for name, one in DESCRIBES.items() for field in one["fields"]]


def field(path: str) -> dict[str, Any]:
    name, _, wanted = path.partition(".")
    found: dict[str, Any] = next(one for one in DESCRIBES[name]["fields"] if one["name"] == wanted)
    return found


def test_sfgen_reads_every_object_without_a_problem() -> None:
    for name, described in DESCRIBES.items():
        value, problems = read_object(described)
        assert not problems
        assert value.name == name
        assert len(value.fields) == len(described["fields"])


def test_has_every_field_type() -> None:
    types = {one["type"] for _, one in FIELDS}
    assert types == {
        *("id", "string", "textarea", "boolean", "int", "long", "double", "currency", "percent", "date", "datetime"),
        *("time", "email", "phone", "url", "picklist", "multipicklist", "combobox", "reference", "address"),
        *("location", "base64", "encryptedstring", "anyType", "complexvalue", "json"),
    }


def test_names_are_unique_and_parts_have_a_whole() -> None:
    for described in DESCRIBES.values():
        names = [one["name"] for one in described["fields"]]
        assert len({name.lower() for name in names}) == len(names)
        wholes = {one["compoundFieldName"] for one in described["fields"]} - {None}
        assert wholes <= set(names)
    assert len({one["keyPrefix"] for one in DESCRIBES.values()}) == len(DESCRIBES)


def test_every_lookup_is_a_child_relationship_of_its_targets() -> None:
    lookups = {(target, name, one["name"]) for name, one in FIELDS for target in one["referenceTo"]}
    children = {
        (name, child["childSObject"], child["field"])
        for name, described in DESCRIBES.items()
        for child in described["childRelationships"]
    }
    assert children == {lookup for lookup in lookups if lookup[0] in DESCRIBES}


def test_relationship_names_are_unique_in_each_object() -> None:
    for name, described in DESCRIBES.items():
        children = [one["relationshipName"] for one in described["childRelationships"] if one["relationshipName"]]
        parents = [one["relationshipName"] for one in described["fields"] if one["relationshipName"]]
        assert len(children) == len(set(children)), name
        assert len(parents) == len(set(parents)), name


def test_key_facts() -> None:
    assert field("Account.ERP_Id__c")["externalId"]
    assert field("Account.ERP_Id__c")["unique"]
    assert field("Contact.LastName")["length"] == 80
    assert not field("Contact.Description")["filterable"]
    assert field("Installation__c.Feed_In_Tariff__c")["scale"] == 4
    assert field("Installation__c.Label__c")["calculatedFormula"] == 'Site__r.Name & " / " & Name'
    assert field("Installation__c.Name")["autoNumber"]
    assert field("Installation__c.Site__c")["cascadeDelete"]
    assert field("Site__c.Total_Power__c")["calculated"]
    assert field("Site__c.Safety_Briefing__c")["htmlFormatted"]
    assert field("Site__c.Gate_Code__c")["maskType"] == "all"
    assert field("Site__c.Location__Latitude__s")["compoundFieldName"] == "Location__c"
    assert field("Task.WhatId")["polymorphicForeignKey"]
    assert field("Site__c.Parent_Site__c")["referenceTo"] == ["Site__c"]
    assert "Retired" not in [one["value"] for one in field("Account.Type")["picklistValues"]]
    assert [one["value"] for one in field("Site__c.Status__c")["picklistValues"] if not one["active"]] == ["Mothballed"]
    assert {one["developerName"] for one in DESCRIBES["Account"]["recordTypeInfos"]} == {
        "Customer",
        "Partner",
        "Master",
    }


def test_dependent_picklists_say_what_each_controlling_value_allows() -> None:
    def allowed(path: str, index: int) -> list[str]:
        values = field(path)["picklistValues"]
        return [one["value"] for one in values if base64.b64decode(one["validFor"])[0] & (0x80 >> index)]

    assert allowed("Site__c.Region__c", 1) == ["North", "South", "Randstad"]
    assert allowed("Installation__c.Component__c", 2) == ["Inverter", "Cell stack", "Controller"]
    # A checkbox controls too: false is its first value, true its second.
    assert allowed("Installation__c.Contract_Type__c", 0) == ["Pay per visit"]
    assert field("Site__c.Region__c")["dependentPicklist"]


def test_callers_may_change_what_they_get() -> None:
    first = demo.describes()
    first["Account"]["fields"].clear()
    first["Account"]["childRelationships"].clear()
    next(one for one in first["Contact"]["fields"] if one["name"] == "Level__c")["picklistValues"].clear()
    assert demo.describes() == DESCRIBES


def test_are_the_same_in_another_process_with_another_hash_seed() -> None:
    code = "import hashlib, json; from sfgen_local_org import demo; "
    code += "print(hashlib.sha256(json.dumps([demo.describes(), list(demo.records())]).encode()).hexdigest())"
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


HEAD = 'sobject X__c a09 "X" "Xs"\n'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Broken__c string", "x.sobject:2: expected: Name type"),
        ("+ nothing", "no group 'nothing'"),
        ('Pick__c picklist values=Nothing "Pick"', "no value set 'Nothing'"),
        ('Text__c string(10) requird "Text"', "Text__c: requird: no such word"),
        ('Text__c string(10) colour=red "Text"', "Text__c: colour: no such word"),
        ('Sub__c picklist controller=Top__c "Sub"\n    | a @ b\nTop__c picklist "Top"\n    | c', "depends on 'b'"),
        ('Sub__c picklist controller=Top__c "Sub"\n    | a @ b', "no controller 'Top__c'"),
        ('Text__c strin(10) "Text"', "Text__c: strin: no such type"),
        ('Text__c string(ten) "Text"', "Text__c: 'ten' is no number"),
    ],
)
def test_a_mistake_in_a_definition_is_named(line: str, message: str) -> None:
    with pytest.raises(NotationError, match=message):
        describe_objects([read_source(HEAD + line, "x.sobject", Shared({}, {}))])


def test_the_example_in_the_docs_is_read_as_it_says() -> None:
    assert demo.__doc__
    example = textwrap.dedent(demo.__doc__.partition("::\n\n")[2].partition("A field is")[0])
    shared = read_shared('group id\nId id "Id"\ngroup audit\nCreatedDate datetime readonly "Created"\n', "shared.txt")
    described = describe_objects([read_source(example, "docs", shared)])["Garage__c"]
    fields = {one["name"]: one for one in described["fields"]}
    assert list(fields) == [
        *("CreatedDate", "Id", "Name", "Account__c", "Status__c", "Closed_For__c", "Full_Name__c", "Opened__c")
    ]
    assert fields["Id"]["label"] == "Garage ID"
    assert fields["Account__c"]["inlineHelpText"] == "Help text: whom the garage belongs to."
    assert fields["Status__c"]["defaultValue"] == "Planned"
    assert [one["active"] for one in fields["Status__c"]["picklistValues"]] == [True, True, False]
    assert [(one["label"], one["validFor"]) for one in fields["Closed_For__c"]["picklistValues"]] == [
        ("Building works", "wAAA"),
        ("Flood", "wAAA"),
        ("Lack of cars", "4AAA"),
    ]
    assert fields["Full_Name__c"]["calculatedFormula"] == 'Account__r.Name & " / " & Name'
    assert fields["Opened__c"]["defaultValueFormula"] == "TODAY()"
    assert described["feedEnabled"]
    assert described["recordTypeInfos"][0]["defaultRecordTypeMapping"]
