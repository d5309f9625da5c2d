"""What objects, modules, fields and relationships are called, and what the configuration may say of it."""

from __future__ import annotations

import keyword
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sfgen.describe import Level, ObjectDescribe, read_object
from sfgen.generate import Options, build_package
from sfgen.names import ObjectNames, resolve_names, snake_case
from sfgen_runtime import SalesforceClient
from sfgen_runtime.model import SObject

many = settings(derandomize=True, database=None, deadline=None, max_examples=200)


def described(name: str, *fields: str, parents: tuple[str, ...] = (), children: tuple[str, ...] = ()) -> ObjectDescribe:
    describe: dict[str, Any] = {
        "name": name,
        "fields": [
            *({"name": field, "type": "string"} for field in fields),
            *(
                {"name": f"{parent}Id", "type": "reference", "relationshipName": parent, "referenceTo": ["User"]}
                for parent in parents
            ),
        ],
        "childRelationships": [
            {"relationshipName": child, "childSObject": "Task", "field": "WhatId"} for child in children
        ],
    }
    return read_object(describe)[0]


def named(*objects: ObjectDescribe, **renames: str) -> dict[str, ObjectNames]:
    names, problems = resolve_names(objects, {key.replace("__dot__", "."): name for key, name in renames.items()})
    assert [problem for problem in problems if problem.level is Level.ERROR] == []
    return names


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("Account", "account"),
        ("OpportunityLineItem", "opportunity_line_item"),
        ("ns__My_Obj__c", "ns__my_obj__c"),
        ("AIInsightValue", "ai_insight_value"),
        ("Product2", "product2"),
        ("Pricebook2History", "pricebook2_history"),
        ("OrgWideEmailAddress", "org_wide_email_address"),
        ("invoice__c", "invoice__c"),
        ("IMAGE__c", "image__c"),
        ("Rate__mdt", "rate__mdt"),
    ],
)
def test_modules_are_the_names_in_snake_case(name: str, module: str) -> None:
    assert snake_case(name) == module
    assert named(described(name))[name].module == module


def test_names_are_the_api_names() -> None:
    names = named(described("Contact", "LastName", "Ext__c", parents=("Account", "Boss__r"), children=("Cases",)))
    contact = names["Contact"]
    assert (contact.module, contact.class_name, contact.client_attribute) == ("contact", "Contact", "Contact")
    assert all(name == attribute for name, attribute in contact.attributes.items())
    assert contact.parents == {"Account": "Account", "Boss__r": "Boss__r"}
    assert contact.children == {"Cases": "Cases"}


@pytest.mark.parametrize(
    "name", ["class", "None", "self", "copy", "json", "model_fields", "from_row", "mro", "classmethod"]
)
def test_a_field_named_like_what_a_model_has_gets_an_underscore(name: str) -> None:
    assert named(described("Account", name))["Account"].attributes == {name: f"{name}_"}


@pytest.mark.parametrize("name", ["str", "int", "print", "Date", "Decimal", "Id", "Account", "match", "type", "fields"])
def test_a_field_keeps_a_name_that_only_looks_taken(name: str) -> None:
    assert named(described("Account", name))["Account"].attributes == {name: name}


@pytest.mark.parametrize("name", ["None", "True", "class", "str", "dict", "TYPE_CHECKING", "annotations"])
def test_a_class_that_python_could_not_have_gets_an_underscore(name: str) -> None:
    assert named(described(name))[name].class_name == f"{name}_"


@pytest.mark.parametrize(
    "name", ["Case", "Order", "Group", "Type", "Any", "Object", "Property", "Salesforce", "SObject"]
)
def test_a_class_keeps_a_name_that_only_looks_taken(name: str) -> None:
    names = named(described(name))[name]
    assert (names.class_name, names.module) == (name, snake_case(name))


def test_the_client_keeps_its_own_attributes() -> None:
    names = named(described("query"), described("Query"), described("headers"))
    assert [names[name].client_attribute for name in ("query", "Query", "headers")] == ["query_", "Query", "headers_"]
    assert hasattr(SalesforceClient, "query")


def test_a_field_goes_before_a_relationship_of_its_name() -> None:
    names = named(described("SocialPost", "Notes", "Parent", parents=("Parent",), children=("Notes", "Parent")))
    post = names["SocialPost"]
    assert (post.attributes["Notes"], post.children["Notes"]) == ("Notes", "Notes_")
    assert (post.attributes["Parent"], post.parents["Parent"], post.children["Parent"]) == (
        *("Parent", "Parent_"),
        "Parent__",
    )


def test_twin_modules_are_told_apart_and_reported() -> None:
    names, problems = resolve_names([described("Foo_Bar"), described("FooBar")], {})
    assert {name: found.module for name, found in names.items()} == {"FooBar": "foo_bar", "Foo_Bar": "foo_bar_"}
    (problem,) = problems
    assert (problem.level, problem.object) == (Level.WARNING, "Foo_Bar")
    assert '`"Foo_Bar" = "..."` under [tool.sfgen.names]' in problem.message


