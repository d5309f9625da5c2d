"""The mistakes with a package that sfgen generated."""

# ruff: noqa: D103
from __future__ import annotations

import datetime as dt

from acme_org import Salesforce
from acme_org.account import Account, AccountCreate
from acme_org.case import Case
from acme_org.contact import Contact
from acme_org.opportunity import Opportunity
from acme_org.site__c import Site__c
from acme_org.user import User

NOW = dt.datetime.now(dt.UTC)
DAY = dt.date(1990, 1, 31)
ID = "003000000000001AAA"


def create() -> None:
    Contact(LastName="x")  # right: make-nothing make-wrong-type make-null-required make-typo
    Contact()  # mistake: make-nothing
    Contact(LastName=1)  # mistake: make-wrong-type
    Contact(LastName=None)  # mistake: make-null-required
    Contact(LstName="x")  # mistake: make-typo
    Contact(LastName="x", FirstName="y")  # right: make-unknown make-read-only make-calculated make-id make-position
    Contact(LastName="x", Unknown__c="y")  # mistake: make-unknown
    Contact(LastName="x", CreatedDate=NOW)  # mistake: make-read-only
    Contact(LastName="x", Name="x")  # mistake: make-calculated
    Contact(LastName="x", Id=ID)  # mistake: make-id
    Contact("x")  # mistake: make-position
    Contact(LastName="x", Birthdate=DAY, DoNotCall=True)  # right: make-date-text make-boolean-text make-boolean-null
    Contact(LastName="x", Birthdate="1990-01-31")  # mistake: make-date-text
    Contact(LastName="x", DoNotCall="yes")  # mistake: make-boolean-text
    Contact(LastName="x", DoNotCall=None)  # mistake: make-boolean-null
    Account(Name="x", Service_Level__c="Gold", NumberOfEmployees=12)  # right: make-picklist make-retired make-number
    Account(Name="x", Service_Level__c="Platin")  # mistake: make-picklist
    Account(Name="x", Service_Level__c="Bronze")  # mistake: make-retired
    Account(Name="x", NumberOfEmployees="12")  # mistake: make-number
    Opportunity(Name="x", StageName="Prospecting", CloseDate=DAY)  # right: make-one-missing
    Opportunity(Name="x", StageName="Prospecting")  # mistake: make-one-missing


def ids(sf: Salesforce, contact: Contact, account: Account, user: User) -> None:
    Contact(LastName="x", AccountId=account.Id)  # right: id-of-another id-number
    Contact(LastName="x", AccountId=contact.Id)  # mistake: id-of-another
    Contact(LastName="x", AccountId=12)  # mistake: id-number
    contact.AccountId = account.Id  # right: id-assigned
    contact.AccountId = user.Id  # mistake: id-assigned
    sf.Contact.get(contact.Id)  # right: id-get
    sf.Contact.get(account.Id)  # mistake: id-get
    sf.Contact.update(contact.Id, {"FirstName": "x"})  # right: id-update
    sf.Contact.update(account.Id, {"FirstName": "x"})  # mistake: id-update


def dicts(sf: Salesforce) -> None:
    sf.Contact.create({"LastName": "Smith"})  # right: dict-typo dict-missing dict-wrong-type dict-read-only
    sf.Contact.create({"LastNme": "Smith"})  # mistake: dict-typo
    sf.Contact.create({"FirstName": "Jo"})  # mistake: dict-missing
    sf.Contact.create({"LastName": 1})  # mistake: dict-wrong-type
    sf.Contact.create({"LastName": "x", "CreatedById": "005000000000001AAA"})  # mistake: dict-read-only
    sf.Account.create({"Name": "x", "Service_Level__c": "Gold"})  # right: dict-picklist
    sf.Account.create({"Name": "x", "Service_Level__c": "Platin"})  # mistake: dict-picklist
    sf.Contact.update(ID, {"FirstName": "Jo"})  # right: dict-update-typo dict-update-null
    sf.Contact.update(ID, {"Frstname": "Jo"})  # mistake: dict-update-typo
    sf.Contact.update(ID, {"LastName": None})  # mistake: dict-update-null
    good: AccountCreate = {"Name": "x"}  # right: dict-variable
    bad: AccountCreate = {"Name": "x", "Is_Partner__c": True}  # mistake: dict-variable
    print(good, bad)


def change(contact: Contact, account: Account) -> None:
    contact.LastName = "x"  # right: set-id set-read-only set-null
    contact.Id = "x"  # mistake: set-id
    contact.CreatedDate = NOW  # mistake: set-read-only
    contact.LastName = None  # mistake: set-null
    contact.Birthdate = DAY  # right: set-date-text
    contact.Birthdate = "1990-01-31"  # mistake: set-date-text
    account.Service_Level__c = "Gold"  # right: set-picklist
    account.Service_Level__c = "Platin"  # mistake: set-picklist


