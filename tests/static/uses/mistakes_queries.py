"""Mistakes in queries."""

from __future__ import annotations

import datetime as dt

from acme_org import Salesforce
from acme_org.account import Account
from acme_org.case import Case
from acme_org.contact import Contact
from acme_org.opportunity import Opportunity
from acme_org.site__c import Site__c
from acme_org.task import Task
from sfgen_runtime.model.typeof import typeof


def columns(sf: Salesforce) -> None:
    sf.Contact.select()  # E: call-arg / reportCallIssue
    sf.Contact.select("LastName")  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.LstName)  # E: attr-defined / reportAttributeAccessIssue
    sf.Contact.select(Account.Name)  # E: arg-type / reportArgumentType
    sf.Contact.values(Contact.LastName, Account.Name)  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.Account.Nme)  # E: attr-defined / reportAttributeAccessIssue
    sf.Contact.select(Contact.Acount.Name)  # E: attr-defined / reportAttributeAccessIssue
    sf.Contact.select(Contact.Account)  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.Account.Parent.Owner.Nam)  # E: attr-defined / reportAttributeAccessIssue


def behind_parents(sf: Salesforce) -> None:
    sf.Contact.select(Case.Account.Name)  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.LastName, Case.Account.Owner.Name)  # E: arg-type / reportArgumentType
    sf.Contact.select(Account.Owner.LastName)  # E: arg-type / reportArgumentType
    sf.Contact.values(Contact.LastName, Case.Account.Parent.Name)  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.Id).where(Case.Account.Name == "x")  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.Id).order_by(Case.Account.Name.desc())  # E: arg-type / reportArgumentType
    sf.Contact.values(Contact.LastName).group_by(Case.Account.Name)  # E: arg-type / reportArgumentType
    sf.Contact.select(Task.What.Name)  # E: arg-type / reportArgumentType
    sf.Account.select(Contact.Account.Name)  # E: arg-type / reportArgumentType
    sf.Account.select(Account.Id, Contact.Account.Id)  # E: arg-type / reportArgumentType
    sf.Account.select(Account.Name, Contact.Account.Parent.CreatedDate)  # E: arg-type / reportArgumentType
    sf.Account.values(Account.Name, Contact.Account.AnnualRevenue)  # E: arg-type / reportArgumentType
    sf.Account.select(Account.Id).order_by(Contact.Account.Name)  # E: arg-type / reportArgumentType
    sf.User.select(Contact.Owner.Email)  # E: arg-type / reportArgumentType
    sf.Contact.select(typeof(Task.What).when(Account, Account.Phone))  # E: arg-type / reportArgumentType
    typeof(Task.Account)  # E: arg-type / reportArgumentType
    Account.Contacts.select(Contact.LastName, Case.Owner.Name)  # E: arg-type / reportArgumentType


def conditions(sf: Salesforce) -> None:
    query = sf.Contact.select(Contact.Id)
    query.where(Contact.Description == "x")  # E: arg-type / reportArgumentType
    query.where(Contact.LastName)  # E: arg-type / reportArgumentType
    query.where("LastName = 'x'")  # E: arg-type / reportArgumentType
    query.where(Account.Name == "x")  # E: arg-type / reportArgumentType
    query.where(Contact.LastName == 1)  # E: arg-type / reportArgumentType
    query.where(Contact.CreatedDate < "yesterday")  # E: operator / reportOperatorIssue
    query.where(Contact.Birthdate.like("19%"))  # E: attr-defined / reportAttributeAccessIssue
    query.where(Contact.LastName.in_("Smith"))  # E: arg-type / reportArgumentType
    query.where(Contact.LastName.in_([1]))  # E: list-item / reportArgumentType
    query.where(Contact.Birthdate > None)  # E: operator / reportOperatorIssue
    query.where(Contact.Birthdate < dt.datetime.now(dt.UTC))  # E: operator / reportOperatorIssue
    query.where(Contact.Birthdate == dt.datetime.now(dt.UTC))  # E: arg-type / reportArgumentType
    query.where(Contact.Birthdate.in_([dt.datetime.now(dt.UTC)]))  # E: list-item / reportArgumentType
    query.where(Contact.DoNotCall > False)  # E: operator / reportOperatorIssue
    query.where(not Contact.LastName == "x")  # E: arg-type / reportArgumentType
    query.where((Contact.LastName == "x") & (Account.Name == "y"))  # E: operator / reportOperatorIssue


def types(sf: Salesforce, account: Account) -> None:
    sf.Account.select(Account.Id).where(Account.AnnualRevenue > "1")  # E: operator / reportOperatorIssue
    sf.Account.select(Account.Id).where(Account.Service_Level__c == "Platin")  # E: arg-type / reportArgumentType
    Account.AnnualRevenue.like("1%")  # E: attr-defined / reportAttributeAccessIssue
    sf.Contact.select(Contact.Id).where(Contact.OwnerId == account.Id)  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.Id).where(Contact.CreatedDate > dt.date(2026, 1, 1))  # E: operator / reportOperatorIssue
    sf.Site__c.select(Site__c.Id).where(Site__c.Services__c.includes("Painting"))  # E: arg-type / reportArgumentType
    sf.Site__c.select(Site__c.Id).where(Site__c.Services__c == "Cleaning")  # E: arg-type / reportArgumentType
    sf.Site__c.select(Site__c.Id).order_by(Site__c.Services__c)  # E: arg-type / reportArgumentType


