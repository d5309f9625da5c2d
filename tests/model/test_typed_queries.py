"""Typed queries: their text, what they read from the local org, and mistakes that are caught while building."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from acme_org import Salesforce
from acme_org.account import Account
from acme_org.case import Case
from acme_org.contact import Contact
from acme_org.opportunity import Opportunity
from acme_org.site__c import Site__c
from acme_org.task import Task
from hypothesis import given, settings
from hypothesis import strategies as st
from sfgen.soql import ast, parse, unparse
from sfgen_local_org.server import LocalOrg
from sfgen_runtime.model import FieldNotSelected, MoreThanOneRecord, Name, NoRecord, literals
from sfgen_runtime.model.conditions import Condition
from sfgen_runtime.model.literals import LAST_N_DAYS, TODAY
from sfgen_runtime.model.typeof import typeof


def where(condition: Condition[Any]) -> str:
    return condition.soql()


@pytest.mark.parametrize(
    ("condition", "soql"),
    [
        (Contact.LastName == "O'Brien", r"LastName = 'O\'Brien'"),
        (Contact.FirstName == None, "FirstName = null"),  # noqa: E711
        (Contact.FirstName != None, "FirstName != null"),  # noqa: E711
        (Contact.Email.is_null(), "Email = null"),
        (Contact.DoNotCall == True, "DoNotCall = true"),  # noqa: E712
        (Contact.LastName.in_(["a", "b"]), "LastName IN ('a', 'b')"),
        (Contact.LastName.not_in({"a"}), "LastName NOT IN ('a')"),
        (Contact.LastName.startswith("50%_\\"), r"LastName LIKE '50\%\_\\%'"),
        (Contact.LastName.like("S%"), "LastName LIKE 'S%'"),
        (Contact.CreatedDate > dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC), "CreatedDate > 2026-01-31T12:00:00.000Z"),
        (Contact.CreatedDate == LAST_N_DAYS(30), "CreatedDate = LAST_N_DAYS:30"),
        (Contact.Birthdate < TODAY, "Birthdate < TODAY"),
        (Contact.Birthdate == dt.date(1990, 1, 31), "Birthdate = 1990-01-31"),
        (Account.AnnualRevenue > Decimal("1.50"), "AnnualRevenue > 1.50"),
        (Account.AnnualRevenue >= 1e21, "AnnualRevenue >= 1000000000000000000000"),
        (Contact.Account.Owner.Name == "x", "Account.Owner.Name = 'x'"),
        (Site__c.Services__c.includes("Cleaning"), "Services__c INCLUDES ('Cleaning')"),
        (
            Site__c.Services__c.excludes("Cleaning", ("Monitoring", "Maintenance")),
            "Services__c EXCLUDES ('Cleaning', 'Monitoring;Maintenance')",
        ),
        (Site__c.Opens_At__c < dt.time(8), "Opens_At__c < 08:00:00.000Z"),
        (
            (Contact.LastName == "a") & (Contact.FirstName == "b") & (Contact.Title == "c"),
            "LastName = 'a' AND FirstName = 'b' AND Title = 'c'",
        ),
        (
            (Contact.LastName == "a") & ((Contact.FirstName == "b") | (Contact.Title == "c")),
            "LastName = 'a' AND (FirstName = 'b' OR Title = 'c')",
        ),
        ((Contact.LastName == "a") & ~(Contact.FirstName == "b"), "LastName = 'a' AND (NOT FirstName = 'b')"),
        (~((Contact.LastName == "a") | (Contact.FirstName == "b")), "(NOT (LastName = 'a' OR FirstName = 'b'))"),
        (Opportunity.CloseDate.calendar_year() == 2026, "CALENDAR_YEAR(CloseDate) = 2026"),
    ],
)
def test_conditions_as_text(condition: Condition[Any], soql: str) -> None:
    assert where(condition) == soql
    assert unparse(parse(f"SELECT Id FROM Contact WHERE {soql}"))


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(TEXT)
def test_any_text_comes_through_a_comparison(text: str) -> None:
    query = parse(f"SELECT Id FROM Contact WHERE {where(Contact.LastName == text)}")
    assert isinstance(query.where, ast.Comparison)
    assert isinstance(query.where.value, ast.StringLiteral)
    assert query.where.value.value == text


@pytest.mark.parametrize("name", ["50% off", "a_b", "back\\slash", "quote's", 'double"quote', "line\nbreak", "%", "_"])
def test_like_helpers_find_the_record_and_no_other(sf: Salesforce, name: str) -> None:
    tail = "tail"
    created = sf.Contact.create(Contact(LastName=name + tail, Department="like"))
    decoy = sf.Contact.create(Contact(LastName="50x offzaxbztail", Department="like"))
    mine = sf.Contact.select(Contact.Id).where(Contact.Department == "like")
    for condition in (
        Contact.LastName.startswith(name),
        Contact.LastName.contains(name),
        Contact.LastName.endswith(name + tail),
    ):
        assert [found.Id for found in mine.where(condition)] == [created.id]
    assert [found.Id for found in mine.where(Contact.LastName == name + tail)] == [created.id]
    sf.Contact.delete(created.id)
    sf.Contact.delete(decoy.id)


def test_the_whole_query_as_text(sf: Salesforce) -> None:
    query = (
        sf.Contact.select(Contact.LastName, Contact.Account.Name)
        .where(Contact.Email.is_not_null())
        .order_by(Contact.LastName, Contact.Account.Name.desc().nulls_last())
        .limit(10)
        .offset(5)
    )
    assert query.soql == (
        "SELECT LastName, Account.Name FROM Contact WHERE Email != null"
        " ORDER BY LastName, Account.Name DESC NULLS LAST LIMIT 10 OFFSET 5"
    )
    assert sf.Case.select(Case.Id).using_scope("mine").with_user_mode().for_view().soql == (
        "SELECT Id FROM Case USING SCOPE mine WITH USER_MODE FOR VIEW"
    )


def test_records_hold_what_was_selected(sf: Salesforce) -> None:
    contact = sf.Contact.select(Contact.LastName, Contact.Account.Name).where(Contact.AccountId.is_not_null()).first()
    assert contact is not None
    assert contact.Account is not None
    assert contact.Account.Name
    with pytest.raises(FieldNotSelected, match="Contact.Email was not selected"):
        contact.Email
    with pytest.raises(FieldNotSelected, match="Account.Phone was not selected"):
        contact.Account.Phone


def test_values_are_tuples_with_none_for_a_missing_parent(sf: Salesforce) -> None:
    alone = sf.Contact.create(Contact(LastName="Alone")).id
    query = sf.Contact.values(Contact.LastName, Contact.Account.Name, Contact.Account.Owner.Name)
    assert query.where(Contact.Id == alone).one() == ("Alone", None, None)


def test_pages_are_fetched_when_they_are_needed(sf: Salesforce, server: LocalOrg) -> None:
    total = sf.Contact.select(Contact.Id).count()
    server.requests.clear()
    pages = sf.Contact.select(Contact.Id).batch_size(300).pages()
    assert len(next(pages)) == 300
    assert len(server.requests) == 1
    assert 300 + sum(len(page) for page in pages) == total
    assert len(server.requests) == -(-total // 300)


def test_children_come_whole_however_they_are_paged(sf: Salesforce) -> None:
    account = sf.Account.create(Account(Name="Many children")).id
    for number in range(210):
        sf.Contact.create(Contact(LastName=f"Child {number:03}", AccountId=account))
    query = sf.Account.select(Account.Name).where(Account.Id == account).batch_size(200)
    found = query.include(Account.Contacts.select(Contact.LastName).order_by(Contact.LastName)).one()
    assert [child.LastName for child in found.Contacts] == [f"Child {number:03}" for number in range(210)]


def test_a_record_without_children_has_an_empty_list(sf: Salesforce) -> None:
    account = sf.Account.create(Account(Name="No children")).id
    query = sf.Account.select(Account.Id).where(Account.Id == account)
    assert query.include(Account.Contacts.select(Contact.Id)).one().Contacts == []


def test_a_polymorphic_parent_is_read_as_what_it_is(sf: Salesforce) -> None:
    account = sf.Account.select(Account.Id, Account.Name).limit(1).one()
    task = sf.Task.create(Task(Subject="Call", WhatId=account.Id)).id
    query = sf.Task.select(Task.Subject, Task.What.Name, Task.What.Type).where(Task.Id == task)
    what = query.one().What
    assert isinstance(what, Account)
    assert what.Name == account.Name
    chosen = typeof(Task.What).when(Account, Account.Phone).else_(Name.Name)
    assert isinstance(sf.Task.select(chosen).where(Task.Id == task).one().What, Account)


def test_a_parent_whose_object_was_not_generated_is_a_name() -> None:
    solution = {"attributes": {"type": "Solution"}, "Name": "Reset it", "Status": "Draft"}
    what = Task.model_validate({"What": solution}).What
    assert isinstance(what, Name)
    assert (what.Name, what.model_dump()) == ("Reset it", {"Name": "Reset it", "Status": "Draft"})
    with pytest.raises(FieldNotSelected, match="its object was not generated, and the query did not select it"):
        what.Email


def test_groups_are_tuples(sf: Salesforce) -> None:
    query = (
        sf.Opportunity.values(Opportunity.StageName, Opportunity.Amount.sum(), Opportunity.Id.count())
        .group_by(Opportunity.StageName)
        .having(Opportunity.Id.count() > 3)
        .order_by(Opportunity.Amount.sum().desc())
    )
    groups = query.all()
    assert groups == sorted(groups, key=lambda group: group[1] or 0, reverse=True)
    stage, amount, count = groups[0]
    amounts = [value for (value,) in sf.Opportunity.values(Opportunity.Amount).where(Opportunity.StageName == stage)]
    assert (sum(value or 0 for value in amounts), len(amounts)) == (amount, count)


def test_columns_of_one_name_get_aliases(sf: Salesforce) -> None:
    query = sf.Opportunity.values(Opportunity.Account.Name, Opportunity.Owner.Name, Opportunity.Id.count())
    query = query.group_by(Opportunity.Account.Name, Opportunity.Owner.Name).limit(1)
    assert "Account.Name Account_Name, Owner.Name Owner_Name, COUNT(Id)" in query.soql
    assert [type(value) for value in query.one()] == [str, str, int]


def test_labels_and_converted_currencies(sf: Salesforce) -> None:
    query = sf.Opportunity.values(
        Opportunity.StageName, Opportunity.StageName.to_label(), Opportunity.Amount.convert_currency()
    ).limit(1)
    assert query.soql == "SELECT StageName, toLabel(StageName), convertCurrency(Amount) FROM Opportunity LIMIT 1"
    labels = sf.Case.values(Case.Status.to_label(), Case.Priority).limit(3).all()
    assert len(labels) == 3
    amount = sf.Opportunity.values(Opportunity.Id, Opportunity.Amount.convert_currency())
    plain = sf.Opportunity.values(Opportunity.Id, Opportunity.Amount)
    assert amount.order_by(Opportunity.Id).all() == plain.order_by(Opportunity.Id).all()
    with pytest.raises(TypeError, match="no picklist"):
        Opportunity.Name.to_label()
    with pytest.raises(TypeError, match="no currency"):
        Opportunity.Probability.convert_currency()


@pytest.mark.parametrize("name", literals.__all__)
def test_the_parser_knows_every_date_literal(name: str) -> None:
    made = getattr(literals, name)
    literal = made if isinstance(made, literals.DateLiteral) else made(3)
    assert unparse(parse(f"SELECT Id FROM Contact WHERE CreatedDate = {literal}")).endswith(str(literal))


def test_semi_and_anti_joins(sf: Salesforce) -> None:
    with_contacts = sf.Contact.values(Contact.AccountId).where(Contact.AccountId.is_not_null())
    has, lacks = (
        sf.Account.select(Account.Id).where(condition).count()
        for condition in (Account.Id.in_(with_contacts), Account.Id.not_in(with_contacts))
    )
    assert has
    assert lacks
    assert has + lacks == sf.Account.select(Account.Id).count()


def test_one_first_and_count(sf: Salesforce) -> None:
    nobody = sf.Contact.select(Contact.Id).where(Contact.LastName == "Nobody at all")
    assert nobody.first() is None
    assert nobody.count() == 0
    with pytest.raises(NoRecord, match="Nobody at all"):
        nobody.one()
    with pytest.raises(MoreThanOneRecord):
        sf.Contact.select(Contact.Id).one()
    assert sf.Contact.select(Contact.Id).limit(1).one()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda sf: sf.Contact.select(), "positional argument"),
        (lambda sf: sf.Contact.select("LastName"), "not a column"),
        (lambda sf: sf.Contact.select(Account.Name), "belongs to Account"),
        (lambda sf: sf.Contact.select(Contact.Account), "not a column"),
        (lambda sf: sf.Contact.select(Contact.Id).where(Account.Name == "x"), "belongs to Account"),
        (lambda sf: sf.Contact.select(Contact.Id).where(Contact.Description == "x"), "can't be filtered"),
        (lambda sf: sf.Contact.select(Contact.Id).where(Case.Account.Name == "x"), "belongs to Case"),
        (lambda sf: sf.Contact.select(Contact.Id).order_by(Contact.Description), "not a sortable"),
        (lambda sf: sf.Contact.select(Contact.Id).where(Contact.LastName.in_("abc")), "not one text"),
        (lambda sf: sf.Contact.select(Contact.Id).where(Contact.Birthdate > None), "null has no order"),
        (lambda sf: sf.Contact.select(Contact.Id).where(Contact.CreatedDate > dt.date(2026, 1, 1)), "a date where"),
        (lambda sf: sf.Opportunity.select(Opportunity.Amount.sum()), "use values"),
        (lambda sf: sf.Opportunity.values(Opportunity.Id).group_by(Opportunity.Description), "can't group by it"),
        (lambda sf: sf.Account.select(Account.Id).include(Account.Contacts.select(Case.Id)), "belongs to Case"),
        (lambda sf: sf.Contact.select(Contact.Id).where(Contact.Id.count() > 3), "compared in having"),
        (lambda sf: sf.Contact.values(Contact.Id).having(Contact.Id.count() > 3).all(), "say with group_by"),
        (
            lambda sf: sf.Contact.values(Contact.LastName, Contact.Title).group_by(Contact.LastName).all(),
            "Title differs within a group",
        ),
        (lambda sf: sf.Contact.values(Contact.LastName, Contact.Id.count()).all(), "LastName differs within a group"),
        (lambda sf: sf.Account.values(Account.Id).include(Account.Contacts.select(Contact.Id)), "have no children"),
        (lambda sf: bool((Contact.LastName == "x") and (Contact.FirstName == "y")), "no truth value"),
        # It means `(... | Contact.Title) == "CEO"`, which is no condition but False.
        (lambda sf: Contact.Email.is_null() | Contact.Title == "CEO", "put each comparison in parentheses"),
    ],
)
def test_mistakes_are_found_while_building(sf: Salesforce, build: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        build(sf)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Contact.LastName.in_([]), "no empty list"),
        (lambda: Contact.CreatedDate > dt.datetime(2026, 1, 31), "has no offset"),
        (lambda: Account.AnnualRevenue > float("nan"), "not finite"),
        (lambda: LAST_N_DAYS(-1), "not negative"),
    ],
)
def test_values_that_soql_lacks(build: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()
