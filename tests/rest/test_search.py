"""SOSL: what is searched for stays data, and what is found is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sfgen_runtime import Salesforce, SalesforceGeneralError, SalesforceMalformedRequest
from sfgen_runtime.http import Response
from sfgen_runtime.search.find import search_words

if TYPE_CHECKING:
    from acme_org import Salesforce as AcmeOrg
    from sfgen_local_org.server import LocalOrg


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
    assert len(sf.quick_search("quokka OR nothing")["searchRecords"]) == 1
    assert sf.find("quokka OR nothing").returning("Account(Name)").all() == []


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


def test_searches_longer_than_an_address(sf: Salesforce, acme: AcmeOrg, server: LocalOrg) -> None:
    from acme_org.account import Account

    sf.Account.create({"Name": "Xylophone"})
    words = " OR ".join(f"nothing{'x' * 70}{number}" for number in range(80))
    accounts = acme.Account.select(Account.Name).where(Account.Name.not_in(["x" * 250] * 20))
    server.requests.clear()
    (found,) = acme.find(f"{words} OR xylophone", expression=True).returning(accounts).all()
    assert [account.Name for account in found] == ["Xylophone"]
    assert [(call.method, call.path.rpartition("v62.0/")[2]) for call in server.requests if "data" in call.path] == [
        ("POST", "composite/batch")
    ]
    sosl = f"FIND {{{words} OR xylophone}} RETURNING Account(Name WHERE Name != '{'x' * 6000}')"
    assert sf.search(sosl)["searchRecords"][0]["Name"] == "Xylophone"
    with pytest.raises(SalesforceMalformedRequest) as raised:
        sf.search(f"{sosl} nonsense")
    assert (raised.value.status, raised.value.error_code) == (400, "MALFORMED_SEARCH")
    assert "nonsense" in str(raised.value)


def test_expressions(sf: Salesforce) -> None:
    for name in ("Zebra Blue", "Zebra Red", "Okapi Red"):
        sf.Account.create({"Name": name})

    def names(expression: str) -> list[str]:
        found = sf.find(expression, expression=True).returning("Account(Name ORDER BY Name)").all()
        return [record["Name"] for record in found]

    assert names("zeb* AND red") == ["Zebra Red"]
    assert names("zebra AND NOT red") == ["Zebra Blue"]
    assert names("(zebra OR okapi) AND red") == ["Okapi Red", "Zebra Red"]
    assert names('"zebra red" OR okapi') == ["Okapi Red", "Zebra Red"]