def read(contact: Contact, account: Account) -> None:
    print(contact.Email)  # right: read-typo
    print(contact.Emale)  # mistake: read-typo
    print(contact.Account.Name if contact.Account else "")  # right: read-parent-null
    print(contact.Account.Name)  # mistake: read-parent-null
    print((contact.FirstName or "").upper())  # right: read-null
    print(contact.FirstName.upper())  # mistake: read-null
    print(account.Contacts)  # right: read-child-name
    print(account.Contacs)  # mistake: read-child-name
    print(account.Owner.Name)  # right: read-parent-typo
    print(account.Owner.Nmae)  # mistake: read-parent-typo


def capabilities(sf: Salesforce) -> None:
    sf.Contact.create({"LastName": "x"})  # right: verb-object-typo verb-typo verb-not-createable
    sf.Contct.create({"LastName": "x"})  # mistake: verb-object-typo
    sf.Contact.creat({"LastName": "x"})  # mistake: verb-typo
    sf.FeedTrackedChange.create({})  # mistake: verb-not-createable
    sf.Contact.upsert("Email", "x@example.com", {"LastName": "y"})  # right: verb-external-id
    sf.Contact.upsert("LastName", "x", {"FirstName": "y"})  # mistake: verb-external-id


def columns(sf: Salesforce) -> None:
    sf.Contact.select(Contact.LastName)  # right: query-nothing query-typo query-other-object
    sf.Contact.select()  # mistake: query-nothing
    sf.Contact.select(Contact.LstName)  # mistake: query-typo
    sf.Contact.select(Account.Name)  # mistake: query-other-object
    sf.Contact.select(Contact.Account.Name)  # right: query-parent-field query-parent-name query-parent-alone
    sf.Contact.select(Contact.Account.Nme)  # mistake: query-parent-field
    sf.Contact.select(Contact.Acount.Name)  # mistake: query-parent-name
    sf.Contact.select(Contact.Account)  # mistake: query-parent-alone


def conditions(sf: Salesforce) -> None:
    query = sf.Contact.select(Contact.Id)
    query.where(Contact.LastName == "x")  # right: where-unfilterable where-other-object where-wrong-type
    query.where(Contact.Description == "x")  # mistake: where-unfilterable
    query.where(Account.Name == "x")  # mistake: where-other-object
    query.where(Contact.LastName == 1)  # mistake: where-wrong-type
    query.where(Contact.CreatedDate < NOW)  # right: where-date-text
    query.where(Contact.CreatedDate < "yesterday")  # mistake: where-date-text
    query.where(Contact.LastName.like("Sm%"))  # right: where-like-date
    query.where(Contact.Birthdate.like("19%"))  # mistake: where-like-date
    query.where(Contact.LastName.in_(["Smith"]))  # right: where-in-text
    query.where(Contact.LastName.in_("Smith"))  # mistake: where-in-text
    accounts = sf.Account.select(Account.Id)
    accounts.where(Account.Service_Level__c == "Gold")  # right: where-picklist
    accounts.where(Account.Service_Level__c == "Platin")  # mistake: where-picklist
    sites = sf.Site__c.select(Site__c.Id)
    sites.where(Site__c.Services__c.includes("Cleaning"))  # right: where-multi-equal
    sites.where(Site__c.Services__c == "Cleaning")  # mistake: where-multi-equal
    query.order_by(Contact.LastName).limit(10)  # right: order-unsortable order-other-object limit-text
    query.order_by(Contact.Description)  # mistake: order-unsortable
    query.order_by(Account.Name)  # mistake: order-other-object
    query.limit("10")  # mistake: limit-text


def results(sf: Salesforce) -> None:
    accounts = sf.Account.select(Account.Id)
    accounts.include(Account.Contacts.select(Contact.Id))  # right: child-typo child-other-object
    accounts.include(Account.Contacs.select(Contact.Id))  # mistake: child-typo
    accounts.include(Account.Contacts.select(Case.Id))  # mistake: child-other-object
    for last, email in sf.Contact.values(Contact.LastName, Contact.Email):  # right: row-arity
        print(last, email)
    for a, b, c in sf.Contact.values(Contact.LastName, Contact.Email):  # mistake: row-arity
        print(a, b, c)
    first = sf.Contact.select(Contact.LastName).first()
    print(first.LastName if first else "")  # right: row-first-null
    print(first.LastName)  # mistake: row-first-null