def test_what_is_no_api_name_is_left_out_and_reported() -> None:
    names, problems = resolve_names([described("../etc"), described("Account", "a b", "É__c", "Name")], {})
    assert list(names) == ["Account"]
    assert list(names["Account"].attributes) == ["Name"]
    assert [(problem.level, problem.object, problem.field) for problem in problems] == [
        (Level.ERROR, "'../etc'", ""),
        (Level.ERROR, "Account", "'a b'"),
        (Level.ERROR, "Account", r"'\xc9__c'"),
    ]


def test_the_configuration_renames_objects_and_fields() -> None:
    account = described("Account", "class", "Name")
    names = named(account, Account="Customer", Account__dot__class="klass")["Account"]
    assert (names.class_name, names.module, names.client_attribute) == ("Customer", "customer", "Customer")
    assert names.attributes == {"class": "klass", "Name": "Name"}


def test_two_objects_may_swap_their_names() -> None:
    names = named(described("Account"), described("Customer__c"), Account="Customer__c", Customer__c="Account")
    assert [names[name].class_name for name in ("Account", "Customer__c")] == ["Customer__c", "Account"]


def test_renaming_what_is_both_field_and_child_relationship_sets_them_apart() -> None:
    names = named(described("SocialPost", "Notes", children=("Notes",)), SocialPost__dot__Notes="note_text")
    post = names["SocialPost"]
    assert (post.attributes["Notes"], post.children["Notes"]) == ("note_text", "Notes")


@pytest.mark.parametrize("wanted", ["Contact", "class", "TYPE_CHECKING", "_Account", "Äccount", "a-b"])
def test_a_class_name_that_can_not_be_had_is_an_error(wanted: str) -> None:
    names, problems = resolve_names([described("Account"), described("Contact")], {"Account": wanted})
    assert [names[name].class_name for name in ("Account", "Contact")] == ["Account", "Contact"]
    (problem,) = problems
    assert (problem.level, problem.object) == (Level.ERROR, "Account")
    assert ascii(wanted) in problem.message


@pytest.mark.parametrize("wanted", ["Name", "class", "copy", "_x", "é"])
def test_an_attribute_name_that_can_not_be_had_is_an_error(wanted: str) -> None:
    names, problems = resolve_names([described("Account", "A__c", "Name")], {"Account.A__c": wanted})
    assert names["Account"].attributes == {"A__c": "A__c", "Name": "Name"}
    (problem,) = problems
    assert (problem.level, problem.object, problem.field) == (Level.ERROR, "Account", "A__c")


_words = st.sampled_from(["A", "a", "b_", "b", "class", "class_", "class__", "copy", "self", "Foo", "foo", "FOO", "dt"])
_objects = st.builds(
    lambda name, fields, parents, children: described(name, *fields, parents=parents, children=children),
    _words,
    st.lists(_words, unique=True, max_size=5).map(tuple),
    st.lists(_words, unique=True, max_size=3).map(tuple),
    st.lists(_words, unique=True, max_size=3).map(tuple),
)


@many
@given(st.lists(_objects, max_size=6, unique_by=lambda found: found.name), st.randoms(use_true_random=False))
def test_no_name_is_given_twice_and_order_does_not_matter(objects: list[ObjectDescribe], order: Any) -> None:
    names, problems = resolve_names(objects, {})
    assert names.keys() == {one.name for one in objects}
    for kind in ("module", "class_name", "client_attribute"):
        chosen = [getattr(found, kind) for found in names.values()]
        assert len(set(chosen)) == len(chosen)
        assert not any(map(keyword.iskeyword, chosen))
    assert len({found.module.casefold() for found in names.values()}) == len(names)
    for found in names.values():
        members = [*found.attributes.values(), *found.parents.values(), *found.children.values()]
        assert len(set(members)) == len(members)
        assert not any(keyword.iskeyword(name) or hasattr(SObject, name) for name in members)
    shuffled = objects[:]
    order.shuffle(shuffled)
    assert resolve_names(shuffled, {}) == (names, problems)


@pytest.mark.parametrize(("name", "key"), [("Odd Name", "Code"), ("Parent", "Odd Key")])
def test_what_has_no_name_is_no_key_of_its_children(name: str, key: str) -> None:
    parent = {"name": name, "fields": [{"name": key, "type": "string", "externalId": True}]}
    lookup = {"type": "reference", "referenceTo": [name], "createable": True, "updateable": True}
    child = {"name": "Child", "fields": [{"name": "ParentId", "relationshipName": "Parent", **lookup}]}
    package = build_package([read_object(parent)[0], read_object(child)[0]], Options("package"))
    assert "ParentKey" not in package.files["child.py"]
