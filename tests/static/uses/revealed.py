"""What type checkers reveal of each shape."""

from __future__ import annotations

from typing import reveal_type

from acme_org import Salesforce
from acme_org.account import Account
from acme_org.case import Case
from acme_org.contact import Contact
from acme_org.opportunity import Opportunity
from acme_org.picklists.site__c import Status__c
from acme_org.site__c import Site__c
from acme_org.task import Task
from sfgen_runtime.model import Name
from sfgen_runtime.model.typeof import typeof


def records(contact: Contact, account: Account, site: Site__c, task: Task) -> None:
    reveal_type(contact.Id)  # Id[Contact]
    reveal_type(contact.LastName)  # str
    reveal_type(contact.FirstName)  # str | None
    reveal_type(contact.DoNotCall)  # bool
    reveal_type(contact.Birthdate)  # date | None
    reveal_type(contact.CreatedDate)  # datetime
    reveal_type(contact.AccountId)  # Id[Account] | None
    reveal_type(contact.Account)  # Account | None
    reveal_type(contact.MailingAddress)  # Address | None
    reveal_type(account.AnnualRevenue)  # Decimal | None
    reveal_type(account.Contacts)  # list[Contact]
    reveal_type(site.Location__c)  # Location | None
    reveal_type(site.Opens_At__c)  # time | None
    reveal_type(site.Account__c)  # Id[Account]
    reveal_type(task.Who)  # Contact | Lead | None
    reveal_type(task.Owner)  # User | Name
    reveal_type(task.Owner.Name)  # str


def columns() -> None:
    reveal_type(Contact.LastName)  # TextColumn[Contact, str]
    reveal_type(Contact.FirstName)  # TextColumn[Contact, str | None]
    reveal_type(Contact.Description)  # SelectOnlyColumn[Contact, str | None]
    reveal_type(Contact.CreatedDate)  # DateTimeColumn[Contact, datetime]
    reveal_type(Contact.Account)  # type[AccountPath[Contact, None]]
    reveal_type(Contact.Account.Name)  # TextColumn[Contact, str | None]
    reveal_type(Case.Account.Owner.Name)  # TextColumn[Case, str | None]
    reveal_type(Account.Owner.LastName)  # TextColumn[Account, str]
    reveal_type(Account.Owner.Manager.Id)  # IdColumn[Account, Id[User] | None, User]
    reveal_type(Task.What.Type)  # TextColumn[Task, str | None]
    reveal_type(typeof(Task.What).else_(Name.Name))  # TypeOf[Task]
    reveal_type(Contact.LastName == "x")  # Condition[Contact]
    reveal_type(Contact.LastName.desc())  # Ordering[Contact]
    reveal_type(Account.Contacts)  # ChildRelationship[Account, Contact]


def queries(sf: Salesforce) -> None:
    reveal_type(sf.Contact.get("003000000000001AAA"))  # Contact
    reveal_type(sf.Contact.select(Contact.LastName))  # Query[Contact, Contact]
    reveal_type(sf.Contact.select(Contact.LastName).all())  # list[Contact]
    reveal_type(sf.Contact.select(Contact.LastName).first())  # Contact | None
    reveal_type(sf.Contact.select(Contact.LastName).one())  # Contact
    reveal_type(sf.Contact.values(Contact.LastName))  # Query[Contact, tuple[str]]
    reveal_type(sf.Contact.values(Contact.LastName, Contact.Account.Name).all())  # list[tuple[str, str | None]]
    reveal_type(Account.Contacts.select(Contact.Id))  # ChildQuery[Account, Contact]
    reveal_type(sf.Opportunity.values(Opportunity.Name, Opportunity.Amount.sum()).one())  # tuple[str, Decimal | None]
    reveal_type(sf.Opportunity.values(Opportunity.Id.count()).all())  # list[tuple[int]]
    reveal_type(Opportunity.CloseDate.calendar_year())  # Computed[Opportunity, int | None]
    reveal_type(Opportunity.Amount.sum() > 5)  # HavingCondition[Opportunity]
    reveal_type((Opportunity.Name == "x") | (Opportunity.Amount.sum() > 5))  # HavingCondition[Opportunity]
    reveal_type((Opportunity.Name == "x") & (Opportunity.Account.Name == "y"))  # Condition[Opportunity]
    reveal_type(sf.Opportunity.values(Opportunity.Name).group_by(Opportunity.Name).first())  # tuple[str] | None
    reveal_type(Account.by_key(ERP_Id__c="x"))  # ByKey[Account]
    reveal_type(Status__c.default)  # Literal["Planned", "Active", "Suspended"] | None
