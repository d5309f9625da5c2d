"""The mistakes with cloudy-salesforce: generated dataclasses, functions for writing, a builder that takes text."""

# ruff: noqa: D103, F821
from __future__ import annotations

import datetime as dt

from cloudy_salesforce import insert, query, select, update, upsert
from sobjects import Account, Case, Contact, FeedTrackedChange, Opportunity, Site__c, User

NOW = dt.datetime.now(dt.UTC)
DAY = dt.date(1990, 1, 31)
ID = "003000000000001AAA"
# n/a: id-get: a record is got by a query


def create() -> None:
    insert(Contact(LastName="x"))  # right: make-nothing make-wrong-type make-null-required make-typo
    insert(Contact())  # mistake: make-nothing
    insert(Contact(LastName=1))  # mistake: make-wrong-type
    insert(Contact(LastName=None))  # mistake: make-null-required
    insert(Contact(LstName="x"))  # mistake: make-typo
    insert(Contact(LastName="x", FirstName="y"))  # right: make-unknown make-read-only make-calculated make-id
    insert(Contact(LastName="x", Unknown__c="y"))  # mistake: make-unknown
    insert(Contact(LastName="x", CreatedDate=NOW))  # mistake: make-read-only
    insert(Contact(LastName="x", Name="x"))  # mistake: make-calculated
    insert(Contact(LastName="x", Id=ID))  # mistake: make-id
    insert(Contact(LastName="Smith"))  # right: make-position
    insert(Contact("Smith"))  # mistake: make-position
    insert(Contact(LastName="x", Birthdate=DAY))  # right: make-date-text make-boolean-text make-boolean-null
    insert(Contact(LastName="x", Birthdate="1990-01-31"))  # mistake: make-date-text
    insert(Contact(LastName="x", DoNotCall="yes"))  # mistake: make-boolean-text
    insert(Contact(LastName="x", DoNotCall=None))  # mistake: make-boolean-null
    insert(Account(Name="x", Service_Level__c="Gold"))  # right: make-picklist make-retired make-number
    insert(Account(Name="x", Service_Level__c="Platin"))  # mistake: make-picklist
    insert(Account(Name="x", Service_Level__c="Bronze"))  # mistake: make-retired
    insert(Account(Name="x", NumberOfEmployees="12"))  # mistake: make-number
    insert(Opportunity(Name="x", StageName="Prospecting", CloseDate=DAY))  # right: make-one-missing
    insert(Opportunity(Name="x", StageName="Prospecting"))  # mistake: make-one-missing


def ids(contact: Contact, account: Account, user: User) -> None:
    insert(Contact(LastName="x", AccountId=account.Id))  # right: id-of-another id-number
    insert(Contact(LastName="x", AccountId=contact.Id))  # mistake: id-of-another
    insert(Contact(LastName="x", AccountId=12))  # mistake: id-number
    contact.AccountId = account.Id  # right: id-assigned
    contact.AccountId = user.Id  # mistake: id-assigned
    update(Contact(Id=contact.Id, FirstName="x"))  # right: id-update
    update(Contact(Id=account.Id, FirstName="x"))  # mistake: id-update


def dicts() -> None:
    insert("Contact", [{"LastName": "Smith"}])  # right: dict-typo dict-missing dict-wrong-type dict-read-only
    insert("Contact", [{"LastNme": "Smith"}])  # mistake: dict-typo
    insert("Contact", [{"FirstName": "Jo"}])  # mistake: dict-missing
    insert("Contact", [{"LastName": 1}])  # mistake: dict-wrong-type
    insert("Contact", [{"LastName": "x", "CreatedById": "005000000000001AAA"}])  # mistake: dict-read-only
    insert("Account", [{"Name": "x", "Service_Level__c": "Gold"}])  # right: dict-picklist
    insert("Account", [{"Name": "x", "Service_Level__c": "Platin"}])  # mistake: dict-picklist
    update("Contact", [{"Id": ID, "FirstName": "Jo"}])  # right: dict-update-typo dict-update-null
    update("Contact", [{"Id": ID, "Frstname": "Jo"}])  # mistake: dict-update-typo
    update("Contact", [{"Id": ID, "LastName": None}])  # mistake: dict-update-null
    good: dict[str, object] = {"Name": "x"}  # right: dict-variable
    bad: dict[str, object] = {"Name": "x", "Is_Partner__c": True}  # mistake: dict-variable
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
    print(contact.Account.Name if isinstance(contact.Account, Account) else "")  # right: read-parent-null
    print(contact.Account.Name)  # mistake: read-parent-null
    print(contact.FirstName.upper() if isinstance(contact.FirstName, str) else "")  # right: read-null
    print(contact.FirstName.upper())  # mistake: read-null
    print(account.Contacts)  # right: read-child-name
    print(account.Contacs)  # mistake: read-child-name
    print(account.Owner.Name if isinstance(account.Owner, User) else "")  # right: read-parent-typo
    print(account.Owner.Nmae if isinstance(account.Owner, User) else "")  # mistake: read-parent-typo


