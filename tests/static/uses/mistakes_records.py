"""Mistakes in making, reading and changing records."""

from __future__ import annotations

import datetime as dt

from acme_org import Salesforce
from acme_org.account import Account, AccountCreate, AccountUpdate
from acme_org.campaign_member import CampaignMemberUpdate
from acme_org.case import Case
from acme_org.contact import Contact, ContactCreate, ContactUpdate
from acme_org.opportunity import Opportunity
from acme_org.reading__c import Reading__cUpdate
from acme_org.site__c import Site__c, Site__cCreate
from acme_org.task import Task
from acme_org.user import User
from sfgen_runtime.model import Id


def creating() -> None:
    Contact()  # E: call-arg / reportCallIssue
    Contact(LastName=1)  # E: arg-type / reportArgumentType
    Contact(LastName=None)  # E: arg-type / reportArgumentType
    Contact(LstName="x")  # E: call-arg / reportCallIssue
    Contact("Smith")  # E: call-arg / reportCallIssue
    Contact(LastName="x", Unknown__c="y")  # E: call-arg / reportCallIssue
    Contact(LastName="x", CreatedDate=dt.datetime.now(dt.UTC))  # E: call-arg / reportCallIssue
    Contact(LastName="x", Id="003000000000001AAA")  # E: call-arg / reportCallIssue
    Contact(LastName="x", Name="x")  # E: call-arg / reportCallIssue
    Contact(LastName="x", Birthdate="1990-01-31")  # E: arg-type / reportArgumentType
    Contact(LastName="x", Birthdate=dt.datetime.now(dt.UTC))  # E: arg-type / reportArgumentType
    Contact(LastName="x", DoNotCall="yes")  # E: arg-type / reportArgumentType
    Contact(LastName="x", DoNotCall=None)  # E: arg-type / reportArgumentType
    Account(Name="x", Service_Level__c="Platin")  # E: arg-type / reportArgumentType
    Account(Name="x", Service_Level__c="Bronze")  # E: arg-type / reportArgumentType
    Account(Name="x", NumberOfEmployees="12")  # E: arg-type / reportArgumentType
    Account(Name="x", AnnualRevenue="1000")  # E: arg-type / reportArgumentType
    Opportunity(Name="x", StageName="Prospecting")  # E: call-arg / reportCallIssue
    Site__c(Account__c="001000000000001AAA")  # E: call-arg / reportCallIssue


def ids(contact: Contact, account: Account, user: User, sf: Salesforce) -> None:
    Contact(LastName="x", AccountId=contact.Id)  # E: arg-type / reportArgumentType
    Contact(LastName="x", AccountId=12)  # E: arg-type / reportArgumentType
    sf.Contact.get(account.Id)  # E: arg-type / reportArgumentType
    sf.Contact.update(account.Id, {"FirstName": "x"})  # E: arg-type / reportArgumentType
    sf.Contact.delete(account.Id)  # E: arg-type / reportArgumentType
    sf.Contact.delete_many([account.Id])  # E: list-item / reportArgumentType
    contact.AccountId = user.Id  # E: assignment / reportAttributeAccessIssue
    contact.IndividualId = account.Id  # E: assignment / reportAttributeAccessIssue
    Task(WhatId=contact.Id)  # E: arg-type / reportArgumentType
    sf.Case.update("500000000000001AAA", {"OwnerId": contact.Id})  # E: arg-type / reportArgumentType
    owner: Id[Account] = user.Id  # E: assignment / reportAssignmentType
    print(owner)


