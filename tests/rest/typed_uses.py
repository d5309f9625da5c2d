"""Uses of composite requests, collections and searches that type checkers accept, and mistakes that they see."""

from typing import Any, assert_type

from acme_org import Salesforce
from acme_org.account import Account
from acme_org.contact import Contact
from sfgen_runtime import Salesforce as Untyped
from sfgen_runtime.results import SaveResults

sf = Salesforce(session_id="x", instance_url="https://acme.my.salesforce.com")
raw = Untyped(session_id="x", instance_url="https://acme.my.salesforce.com")

with sf.composite() as composite:
    account = composite.create(sf.Account, {"Name": "Acme"})
    composite.create(sf.Account, Account(Name="Acme"))
    composite.create(sf.Contact, {"LastName": "Smith", "AccountId": account.id})
    read = composite.get(sf.Contact, "003")
    assert_type(read.result, Contact)
    rows = composite.query(sf.Contact.values(Contact.LastName, Contact.Account.Name))
    assert_type(rows.result, list[tuple[str, str | None]])
    composite.update(sf.Contact, "003", {"FirstName": "x"})
    composite.upsert(sf.Account, "ERP_Id__c", 1, {"Name": "x"})
    composite.delete(sf.Contact, "003")
    assert_type(composite.get(raw.Contact, "003").result, dict[str, Any])
    composite.create(raw.Contact, {"Anything": 1})

    composite.create(sf.Contact, {"LastNme": "Smith"})  # E
    composite.create(sf.Contact, {"LastName": "Smith", "AccountId": read.result.Id})  # E
    composite.update(sf.Contact, "003", {"FirstName": 1})  # E
    composite.upsert(sf.Account, "Nope__c", 1, {"Name": "x"})  # E
    composite.get(sf.Account, read.result.Id)  # E
    composite.delete(sf.User, "005")  # E
    composite.create(sf.Contact)  # E

found = sf.find("x").returning(sf.Contact.select(Contact.LastName), sf.Account.values(Account.Name)).all()
assert_type(found, tuple[list[Contact], list[tuple[str]]])
assert_type(raw.find("x").returning("Account(Id)").all(), list[dict[str, Any]])

assert_type(sf.Contact.get_many(["003"], Contact.LastName), list[Contact | None])
assert_type(sf.Contact.create_many([{"LastName": "x"}, Contact(LastName="y")]), SaveResults)
sf.Contact.update_many([("003", {"FirstName": "x"})])
sf.Contact.delete_many(["003"])
raw.Contact.create_many([{"Anything": 1}])
raw.mdapi.CustomField.delete("Account.X__c")

sf.Contact.get_many(["003"], Account.Name)  # E
sf.Contact.create_many([{"FirstName": "x"}])  # E
sf.Contact.update_many([("003", {"FrstName": "x"})])  # E
sf.Account.upsert_many("Nope__c", [{"Name": "x"}])  # E
sf.User.delete("005")  # E
sf.Organization.create_many([])  # E
