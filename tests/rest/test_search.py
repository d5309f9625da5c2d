"""SOSL: what is searched for stays data, and what is found is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sfgen_runtime import Salesforce, SalesforceGeneralError
from sfgen_runtime.http import Response
from sfgen_runtime.search.find import search_words

if TYPE_CHECKING:
    from acme_org import Salesforce as AcmeOrg


def test_typed_search(acme: AcmeOrg) -> None:
    from acme_org.account import Account
    from acme_org.contact import Contact

    account = acme.Account.create({"Name": "Zephyr Werke", "AnnualRevenue": 1})
    acme.Contact.create({"LastName": "Zephyr", "AccountId": account.id})
    search = (
        acme.find("Zephyr")
        .in_name()
        .limit(10)
        .returning(
            acme.Contact.select(Contact.LastName, Contact.Account.Name).where(Contact.LastName != "x").limit(3),
            acme.Account.values(Account.Name),
        )
    )
    assert search.sosl == (
        "FIND {Zephyr} IN NAME FIELDS RETURNING "
        "Contact(LastName, Account.Name WHERE LastName != 'x' LIMIT 3), Account(Name) LIMIT 10"
    )
    contacts, accounts = search.all()
    assert [(contact.LastName, contact.Account and contact.Account.Name) for contact in contacts] == [
        ("Zephyr", "Zephyr Werke")
    ]
    assert accounts == [("Zephyr Werke",)]


def test_untyped_search(sf: Salesforce) -> None:
    sf.Account.create({"Name": "Quokka AND Co"})
    found = sf.find("quokka").returning("Account(Id, Name)").all()
    assert [record["Name"] for record in found] == ["Quokka AND Co"]
    assert sf.find("Quok*", expression=True).returning("Account(Name)").all()[0]["Name"] == "Quokka AND Co"
    assert sf.quick_search("nothing {like} this?")["searchRecords"] == []


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("} RETURNING User(Email)", "\\} RETURNING User\\(Email\\)"),
        ("a\\b", "a\\\\b"),
        ("Rock and Roll", 'Rock "and" Roll'),
        ('O"Neil - x*', 'O\\"Neil \\- x\\*'),
    ],
)
def test_a_text_stays_a_text(text: str, escaped: str) -> None:
    assert search_words(text) == escaped


def test_refusals(sf: Salesforce, acme: AcmeOrg) -> None:
    from acme_org.account import Account
    from acme_org.contact import Contact

    for empty in ("", "  "):
        with pytest.raises(ValueError, match="nothing to search for"):
            sf.find(empty)
    for broken in ("a} RETURNING User", "{", "\\"):
        with pytest.raises(ValueError, match="brace"):
            sf.find(broken, expression=True)
    with pytest.raises(ValueError, match="from 1 to 2,000"):
        sf.find("x").limit(0)
    with pytest.raises(ValueError, match="at least one object"):
        sf.find("x").returning()
    query = acme.Account.select(Account.Name)
    with pytest.raises(ValueError, match="two queries of one object"):
        acme.find("x").returning(query, query)
    with pytest.raises(TypeError, match="nothing else"):
        acme.find("x").returning(query.include(Account.Contacts.select(Contact.LastName)))
    with pytest.raises(SalesforceGeneralError, match="no search result"):
        acme.find("x").returning(query).parse(Response(200, {}, b"[]", ""))
