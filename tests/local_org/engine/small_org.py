"""Describes of a small org, written here so that each rule under test can be seen, and a moment for its clock."""

import datetime as dt
from typing import Any

NOW = dt.datetime(2024, 5, 15, 12, 0, 0, tzinfo=dt.UTC)  # a Wednesday


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    """Return a field that the user may write, may leave out and may filter by; `more` changes that."""
    plain = {
        "name": name,
        "type": kind,
        "label": name.replace("__c", "").replace("_", " "),
        "custom": name.endswith("__c"),
        "createable": True,
        "updateable": True,
        "nillable": kind != "boolean",
        "defaultedOnCreate": kind == "boolean",
        "filterable": True,
        "sortable": True,
        "groupable": True,
        "aggregatable": True,
        "length": 80 if kind in ("string", "email", "phone", "url") else 0,
        "picklistValues": [],
        "referenceTo": [],
        "relationshipName": None,
    }
    return plain | more


def lookup(name: str, to: list[str], relationship: str | None, **more: Any) -> dict[str, Any]:
    return field(name, "reference", referenceTo=to, relationshipName=relationship, length=18, **more)


def picklist(name: str, values: str, kind: str = "picklist", **more: Any) -> dict[str, Any]:
    """Values are separated by spaces; `*` marks the default, `-` an inactive one; the label is `Label of X`."""
    items = [
        {
            "value": value.strip("*-"),
            "label": f"Label of {value.strip('*-')}",
            "active": not value.startswith("-"),
            "defaultValue": value.startswith("*"),
        }
        for value in values.split()
    ]
    return field(name, kind, picklistValues=items, length=255, **more)


READ_ONLY: dict[str, Any] = {"createable": False, "updateable": False, "nillable": False, "defaultedOnCreate": True}


def sobject(name: str, prefix: str | None, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    system = [
        field("Id", "id", idLookup=True, length=18, **READ_ONLY),
        field("IsDeleted", "boolean", **READ_ONLY),
        lookup("OwnerId", ["User"], "Owner", nillable=False, defaultedOnCreate=True),
        field("CreatedDate", "datetime", **READ_ONLY),
        lookup("CreatedById", ["User"], "CreatedBy", **READ_ONLY),
        field("LastModifiedDate", "datetime", **READ_ONLY),
        lookup("LastModifiedById", ["User"], "LastModifiedBy", **READ_ONLY),
        field("SystemModstamp", "datetime", **READ_ONLY),
    ]
    plain = {"name": name, "label": name, "labelPlural": f"{name}s", "keyPrefix": prefix, "childRelationships": []}
    return plain | {"fields": [*system, *fields]} | more


def child(name: str | None, sobject: str, field: str, **more: bool) -> dict[str, Any]:
    return {"relationshipName": name, "childSObject": sobject, "field": field, **more}


def describes() -> list[dict[str, Any]]:
    name = field("Name", "string", nillable=False, nameField=True)
    person = [
        field("FirstName", "string", length=40),
        field("LastName", "string", nillable=False),
        field("Name", "string", nameField=True, length=121, **READ_ONLY),
    ]
    return [
        sobject("User", "005", *person, field("Username", "string"), field("Email", "email")),
        sobject("Group", "00G", name),
        sobject(
            "Account",
            "001",
            name,
            lookup("ParentId", ["Account"], "Parent"),
            field("Ext__c", "string", externalId=True, unique=True, idLookup=True, length=20),
            field("Loose__c", "string", externalId=True, length=20),
            picklist("Industry", "Energy Banking Apparel"),
            field("AnnualRevenue", "currency", precision=18, scale=2),
            field("BillingStreet", "textarea", length=255, compoundFieldName="BillingAddress"),
            field("BillingCity", "string", compoundFieldName="BillingAddress"),
            field("BillingAddress", "address", **READ_ONLY),
            childRelationships=[
                child("ChildAccounts", "Account", "ParentId"),
                child("Contacts", "Contact", "AccountId", cascadeDelete=True),
                child("Things__r", "Thing__c", "Account__c"),
                child("Contracts", "Contract", "AccountId", restrictedDelete=True),
                child("Tasks", "Task", "WhatId", cascadeDelete=True),
            ],
        ),
        sobject(
            "Contact",
            "003",
            *person,
            lookup("AccountId", ["Account"], "Account"),
            lookup("ReportsToId", ["Contact"], "ReportsTo"),
            field("Email", "email", idLookup=True),
            field("Description", "textarea", length=32000, filterable=False, sortable=False, groupable=False),
            picklist("Level__c", "Low High -Old", restrictedPicklist=True),
        ),
        sobject("Contract", "800", field("ContractNumber", "string", nameField=True, autoNumber=True, **READ_ONLY),
                lookup("AccountId", ["Account"], "Account", nillable=False)),
        sobject(
            "Task",
            "00T",
            field("Subject", "combobox", length=255, nameField=True),
            lookup("WhatId", ["Account", "Thing__c", "Contract"], "What"),
            lookup("WhoId", ["Contact", "Lead"], "Who"),
            lookup("OwnerId", ["Group", "User"], "Owner", nillable=False, defaultedOnCreate=True),
        ),
        sobject(
            "Thing__c",
            "a00",
            name,
            lookup("Account__c", ["Account"], "Account__r"),
            field("Flag__c", "boolean", defaultValue=True),
            field("Whole__c", "int", digits=6),
            field("Double__c", "double", precision=10, scale=3),
            field("Percent__c", "percent", precision=5, scale=1),
            field("Date__c", "date"),
            field("Moment__c", "datetime"),
            field("Time__c", "time"),
            field("Url__c", "url"),
            field("Text__c", "textarea", length=100),
            field("Code__c", "string", caseSensitive=True, unique=True, externalId=True),
            field("Number__c", "double", precision=18, scale=0, externalId=True, unique=True),
            field("Body__c", "base64"),
            picklist("Stage__c", "One *Two Three", restrictedPicklist=True),
            picklist("Colors__c", "Red Green Blue -Grey", "multipicklist", restrictedPicklist=True),
            field("Place__Latitude__s", "double", precision=17, scale=15, compoundFieldName="Place__c"),
            field("Place__Longitude__s", "double", precision=18, scale=15, compoundFieldName="Place__c"),
            field("Place__c", "location", **READ_ONLY),
            field("Serial__c", "string", autoNumber=True, **READ_ONLY),
        ),
        sobject("Frozen", None, name, createable=False, updateable=False, deletable=False),
    ]  # fmt: skip
