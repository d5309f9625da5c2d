"""The mistakes with soqlmodel: generated classes describe the fields, a builder makes SOQL, rows are dicts."""

# ruff: noqa: D103
from __future__ import annotations

import datetime as dt
from typing import Any

from models import Account, Contact
from simple_salesforce import Salesforce
from soqlmodel.execute import execute
from soqlmodel.query import select

NOW = dt.datetime.now(dt.UTC)
# n/a: make-nothing make-wrong-type make-null-required make-typo make-unknown make-read-only make-calculated: no writes
# n/a: make-id make-position make-date-text make-boolean-text make-boolean-null make-picklist make-retired: no writes
# n/a: make-number make-one-missing id-of-another id-number id-assigned id-get id-update: no writes
# n/a: dict-typo dict-missing dict-wrong-type dict-read-only dict-picklist dict-update-typo dict-update-null: no writes
# n/a: dict-variable set-id set-read-only set-null set-date-text set-picklist: no writes
# n/a: verb-object-typo verb-typo verb-not-createable verb-external-id: no writes
# n/a: query-parent-field query-parent-name query-parent-alone child-typo child-other-object: no relationships
# n/a: where-in-text where-multi-equal: neither IN nor INCLUDES
# n/a: read-parent-null read-parent-typo read-child-name: no relationships


def read(contact: dict[str, Any]) -> None:
    print(contact["Email"])  # right: read-typo
    print(contact["Emale"])  # mistake: read-typo
    print((contact["FirstName"] or "").upper())  # right: read-null
    print(contact["FirstName"].upper())  # mistake: read-null


def queries() -> None:
    select(Contact, Contact.LastName)  # right: query-nothing query-typo query-other-object
    select(Contact)  # mistake: query-nothing
    select(Contact, Contact.LstName)  # mistake: query-typo
    select(Contact, Account.Name)  # mistake: query-other-object
    query = select(Contact, Contact.Id)
    query.where(Contact.LastName == "x")  # right: where-unfilterable where-other-object where-wrong-type
    query.where(Contact.Description == "x")  # mistake: where-unfilterable
    query.where(Account.Name == "x")  # mistake: where-other-object
    query.where(Contact.LastName == 1)  # mistake: where-wrong-type
    query.where(Contact.CreatedDate < NOW)  # right: where-date-text
    query.where(Contact.CreatedDate < "yesterday")  # mistake: where-date-text
    query.where(Contact.LastName.like("Sm%"))  # right: where-like-date
    query.where(Contact.Birthdate.like("19%"))  # mistake: where-like-date
    accounts = select(Account, Account.Id)
    accounts.where(Account.Service_Level__c == "Gold")  # right: where-picklist
    accounts.where(Account.Service_Level__c == "Platin")  # mistake: where-picklist
    query.order_by(Contact.LastName).limit(10)  # right: order-unsortable order-other-object limit-text
    query.order_by(Contact.Description)  # mistake: order-unsortable
    query.order_by(Account.Name)  # mistake: order-other-object
    query.limit("10")  # mistake: limit-text


def results(sf: Salesforce) -> None:
    rows = execute(select(Contact, Contact.LastName, Contact.Email), sf)
    for one in rows:
        print(one["LastName"], one["Email"])  # right: row-arity
    for one in rows:
        print(one["LastName"], one["Email"], one["Phone"])  # mistake: row-arity
    first = next(iter(rows), None)
    print(first["LastName"] if first else "")  # right: row-first-null
    print(first["LastName"])  # mistake: row-first-null
