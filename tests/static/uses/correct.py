"""Correct uses, which must stay silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from acme_org import Salesforce
from acme_org.account import Account, AccountCreate, AccountType, AccountUpdate
from acme_org.case import Case, CaseCreate
from acme_org.contact import Contact, ContactCreate, ContactType, ContactUpdate
from acme_org.opportunity import Opportunity
from acme_org.picklists.account import RECORD_TYPES, Service_Level__c
from acme_org.site__c import Site__c
from acme_org.task import Task
from acme_org.user import User
from sfgen_runtime.model import Id, Name, Query
from sfgen_runtime.model.literals import LAST_N_DAYS, TODAY
from sfgen_runtime.model.typeof import typeof


def connecting() -> None:
    sf = Salesforce(instance_url="https://acme.my.salesforce.com", session_id="00D...")  # ok
    Salesforce(username="a@b.example", password="x", security_token="y", domain="test")  # ok
    Salesforce(consumer_key="k", consumer_secret="s", instance_url="https://acme.my.salesforce.com")  # ok
    ContactType(sf).get("003000000000001AAA")  # ok
    AccountType(sf).select(Account.Name).all()  # ok


def creating(text: str, account: Account) -> None:
    Contact(LastName="Smith")  # ok
    Contact(LastName=text, FirstName=None)  # ok
    Contact(LastName="x", LeadSource="Web")  # ok
    Contact(LastName="x", LeadSource="Something new")  # ok
    Contact(LastName="x", LeadSource=text)  # ok
    Contact(LastName="x", Birthdate=dt.date(1990, 1, 31))  # ok
    Contact(LastName="x", AccountId=account.Id)  # ok
    Contact(LastName="x", AccountId="001000000000001AAA")  # ok
    Contact(LastName="x", AccountId=text)  # ok
    Contact(LastName="x", DoNotCall=True)  # ok
    Account(Name="x", AnnualRevenue=Decimal("10.5"))  # ok
    Account(Name="x", AnnualRevenue=10)  # ok
    Account(Name="x", AnnualRevenue=10.5)  # ok
    Account(Name="x", Service_Level__c="Gold")  # ok
    Account(Name="x", Service_Level__c=None)  # ok
    Opportunity(Name="x", StageName="Prospecting", CloseDate=dt.date(2026, 1, 31))  # ok
    Site__c(Account__c=account.Id, Site_Code__c="A1")  # ok
    Site__c(Account__c=account.Id, Site_Code__c="A1", Services__c=["Cleaning", "Monitoring"])  # ok
    Site__c(Account__c=account.Id, Site_Code__c="A1", Opens_At__c=dt.time(8, 0))  # ok


def dicts(sf: Salesforce, text: str) -> None:
    sf.Contact.create({"LastName": "Smith"})  # ok
    sf.Contact.create({"LastName": "Smith", "FirstName": None, "LeadSource": "Web"})  # ok
    sf.Contact.update("003000000000001AAA", {"FirstName": "Jo"})  # ok
    sf.Contact.update("003000000000001AAA", {})  # ok
    new: ContactCreate = {"LastName": text}  # ok
    new["FirstName"] = "Jo"  # ok
    change: ContactUpdate = {"Title": "CEO", "Birthdate": None}  # ok
    account: AccountCreate = {"Name": "x", "Service_Level__c": "Platinum"}  # ok
    level: AccountUpdate = {"Service_Level__c": None}  # ok
    case: CaseCreate = {"Subject": "x", "Origin": "Carrier pigeon"}  # ok
    sf.Contact.create(new)  # ok
    sf.Contact.update("003000000000001AAA", change)  # ok
    sf.Account.create(account)  # ok
    sf.Account.upsert("ERP_Id__c", "A-1", level)  # ok
    sf.Account.upsert("ERP_Id__c/A-1", {"Name": "x"})  # ok
    sf.Case.create(case)  # ok


def keys(sf: Salesforce, account: Account) -> None:
    Contact(LastName="x", AccountId=Account.by_key(ERP_Id__c="C-1"))  # ok
    sf.Contact.create({"LastName": "x", "AccountId": Account.by_key(ERP_Id__c="C-1")})  # ok
    sf.Contact.create({"LastName": "x", "Account": {"ERP_Id__c": "C-1"}})  # ok
    sf.CampaignMember.create({"CampaignId": "701000000000001AAA", "Contact": {"Email": "a@b.example"}})  # ok
    sf.Contact.update("003000000000001AAA", {"OwnerId": User.by_key(Username="a@b.example")})  # ok
    Site__c(Account__c=Account.by_key(ERP_Id__c="C-1"), Site_Code__c="A1")  # ok
    Task(WhatId=Account.by_key(ERP_Id__c="C-1"), WhoId=Contact.by_key(Email="a@b.example"))  # ok


def saving(sf: Salesforce, contact: Contact, account: Account) -> str:
    created = sf.Contact.create(Contact(LastName="Smith"))  # ok
    sf.Contact.update(created.id, {"FirstName": "Jo"})  # ok
    sf.Contact.update(contact.Id, contact)  # ok
    sf.Contact.delete(contact.Id)  # ok
    sf.Contact.delete_many(["003000000000001AAA", contact.Id])  # ok
    sf.Contact.delete_many(one.Id for one in sf.Contact.select(Contact.Id))  # ok
    sf.Contact.get_by_custom_id("Email", "jo@example.com")  # ok
    sf.Account.get_by_custom_id("ERP_Id__c", 12)  # ok
    sf.Contact.get(contact.Id, headers={"Sforce-Auto-Assign": "FALSE"}, timeout=5)  # ok
    contact.FirstName = None  # ok
    contact.Birthdate = contact.CreatedDate.date()  # ok
    contact.AccountId = account.Id  # ok
    contact.IndividualId = "0PK000000000001AAA"  # ok
    contact.IndividualId = sf.sobject("Individual").create({"LastName": "x"}).id  # ok
    sf.Task.create({"WhatId": account.Id, "OwnerId": "00G000000000001EAA"})  # ok
    account.Service_Level__c = "Gold"  # ok
    account.AnnualRevenue = 12  # ok
    identifier: Id[Contact] = contact.Id  # ok
    as_text: str = contact.Id  # ok
    sf.Contact.describe()  # ok
    sf.query("SELECT Id FROM Contact")  # ok
    sf.sobject("Whatever__c").create({"Any": "thing"})  # ok
    return identifier + as_text + str(created["id"])


def reading(contact: Contact, account: Account, case: Case, task: Task) -> None:
    if contact.Account is not None:
        contact.Account.Name.upper()  # ok
    (contact.FirstName or "").upper()  # ok
    contact.LastName.upper()  # ok
    account.Owner.Name.upper()  # ok
    for child in account.Contacts:
        child.LastName.upper()  # ok
    contact.CreatedDate.astimezone(dt.UTC)  # ok
    if isinstance(task.What, Account):
        task.What.Name.upper()  # ok
    contact.model_dump(mode="json")  # ok
    Contact.model_validate({"LastName": "x"}).LastName.upper()  # ok
    if case.Priority == "High":  # ok
        print(case.Priority)


def querying(sf: Salesforce, user: User, levels: list[str]) -> Query[Contact, Contact]:
    query = sf.Contact.select(Contact.LastName, Contact.Account.Name, Contact.Account.Parent.Owner.Name)  # ok
    query = query.where(Contact.Email.is_not_null(), Contact.LastName.startswith("S"))  # ok
    query = query.where((Contact.LastName == "Smith") | ~(Contact.FirstName == None))  # ok  # noqa: E711
    query = query.where(Contact.OwnerId == user.Id)  # ok
    query = query.where(Contact.OwnerId == "005000000000001AAA")  # ok
    query = query.where(Contact.CreatedDate >= LAST_N_DAYS(30), Contact.Birthdate < TODAY)  # ok
    query = query.where(Contact.CreatedDate < dt.datetime.now(dt.UTC))  # ok
    query = query.where(Contact.Birthdate.in_([dt.date(1990, 1, 31), TODAY]), Contact.Birthdate == None)  # ok  # noqa: E711
    query = query.where(Contact.LastName.in_(["Smith", "Jones"]))  # ok
    query = query.where(Contact.LastName.not_in({"Smith"}))  # ok
    query = query.where(Contact.LeadSource.in_(("Web", "Phone Inquiry")))  # ok
    query = query.where(Contact.LeadSource.in_(levels))  # ok
    query = query.where(Contact.AccountId.in_(["001000000000001AAA"]))  # ok
    query = query.where(Contact.Account.AnnualRevenue > 1000, Contact.Account.Name != "x")  # ok
    query = query.order_by(Contact.LastName, Contact.Account.Name.desc().nulls_last())  # ok
    return query.limit(10).offset(20)  # ok


def more_queries(sf: Salesforce) -> Iterator[str]:
    sf.Account.select(Account.Name).include(Account.Contacts.select(Contact.LastName).limit(3)).all()  # ok
    sf.Site__c.select(Site__c.Id).where(Site__c.Services__c.includes("Cleaning", ("Monitoring", "Maintenance")))  # ok
    sf.Task.select(Task.Subject, Task.What.Name, Task.What.Type).all()  # ok
    sf.Account.select(Account.Id).where(Account.Service_Level__c == "Gold").count()  # ok
    sf.Account.select(Account.Id).where(Account.Service_Level__c.in_(["Gold", "Platinum"])).first()  # ok
    for last, account in sf.Contact.values(Contact.LastName, Contact.Account.Name):  # ok
        yield last + (account or "")
    for page in sf.Contact.select(Contact.LastName).pages():  # ok
        yield page[0].LastName
    sf.Opportunity.values(Opportunity.StageName, Opportunity.Amount.sum()).group_by(Opportunity.StageName)  # ok
    by_year = sf.Opportunity.values(Opportunity.CloseDate.calendar_year(), Opportunity.Id.count())  # ok
    by_year = by_year.group_by(Opportunity.CloseDate.calendar_year())  # ok
    by_year = by_year.having(Opportunity.Id.count() > 3).order_by(Opportunity.Amount.sum().desc())  # ok
    by_year = by_year.having((Opportunity.StageName == "x") | ~(Opportunity.Amount.sum() > 5))  # ok
    recent = sf.Contact.values(Contact.AccountId).where(Contact.CreatedDate == LAST_N_DAYS(7))
    sf.Account.select(Account.Name).where(Account.Id.in_(recent), ~Account.OwnerId.in_(["005000000000001AAA"]))  # ok
    sf.Contact.select(Contact.Id).where(Contact.AccountId.not_in(sf.Account.values(Account.Id)))  # ok
    what = typeof(Task.What).when(Account, Account.Name, Account.Phone).else_(Name.Name)
    sf.Task.select(Task.Subject, what).for_update().with_security_enforced()  # ok
    sf.Case.select(Case.Id).using_scope("mine").all_rows().batch_size(500)  # ok
    for level in Service_Level__c.values:
        sf.Account.update("001000000000001AAA", {"Service_Level__c": level})  # ok
    sf.Account.update("001000000000001AAA", {"RecordTypeId": RECORD_TYPES.id("Partner")})  # ok
    found = sf.Contact.select(Contact.LastName).first()
    if found:
        yield found.LastName  # ok