def capabilities() -> None:
    insert(Contact(LastName="x"))  # right: verb-object-typo verb-not-createable
    insert(Contct(LastName="x"))  # mistake: verb-object-typo
    insert(FeedTrackedChange())  # mistake: verb-not-createable
    select(Contact, "Id").execute()  # right: verb-typo
    select(Contact, "Id").exeute()  # mistake: verb-typo
    upsert(Contact(LastName="y"), external_id_field="Email")  # right: verb-external-id
    upsert(Contact(LastName="y"), external_id_field="LastName")  # mistake: verb-external-id


def queries() -> None:
    # `Contact.select(...)` is added by a decorator and unknown to type checkers; `select` is the same without it.
    select(Contact, "LastName")  # right: query-nothing query-typo query-other-object
    query("SELECT FROM Contact", parse_as=Contact)  # mistake: query-nothing
    select(Contact, "LstName")  # mistake: query-typo
    select(Contact, "NumberOfEmployees")  # mistake: query-other-object
    query("SELECT Account.Name FROM Contact", parse_as=Contact)  # right: query-parent-field query-parent-name
    query("SELECT Account.Nme FROM Contact", parse_as=Contact)  # mistake: query-parent-field
    query("SELECT Acount.Name FROM Contact", parse_as=Contact)  # mistake: query-parent-name
    query("SELECT Id FROM Contact", parse_as=Contact)  # right: query-parent-alone
    select(Contact, "Account")  # mistake: query-parent-alone
    start = select(Contact, "Id")
    start.where(LastName="x")  # right: where-unfilterable where-other-object where-wrong-type
    start.where(Description="x")  # mistake: where-unfilterable
    start.where(NumberOfEmployees=3)  # mistake: where-other-object
    start.where(LastName=1)  # mistake: where-wrong-type
    start.where(CreatedDate__lt=NOW)  # right: where-date-text
    start.where(CreatedDate__lt="yesterday")  # mistake: where-date-text
    start.where(LastName__like="Sm%")  # right: where-like-date
    start.where(Birthdate__like="19%")  # mistake: where-like-date
    start.where(LastName__in=["Smith"])  # right: where-in-text
    start.where(LastName__in="Smith")  # mistake: where-in-text
    select(Account, "Id").where(Service_Level__c="Gold")  # right: where-picklist
    select(Account, "Id").where(Service_Level__c="Platin")  # mistake: where-picklist
    select(Site__c, "Id").where(Site_Code__c="A")  # right: where-multi-equal
    select(Site__c, "Id").where(Services__c__like="Cleaning")  # mistake: where-multi-equal
    start.order_by("LastName").limit(10)  # right: order-unsortable order-other-object limit-text
    start.order_by("Description")  # mistake: order-unsortable
    start.order_by("NumberOfEmployees")  # mistake: order-other-object
    start.limit("10")  # mistake: limit-text


def results(accounts: list[Account]) -> None:
    query("SELECT Id, (SELECT Id FROM Contacts) FROM Account", parse_as=Account)  # right: child-typo child-other-object
    query("SELECT Id, (SELECT Id FROM Contacs) FROM Account", parse_as=Account)  # mistake: child-typo
    query("SELECT Id, (SELECT CaseNumber FROM Contacts) FROM Account", parse_as=Account)  # mistake: child-other-object
    for one in select(Contact, "LastName", "Email").execute():
        print(one.LastName, one.Email)  # right: row-arity
    for one in select(Contact, "LastName", "Email").execute():
        print(one.LastName, one.Email, one.Phone)  # mistake: row-arity
    found = select(Contact, "LastName").execute()
    first = next(iter(found), None)
    print(first.LastName if first else "")  # right: row-first-null
    print(first.LastName)  # mistake: row-first-null
    print(Case)