def dicts(sf: Salesforce) -> None:
    sf.Contact.create({"LastNme": "Smith"})  # E: arg-type / reportArgumentType
    sf.Contact.create({"FirstName": "Jo"})  # E: arg-type / reportArgumentType
    sf.Contact.create({"LastName": 1})  # E: arg-type / reportArgumentType
    sf.Contact.create({"LastName": "x", "Birthdate": dt.datetime.now(dt.UTC)})  # E: arg-type / reportArgumentType
    sf.Contact.create({"LastName": "x", "CreatedById": "005000000000001AAA"})  # E: arg-type / reportArgumentType
    sf.Account.create({"Name": "x", "Service_Level__c": "Platin"})  # E: arg-type / reportArgumentType
    sf.Contact.update("003000000000001AAA", {"Frstname": "Jo"})  # E: arg-type / reportArgumentType
    sf.Contact.update("003000000000001AAA", {"LastName": None})  # E: arg-type / reportArgumentType
    new: ContactCreate = {"FirstName": "Jo"}  # E: typeddict-item / reportAssignmentType
    change: ContactUpdate = {"Titel": "CEO"}  # E: typeddict-unknown-key / reportAssignmentType
    account: AccountCreate = {"Name": "x", "Is_Partner__c": True}  # E: typeddict-unknown-key / reportAssignmentType
    level: AccountUpdate = {"Service_Level__c": "Gol"}  # E: typeddict-item / reportAssignmentType
    site: Site__cCreate = {"Site_Code__c": "A"}  # E: typeddict-item / reportAssignmentType
    member: CampaignMemberUpdate = {"Contact": {"Email": "x"}}  # E: typeddict-unknown-key / reportAssignmentType
    reading: Reading__cUpdate = {"Installation__r": {"Serial_No__c": "x"}}  # E: typeddict-unknown-key / reportAssignmentType
    print(new, change, account, level, site, member, reading)


def changing(contact: Contact, account: Account, case: Case) -> None:
    contact.Id = "x"  # E: assignment / reportAttributeAccessIssue
    contact.CreatedDate = dt.datetime.now(dt.UTC)  # E: assignment / reportAttributeAccessIssue
    contact.LastName = None  # E: assignment / reportAttributeAccessIssue
    contact.Birthdate = "1990-01-31"  # E: assignment / reportAttributeAccessIssue
    contact.Birthdate = contact.CreatedDate  # E: assignment / reportAttributeAccessIssue
    account.Service_Level__c = "Platin"  # E: assignment / reportAttributeAccessIssue
    account.AnnualRevenue = "much"  # E: assignment / reportAttributeAccessIssue
    account.Is_Partner__c = True  # E: assignment / reportAttributeAccessIssue
    contact.Account = account  # E: assignment / reportAttributeAccessIssue
    contact.Account = None  # E: assignment / reportAttributeAccessIssue
    account.CleanStatus = "Dirty"  # E: assignment / reportAttributeAccessIssue
    case.IsClosed = True  # E: assignment / reportAttributeAccessIssue


def reading(contact: Contact, account: Account, task: Task) -> None:
    contact.Emale  # E: attr-defined / reportAttributeAccessIssue
    contact.Account.Name  # E: union-attr / reportOptionalMemberAccess
    contact.FirstName.upper()  # E: union-attr / reportOptionalMemberAccess
    account.Contacs  # E: attr-defined / reportAttributeAccessIssue
    account.Owner.Nmae  # E: attr-defined / reportAttributeAccessIssue
    amount: float = account.AnnualRevenue  # E: assignment / reportAssignmentType
    print(amount, task)


def capabilities(sf: Salesforce) -> None:
    sf.Contct  # E: attr-defined / reportAttributeAccessIssue
    sf.Contact.creat({"LastName": "x"})  # E: attr-defined / reportAttributeAccessIssue
    sf.Contact.get_by_custom_id("LastName", "x")  # E: arg-type / reportArgumentType
    sf.Contact.upsert("LastName", "x", {"FirstName": "y"})  # E: call-overload / reportArgumentType
    sf.FeedTrackedChange.create({})  # E: attr-defined / reportAttributeAccessIssue
    sf.RecordType.get_by_custom_id("DeveloperName", "x")  # E: arg-type / reportArgumentType
