"""Bulk loads and queries: right uses, mistakes, and what they reveal."""

from __future__ import annotations

from collections.abc import Iterator

from acme_org import Salesforce
from acme_org.account import Account
from acme_org.contact import Contact, ContactCreate
from sfgen_runtime.bulk.rows import RowFailed, RowSaved


def loads(sf: Salesforce, contact: Contact, account: Account) -> None:
    def made() -> Iterator[ContactCreate]:
        yield {"LastName": "Smith"}

    result = sf.Contact.bulk.insert([Contact(LastName="Smith"), Contact(LastName="Jones")])
    reveal_type(result)  # BulkResult[Contact]
    sf.Contact.bulk.insert([{"LastName": "Smith"}])
    sf.Contact.bulk.insert(made(), raise_on_error=True, concurrency=2, progress=False)
    sf.Contact.bulk.insert("contacts.csv")
    for row in result:
        if isinstance(row, RowSaved):
            reveal_type(row.id)  # Id[Contact]
        elif isinstance(row, RowFailed):
            reveal_type(row.error_code)  # str
    sf.Contact.bulk.update([contact])
    sf.Contact.bulk.update([(row.id, {"FirstName": "Jo"}) for row in result.saved()])
    sf.Contact.bulk.upsert([{"LastName": "Smith", "Email": "x@example.com"}], "Email")
    sf.Contact.bulk.delete(row.id for row in result.saved())
    sf.Contact.bulk.delete([contact])
    sf.Contact.bulk.resume("750000000000001AAA").raise_for_errors()

    sf.Contact.bulk.insert([{"LstName": "Smith"}])  # E: list-item / reportArgumentType
    sf.Contact.bulk.insert([account])  # E: list-item / reportArgumentType
    sf.Contact.bulk.insert([{"LastName": 1}])  # E: list-item / reportArgumentType
    sf.Contact.bulk.insert(1)  # E: arg-type / reportArgumentType
    sf.Contact.bulk.insert([contact], raise_on_eror=True)  # E: call-arg / reportCallIssue
    sf.Contact.bulk.upsert([contact], "LastName")  # E: arg-type / reportArgumentType
    sf.Contact.bulk.upsert([contact])  # E: call-arg / reportCallIssue
    sf.Contact.bulk.update([(account.Id, {"FirstName": "Jo"})])  # E: list-item / reportArgumentType
    sf.Contact.bulk.delete([account.Id])  # E: list-item / reportArgumentType


def queries(sf: Salesforce) -> None:
    for contact in sf.Contact.select(Contact.LastName).bulk():
        reveal_type(contact)  # Contact
    for values in sf.Contact.values(Contact.LastName, Contact.Account.Name).bulk():
        reveal_type(values)  # tuple[str, str | None]
    reveal_type(sf.Contact.select(Contact.LastName).bulk().to_csv("contacts.csv"))  # int
    sf.Contact.select(Contact.LastName).bulk().where(Contact.Email == "x")  # E: attr-defined / reportAttributeAccessIssue
