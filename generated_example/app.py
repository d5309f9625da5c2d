"""A small nightly sync, written against the generated package `acme_org`.

It reads customers from the ERP system's export and brings the org up to date: accounts by their ERP number, a contact
for each, a report for the log, and one clean-up. `SF_INSTANCE_URL` and `SF_ACCESS_TOKEN` say where; `make demo` runs
it on the bundled org.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from acme_org import Salesforce
from acme_org.account import Account, AccountUpdate
from acme_org.case import Case
from acme_org.contact import Contact
from sfgen_runtime.model import InvalidRecord

EXPORT = Path(__file__).with_name("customers.csv")


def customers() -> Iterator[dict[str, str]]:
    """Yield the rows of the ERP system's export."""
    with EXPORT.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def sync_accounts(sf: Salesforce) -> None:
    """Bring every account up to date, found by its ERP number; one that doesn't exist is created."""
    for row in customers():
        data: AccountUpdate = {
            "Name": row["name"],
            "AnnualRevenue": Decimal(row["annual_revenue"]),
            "Contract_End__c": dt.date.fromisoformat(row["contract_end"]) if row["contract_end"] else None,
        }
        status = sf.Account.upsert("ERP_Id__c", row["customer_no"], data)
        print(f"  {row['customer_no']} {row['name']}: {'created' if status == 201 else 'updated'}")
        set_service_level(sf, row)


def set_service_level(sf: Salesforce, row: dict[str, str]) -> None:
    """Set a picklist to what the export says, which may be anything: it is text from outside."""
    account = sf.Account.get_by_custom_id("ERP_Id__c", row["customer_no"])
    try:
        # mypy would refuse a wrong value written here; one that arrives as data is caught before the call is spent.
        account.Service_Level__c = row["service_level"]  # type: ignore[assignment]
    except InvalidRecord as error:
        print(f"  {row['customer_no']} stays as it is. {error}")
    else:
        sf.Account.update(account.Id, account)


def sync_contacts(sf: Salesforce) -> None:
    """Create the contact that the export names, unless the org has one with that e-mail address."""
    for row in customers():
        if sf.Contact.select(Contact.Id).where(Contact.Email == row["contact_email"]).first():
            continue
        account = sf.Account.get_by_custom_id("ERP_Id__c", row["customer_no"])
        contact = Contact(
            FirstName=row["contact_first"],
            LastName=row["contact_last"],
            Email=row["contact_email"],
            AccountId=account.Id,
            LeadSource="Other",
        )
        print(f"  {contact.FirstName} {contact.LastName}: {sf.Contact.create(contact).id}")


def report(sf: Salesforce) -> None:
    """Print the open cases of the best customers, with fields of two parents; the types say which may be missing."""
    cases = (
        sf.Case.values(Case.CaseNumber, Case.Subject, Case.Account.Name, Case.Account.Owner.Name)
        .where(Case.IsClosed == False, Case.Account.Service_Level__c == "Platinum")  # noqa: E712
        .order_by(Case.CreatedDate.desc())
        .limit(5)
    )
    for number, subject, account, owner in cases:
        print(f"  {number} {subject or '(no subject)'}: {account}, looked after by {owner}")


def correct_origins(sf: Salesforce) -> None:
    """Cases that came by fax, which nobody uses any more, came by phone."""
    by_fax = sf.Case.select(Case.Id, Case.Origin).where(Case.Origin == "Fax")
    for case in by_fax:
        case.Origin = "Phone"
        sf.Case.update(case.Id, case)  # sends Origin and nothing else
    print(f"  {by_fax.count()} cases by fax are left")


def three_states(sf: Salesforce) -> None:
    """Not selected is neither null nor empty: reading it says what to add to the query."""
    account = sf.Account.select(Account.Name).limit(1).one()
    try:
        print(account.Website)
    except AttributeError as error:
        print(f"  {type(error).__name__}: {error}")


def main() -> None:
    """Run the sync, step by step."""
    sf = Salesforce(instance_url=os.environ["SF_INSTANCE_URL"], session_id=os.environ["SF_ACCESS_TOKEN"])
    for title, step in (
        ("Accounts from the ERP system:", sync_accounts),
        ("New contacts:", sync_contacts),
        ("Open cases of Platinum customers:", report),
        ("A retired picklist value, corrected:", correct_origins),
        ("A field that the query did not select:", three_states),
    ):
        print(title)
        step(sf)


if __name__ == "__main__":
    main()
