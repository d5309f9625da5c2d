"""The mistakes with simple-salesforce: dicts and SOQL as text. It has no models."""

# ruff: noqa: D103
from __future__ import annotations

import datetime as dt
from typing import Any

from simple_salesforce import Salesforce

NOW = dt.datetime.now(dt.UTC)
ID = "003000000000001AAA"
# n/a: make-position set-id set-read-only set-null set-date-text set-picklist: records are dicts, which anything fits


def create(sf: Salesforce) -> None:
    sf.Contact.create({"LastName": "x"})  # right: make-nothing make-wrong-type make-null-required make-typo
    sf.Contact.create({})  # mistake: make-nothing
    sf.Contact.create({"LastName": 1})  # mistake: make-wrong-type
    sf.Contact.create({"LastName": None})  # mistake: make-null-required
    sf.Contact.create({"LstName": "x"})  # mistake: make-typo
    sf.Contact.create({"LastName": "x", "FirstName": "y"})  # right: make-unknown make-read-only make-calculated make-id
    sf.Contact.create({"LastName": "x", "Unknown__c": "y"})  # mistake: make-unknown
    sf.Contact.create({"LastName": "x", "CreatedDate": NOW.isoformat()})  # mistake: make-read-only
    sf.Contact.create({"LastName": "x", "Name": "x"})  # mistake: make-calculated
    sf.Contact.create({"LastName": "x", "Id": ID})  # mistake: make-id
    sf.Contact.create({"LastName": "x", "DoNotCall": True})  # right: make-date-text make-boolean-text make-boolean-null
    sf.Contact.create({"LastName": "x", "Birthdate": "31.1.1990"})  # mistake: make-date-text
    sf.Contact.create({"LastName": "x", "DoNotCall": "yes"})  # mistake: make-boolean-text
    sf.Contact.create({"LastName": "x", "DoNotCall": None})  # mistake: make-boolean-null
    sf.Account.create({"Name": "x", "Service_Level__c": "Gold"})  # right: make-picklist make-retired make-number
    sf.Account.create({"Name": "x", "Service_Level__c": "Platin"})  # mistake: make-picklist
    sf.Account.create({"Name": "x", "Service_Level__c": "Bronze"})  # mistake: make-retired
    sf.Account.create({"Name": "x", "NumberOfEmployees": "12"})  # mistake: make-number
    sf.Opportunity.create({"Name": "x", "CloseDate": "2026-01-31"})  # right: make-one-missing
    sf.Opportunity.create({"Name": "x"})  # mistake: make-one-missing


def ids(sf: Salesforce, contact: dict[str, Any], account: dict[str, Any], user: dict[str, Any]) -> None:
    sf.Contact.create({"LastName": "x", "AccountId": account["Id"]})  # right: id-of-another id-number
    sf.Contact.create({"LastName": "x", "AccountId": contact["Id"]})  # mistake: id-of-another
    sf.Contact.create({"LastName": "x", "AccountId": 12})  # mistake: id-number
    contact["AccountId"] = account["Id"]  # right: id-assigned
    contact["AccountId"] = user["Id"]  # mistake: id-assigned
    sf.Contact.get(contact["Id"])  # right: id-get
    sf.Contact.get(account["Id"])  # mistake: id-get
    sf.Contact.update(contact["Id"], {"FirstName": "x"})  # right: id-update
    sf.Contact.update(account["Id"], {"FirstName": "x"})  # mistake: id-update


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
    good: dict[str, Any] = {"Name": "x"}  # right: dict-variable
    bad: dict[str, Any] = {"Name": "x", "Is_Partner__c": True}  # mistake: dict-variable
    print(good, bad)


def read(contact: dict[str, Any], account: dict[str, Any]) -> None:
    print(contact["Email"])  # right: read-typo
    print(contact["Emale"])  # mistake: read-typo
    print(contact["Account"]["Name"] if contact["Account"] else "")  # right: read-parent-null
    print(contact["Account"]["Name"])  # mistake: read-parent-null
    print((contact["FirstName"] or "").upper())  # right: read-null
    print(contact["FirstName"].upper())  # mistake: read-null
    print(account["Contacts"])  # right: read-child-name
    print(account["Contacs"])  # mistake: read-child-name
    print(account["Owner"]["Name"])  # right: read-parent-typo
    print(account["Owner"]["Nmae"])  # mistake: read-parent-typo