def sorting(sf: Salesforce) -> None:
    sf.Contact.select(Contact.Id).order_by(Contact.Description)  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.Id).order_by(Contact.Description.desc())  # E: attr-defined / reportAttributeAccessIssue
    sf.Contact.select(Contact.Id).order_by(Account.Name)  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.Id).order_by("LastName")  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.Id).limit("10")  # E: arg-type / reportArgumentType


def children(sf: Salesforce) -> None:
    Account.Contacs.select(Contact.Id)  # E: attr-defined / reportAttributeAccessIssue
    sf.Account.select(Account.Id).include(Account.Contacts.select(Case.Id))  # E: arg-type / reportArgumentType
    sf.Contact.select(Contact.Id).include(Account.Contacts.select(Contact.Id))  # E: arg-type / reportArgumentType
    sf.Account.select(Account.Contacts)  # E: arg-type / reportArgumentType
    Account.Contacts.select(Contact.Id).where(Account.Name == "x")  # E: arg-type / reportArgumentType


def results(sf: Salesforce) -> None:
    for a, b, c in sf.Contact.values(Contact.LastName, Contact.Email):  # E: misc / reportAssignmentType
        print(a, b, c)
    for last, account in sf.Contact.values(Contact.LastName, Contact.Account.Name):
        last.upper()
        account.upper()  # E: union-attr / reportOptionalMemberAccess
    first = sf.Contact.select(Contact.LastName).first()
    first.LastName  # E: union-attr / reportOptionalMemberAccess
    total: str = sf.Opportunity.select(Opportunity.Id).count()  # E: assignment / reportAssignmentType
    print(total)


def groups(sf: Salesforce) -> None:
    sf.Opportunity.values(Opportunity.Name.sum())  # E: attr-defined / reportAttributeAccessIssue
    sf.Opportunity.values(Opportunity.StageName).group_by(Opportunity.Amount)  # E: arg-type / reportArgumentType
    sf.Opportunity.values(Opportunity.StageName).group_by(Opportunity.Description)  # E: arg-type / reportArgumentType
    sf.Opportunity.values(Opportunity.StageName).group_by(Account.Name)  # E: arg-type / reportArgumentType
    sf.Opportunity.values(Opportunity.Id.count()).having(Account.Id.count() > 1)  # E: arg-type / reportArgumentType
    Opportunity.Id.count() > "3"  # E: operator / reportOperatorIssue
    Opportunity.Amount.calendar_year()  # E: attr-defined / reportAttributeAccessIssue


def groups_are_no_records(sf: Salesforce) -> None:
    query = sf.Opportunity.select(Opportunity.Id)
    sf.Opportunity.select(Opportunity.Amount.sum())  # E: arg-type / reportArgumentType
    sf.Opportunity.select(Opportunity.Id, Opportunity.CloseDate.calendar_year())  # E: arg-type / reportArgumentType
    sf.Opportunity.get_many(["006000000000001AAA"], Opportunity.Id.count())  # E: arg-type / reportArgumentType
    Account.Contacts.select(Contact.Id.count())  # E: arg-type / reportArgumentType
    query.where(Opportunity.Id.count() > 3)  # E: arg-type / reportArgumentType
    query.where(Opportunity.Amount.sum().in_([3]))  # E: arg-type / reportArgumentType
    query.where(~(Opportunity.Amount.max() > 3))  # E: arg-type / reportArgumentType
    query.where((Opportunity.Name == "x") & (Opportunity.Id.count() > 3))  # E: arg-type / reportArgumentType
    query.where((Opportunity.Id.count() > 3) | (Opportunity.Name == "x"))  # E: arg-type / reportArgumentType
    query.group_by(Opportunity.Name)  # E: misc / reportAttributeAccessIssue
    query.having(Opportunity.Id.count() > 3)  # E: misc / reportAttributeAccessIssue
    sf.Account.values(Account.Id).include(Account.Contacts.select(Contact.Id))  # E: misc / reportAttributeAccessIssue


def joins(sf: Salesforce) -> None:
    Account.Id.in_(sf.Contact.values(Contact.Id))  # E: arg-type / reportArgumentType
    Account.Id.in_(sf.Contact.values(Contact.LastName))  # E: arg-type / reportArgumentType
    Account.Name.in_(sf.Contact.values(Contact.AccountId))  # E: arg-type / reportArgumentType
    Account.by_key(Name="x")  # E: call-arg / reportCallIssue
    Contact(LastName="x", AccountId=Contact.by_key(Email="x"))  # E: arg-type / reportArgumentType
    sf.Contact.create({"LastName": "x", "Account": {"Name": "x"}})  # E: arg-type / reportArgumentType
    sf.Case.select(Case.Id).using_scope("hers")  # E: arg-type / reportArgumentType
