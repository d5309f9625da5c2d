"""Mistakes that a program finds out about when it runs: the message says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from acme_org import Account, Case, Contact, Salesforce, Site__c, Task
from sfgen_runtime import InvalidField, SalesforceResourceNotFound, SFType
from sfgen_runtime import Salesforce as Untyped
from sfgen_runtime.model.typeof import typeof

if TYPE_CHECKING:
    from collections.abc import Callable

    from sfgen_local_org.server import LocalOrg


CONTACTS = Account.Contacts.select(Contact.LastName)


@pytest.fixture(scope="module")
def untyped(server: LocalOrg) -> Untyped:
    return Untyped(instance_url=server.url, session_id=server.session_id)


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        (lambda sf: sf.Contct, "did you mean 'Contact'?"),
        (lambda sf: sf.contact, "did you mean 'Contact'?"),
        (lambda sf: sf.quary, "did you mean 'query'?"),
        (lambda sf: sf.Asset, ".sobject('Asset')"),
        (lambda sf: sf.Contact.get("003000000000001AAA", fields=["LastName"]), 'give params={"fields": "Id,Name"}'),
        (lambda sf: sf.query("SELECT Id FROM Contact", wait=3), "calls take headers, params, timeout, retries, cert"),
        (lambda sf: Contact.LastName.in_([]), "no record fits: don't ask"),
        (lambda sf: Contact.LastName.not_in([]), "every record fits: leave the condition out"),
        (lambda sf: Site__c.Services__c.includes(), "no record fits: don't ask"),
        (lambda sf: sf.Contact.upsert("Email", "", {"LastName": "Smith"}), "Email is '', which can't be part of a URL"),
        (lambda sf: sf.Contact.get_by_custom_id("Email", None), "Email is None"),
        (lambda sf: sf.Contact.get_many([], [Contact.LastName]), "get_many(ids, Contact.Id, ...) takes one by one"),
        (lambda sf: sf.Case.select(Case.Id).where(Case.IsClosed), "compare it, such as Case.IsClosed == True"),
        (lambda sf: sf.Account.select(Account.Id).include(CONTACTS).include(CONTACTS), "Contacts is included already"),
        (lambda sf: sf.Account.select(Account.Id).include(CONTACTS, CONTACTS), "Contacts is included already"),
        (
            lambda sf: typeof(Task.Who).when(Account, Account.Name),
            "Account is no target of Who; its targets are Contact, Lead",
        ),
        (
            lambda sf: sf.Case.values(Case.Status).group_by(Case.Status).having(Case.Subject == "x").all(),
            "Subject differs within a group; where() chooses records",
        ),
        (
            lambda sf: sf.Case.values(Case.Status).group_by(Case.Status).order_by(Case.Subject.desc()).all(),
            "order_by(Subject DESC): it differs within a group",
        ),
        (lambda sf: typeof(Contact.Account), "its one target is Account; select that one's columns"),
    ],
)
def test_of_typed_code(sf: Salesforce, mistake: Callable[[Any], object], says: str) -> None:
    with pytest.raises((AttributeError, TypeError, ValueError)) as caught:
        mistake(sf)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        (lambda sf: sf.Contact.select(Contact.LastName), "Import Salesforce from your generated package"),
        (lambda sf: sf.Contact.creat({}), "did you mean 'create'?"),
        (lambda sf: sf.Contact.get("003000000000001AAA/Account"), "sf.restful(...) takes a path"),
        (lambda sf: sf.Contact.create([{"LastName": "Smith"}]), "sf.Contact.create_many([...])"),
        (lambda sf: sf.Contact.create(Contact(LastName="Smith")), "are a dict, and this is a Contact"),
        (lambda sf: sf.Account.upsert("ERP_Id__c", "A-1", {"Name": "Acme"}), "are a dict, and this is a str"),
        (lambda sf: sf.Account.update("001000000000001AAA", '{"Name": "Acme"}'), "are a dict, and this is a str"),
    ],
)
def test_of_untyped_code(untyped: Untyped, mistake: Callable[[Any], object], says: str) -> None:
    with pytest.raises((AttributeError, TypeError, SalesforceResourceNotFound)) as caught:
        mistake(untyped)
    assert says in str(caught.value)


def test_groups_are_chosen_by_what_they_have_in_common(sf: Salesforce) -> None:
    years = Case.CreatedDate.calendar_year()
    statuses = sf.Case.values(Case.Status).group_by(Case.Status)
    assert len(statuses.order_by(Case.Id.count().desc(), Case.Status).all()) == len(statuses.all()) > 1
    query = sf.Case.values(Case.Status, Case.Id.count()).group_by(Case.Status)
    assert {status for status, _ in query.having(Case.Status == "New")} == {"New"}
    assert len(sf.Case.values(years).group_by(years).having(years > 1999).all()) > 0


def test_a_parent_that_no_record_is_for(sf: Salesforce) -> None:
    (result,) = sf.Contact.create_many([Contact(LastName="Smith", AccountId=Account.by_key(ERP_Id__c="nobody's"))])
    assert isinstance(result.error, InvalidField)
    assert "save the parent first, or correct the value" in str(result.error)


def test_what_a_property_of_a_subclass_lacks_is_told_by_its_own_name(server: LocalOrg) -> None:
    def derived(base: Any) -> Any:
        return type("Derived", (base,), {"total": property(lambda self: Case.nothing)})

    login = {"instance_url": server.url, "session_id": server.session_id}
    clients = [derived(base)(**login) for base in (Salesforce, Untyped)]
    for one in (*clients, derived(SFType)("Contact", server.session_id, server.url)):
        with pytest.raises(AttributeError, match="'nothing'"):
            _ = one.total