def capabilities(sf: Salesforce) -> None:
    sf.Contact.create({"LastName": "x"})  # right: verb-object-typo verb-typo verb-not-createable
    sf.Contct.create({"LastName": "x"})  # mistake: verb-object-typo
    sf.Contact.creat({"LastName": "x"})  # mistake: verb-typo
    sf.FeedTrackedChange.create({})  # mistake: verb-not-createable
    sf.Contact.upsert("Email/x@example.com", {"LastName": "y"})  # right: verb-external-id
    sf.Contact.upsert("LastName/x", {"FirstName": "y"})  # mistake: verb-external-id


def columns(sf: Salesforce) -> None:
    sf.query("SELECT LastName FROM Contact")  # right: query-nothing query-typo query-other-object
    sf.query("SELECT FROM Contact")  # mistake: query-nothing
    sf.query("SELECT LstName FROM Contact")  # mistake: query-typo
    sf.query("SELECT NumberOfEmployees FROM Contact")  # mistake: query-other-object
    sf.query("SELECT Account.Name FROM Contact")  # right: query-parent-field query-parent-name query-parent-alone
    sf.query("SELECT Account.Nme FROM Contact")  # mistake: query-parent-field
    sf.query("SELECT Acount.Name FROM Contact")  # mistake: query-parent-name
    sf.query("SELECT Account FROM Contact")  # mistake: query-parent-alone


def conditions(sf: Salesforce) -> None:
    start = "SELECT Id FROM Contact"
    sf.query(f"{start} WHERE LastName = 'x'")  # right: where-unfilterable where-other-object where-wrong-type
    sf.query(f"{start} WHERE Description = 'x'")  # mistake: where-unfilterable
    sf.query(f"{start} WHERE NumberOfEmployees = 3")  # mistake: where-other-object
    sf.query(f"{start} WHERE LastName = 1")  # mistake: where-wrong-type
    sf.query(f"{start} WHERE CreatedDate < {NOW.isoformat()}")  # right: where-date-text
    sf.query(f"{start} WHERE CreatedDate < 'yesterday'")  # mistake: where-date-text
    sf.query(f"{start} WHERE LastName LIKE 'Sm%'")  # right: where-like-date
    sf.query(f"{start} WHERE Birthdate LIKE '19%'")  # mistake: where-like-date
    sf.query(f"{start} WHERE LastName IN ('Smith')")  # right: where-in-text
    sf.query(f"{start} WHERE LastName IN 'Smith'")  # mistake: where-in-text
    sf.query("SELECT Id FROM Account WHERE Service_Level__c = 'Gold'")  # right: where-picklist
    sf.query("SELECT Id FROM Account WHERE Service_Level__c = 'Platin'")  # mistake: where-picklist
    sf.query("SELECT Id FROM Site__c WHERE Services__c INCLUDES ('Cleaning')")  # right: where-multi-equal
    sf.query("SELECT Id FROM Site__c WHERE Services__c LIKE 'Cleaning'")  # mistake: where-multi-equal
    sf.query(f"{start} ORDER BY LastName LIMIT 10")  # right: order-unsortable order-other-object limit-text
    sf.query(f"{start} ORDER BY Description")  # mistake: order-unsortable
    sf.query(f"{start} ORDER BY NumberOfEmployees")  # mistake: order-other-object
    sf.query(f"{start} LIMIT '10'")  # mistake: limit-text


def results(sf: Salesforce) -> None:
    sf.query("SELECT Id, (SELECT Id FROM Contacts) FROM Account")  # right: child-typo child-other-object
    sf.query("SELECT Id, (SELECT Id FROM Contacs) FROM Account")  # mistake: child-typo
    sf.query("SELECT Id, (SELECT CaseNumber FROM Contacts) FROM Account")  # mistake: child-other-object
    records = sf.query("SELECT LastName, Email FROM Contact")["records"]
    for last, email in ((one["LastName"], one["Email"]) for one in records):  # right: row-arity
        print(last, email)
    for one in records:
        print(one["LastName"], one["Email"], one["Phone"])  # mistake: row-arity
    first = next(iter(records), None)
    print(first["LastName"] if first else "")  # right: row-first-null
    print(next(iter(records), None)["LastName"])  # mistake: row-first-null
