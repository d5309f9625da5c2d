"""Customers and those who may become one: accounts with their hierarchies, contacts, leads, campaigns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .org import TODAY
from .words import (
    CITIES,
    COMPANY_FORMS,
    COMPANY_STEMS,
    COMPANY_TRADES,
    DEPARTMENTS,
    FIRST_NAMES,
    LAST_NAMES,
    STREETS,
    TITLES,
)

if TYPE_CHECKING:
    from .org import Org, Record

_INDUSTRIES = ("Food & Beverage", "Hospitality", "Healthcare", "Manufacturing", "Education", "Retail", "Utilities")
_SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
_CAMPAIGNS = (
    ("Heat pump autumn", "Email", -640, 90),
    ("Heat pump autumn: webinar", "Webinar", -610, 1),
    ("Energy fair Hamburg", "Trade Show", -420, 3),
    ("Battery spring", "Email", -120, 60),
    ("Battery spring: partner evening", "Partners", -100, 1),
    ("Open house Freiburg", "Conference", -40, 2),
    ("Refer a neighbour", "Referral Program", -300, 600),
    ("Solar for schools", "Public Relations", 30, 120),
)


def add_accounts(org: Org, count: int) -> None:
    """Add companies; about one in four belongs to one that was added before."""
    for number in range(1, count + 1):
        org.add("Account", **_account(org, number))


def _account(org: Org, number: int) -> Record:
    chance = org.chance
    partner, stem = chance.percent(8), chance.one_of(COMPANY_STEMS)
    name = f"{stem} {chance.one_of(COMPANY_TRADES)} {chance.one_of(COMPANY_FORMS)}"
    parent = None
    if number > 20 and chance.percent(25):
        parent = chance.one_of(org.tables["Account"])
        name = f"{parent['Name'].split(',')[0]}, {chance.one_of(CITIES)[0]}"
    employees = chance.number(3, 4_000)
    return {
        "Name": name,
        "Type": "Installation Partner" if partner else chance.one_of(("Prospect", "Customer - Direct", "Other")),
        "RecordTypeId": org.record_type("Account", "Partner" if partner else "Customer"),
        "ParentId": parent["Id"] if parent else None,
        **address(org, "Billing"),
        "Phone": phone(org),
        "AccountNumber": f"{number:06}",
        "Website": f"https://www.{stem.lower()}-{number}.example",
        "Industry": chance.one_of(_INDUSTRIES),
        "AnnualRevenue": employees * chance.number(60, 240) * 1_000,
        "NumberOfEmployees": employees,
        "Ownership": chance.one_of(("Private", "Public", "Subsidiary", None)),
        "Rating": chance.one_of(("Hot", "Warm", "Cold", None)),
        "AccountSource": chance.one_of(_SOURCES),
        "Description": f"{name} has {employees} people." if chance.percent(30) else None,
        # The sync finds the few that the ERP system doesn't know.
        "ERP_Id__c": f"C-{100_000 + number}" if chance.percent(95) else None,
        "Service_Level__c": chance.one_of(("Platinum", "Gold", "Standard", "Standard")),
        "Contract_End__c": chance.day(-200, 1_200).isoformat() if chance.percent(60) else None,
        "Credit_Limit__c": chance.number(10, 900) * 500,
        "Is_Partner__c": partner,
    }


def add_contacts(org: Org, count: int) -> None:
    """Add people, most of them at an account, some reporting to a colleague."""
    bosses: dict[str, str] = {}
    for number in range(1, count + 1):
        account = org.chance.one_of(org.tables["Account"]) if org.chance.percent(97) else None
        contact = org.add("Contact", **_contact(org, number, account, bosses))
        if account:
            bosses.setdefault(account["Id"], contact["Id"])


def _contact(org: Org, number: int, account: Record | None, bosses: dict[str, str]) -> Record:
    chance, person = org.chance, _person(org, number)
    boss = bosses.get(account["Id"]) if account else None
    return {
        **person,
        "AccountId": account["Id"] if account else None,
        "ReportsToId": boss if chance.percent(40) else None,
        **(_address_of(account) if account else address(org, "Mailing")),
        "Phone": phone(org),
        "MobilePhone": phone(org) if chance.percent(50) else None,
        "Title": chance.one_of(TITLES),
        "Department": chance.one_of(DEPARTMENTS),
        "LeadSource": chance.one_of(_SOURCES),
        "Birthdate": chance.day(-25_000, -8_000).isoformat() if chance.percent(20) else None,
        "HasOptedOutOfEmail": chance.percent(6),
        "Level__c": chance.one_of(("Primary", "Secondary", "Tertiary", None)),
        "Languages__c": ";".join(chance.some_of(("English", "German", "Spanish", "French", "Japanese"), 3)),
        "Portal_User_Id__c": _uuid(org) if chance.percent(30) else None,
    }


def _person(org: Org, number: int) -> Record:
    """Return the fields that contacts and leads have alike."""
    chance = org.chance
    first = chance.one_of(FIRST_NAMES) if chance.percent(96) else None
    last = chance.one_of(LAST_NAMES)
    return {
        "FirstName": first,
        "LastName": last,
        "Name": f"{first} {last}" if first else last,
        "Salutation": chance.one_of(("Mr.", "Ms.", "Dr.", None)),
        "Email": f"person{number}@mail.example" if chance.percent(90) else None,
    }


def add_leads(org: Org, count: int) -> None:
    """Add people who asked; about one in six became a contact at an account."""
    statuses = ("Open - Not Contacted", "Working - Contacted", "Working - Contacted", "Closed - Not Converted")
    for number in range(1, count + 1):
        chance = org.chance
        contact = chance.one_of(org.tables["Contact"]) if chance.percent(16) else None
        org.add(
            "Lead",
            **{**_person(org, 10_000 + number), **address(org, "")},
            Company=f"{chance.one_of(COMPANY_STEMS)} {chance.one_of(COMPANY_TRADES)}",
            Phone=phone(org),
            LeadSource=chance.one_of(_SOURCES),
            Industry=chance.one_of(_INDUSTRIES),
            Rating=chance.one_of(("Hot", "Warm", "Cold", None)),
            Status="Closed - Converted" if contact else chance.one_of(statuses),
            IsConverted=contact is not None,
            ConvertedDate=chance.day(-60, -1).isoformat() if contact else None,
            ConvertedContactId=contact["Id"] if contact else None,
            ConvertedAccountId=contact["AccountId"] if contact else None,
            Interest__c=";".join(chance.some_of(("Solar", "Heat pump", "Battery", "Wallbox"), 3)),
            Roof_Area__c=chance.number(20, 2_400) if chance.percent(70) else None,
        )


def add_campaigns(org: Org, members: int) -> None:
    """Add campaigns and their members, each person at most once a campaign; keep the campaigns' counts."""
    for name, kind, start, length in _CAMPAIGNS:
        parent = next((one for one in org.tables.get("Campaign", []) if name.startswith(f"{one['Name']}:")), None)
        first, last = TODAY + timedelta(days=start), TODAY + timedelta(days=start + length)
        running = first <= TODAY <= last
        org.add(
            "Campaign",
            Name=name,
            ParentId=parent["Id"] if parent else None,
            Type=kind,
            Status="In Progress" if running else "Planned" if first > TODAY else "Completed",
            StartDate=first.isoformat(),
            EndDate=last.isoformat(),
            BudgetedCost=org.chance.number(2, 40) * 1_000,
            ExpectedResponse=org.chance.decimal(1, 20, 2),
            NumberSent=org.chance.number(100, 5_000),
            IsActive=running,
            **dict.fromkeys(_COUNTS, 0),
        )
    seen: set[tuple[str, str]] = set()
    for _ in range(members):
        campaign = org.chance.one_of(org.tables["Campaign"][:-1])
        person = org.chance.one_of(org.tables["Lead"] if org.chance.percent(30) else org.tables["Contact"])
        if (campaign["Id"], person["Id"]) not in seen:
            seen.add((campaign["Id"], person["Id"]))
            _add_member(org, campaign, person)


_COUNTS = (
    "NumberOfLeads",
    "NumberOfConvertedLeads",
    "NumberOfContacts",
    "NumberOfResponses",
    "NumberOfOpportunities",
    "NumberOfWonOpportunities",
    "AmountAllOpportunities",
    "AmountWonOpportunities",
)


def _add_member(org: Org, campaign: Record, person: Record) -> None:
    lead = "Company" in person
    responded = org.chance.percent(35)
    org.add(
        "CampaignMember",
        CampaignId=campaign["Id"],
        LeadId=person["Id"] if lead else None,
        ContactId=None if lead else person["Id"],
        LeadOrContactId=person["Id"],
        LeadOrContactOwnerId=person["OwnerId"],
        Status="Responded" if responded else "Sent",
        HasResponded=responded,
        FirstRespondedDate=campaign["StartDate"] if responded else None,
        Type="Lead" if lead else "Contact",
        CompanyOrAccount=person["Company"] if lead else None,
        **{name: person[name] for name in ("Name", "FirstName", "LastName", "Salutation", "Email", "Phone")},
    )
    campaign["NumberOfLeads" if lead else "NumberOfContacts"] += 1
    campaign["NumberOfConvertedLeads"] += lead and person["IsConverted"]
    campaign["NumberOfResponses"] += responded


def address(org: Org, prefix: str) -> Record:
    """Return the parts of an address field, such as `Billing`."""
    chance = org.chance
    city, state, code, country, _, latitude, longitude = chance.one_of(CITIES)
    return {
        f"{prefix}Street": f"{chance.one_of(STREETS)} {chance.number(1, 180)}",
        f"{prefix}City": city,
        f"{prefix}State": state,
        f"{prefix}PostalCode": f"{code}{chance.number(100, 999)}",
        f"{prefix}Country": country,
        f"{prefix}Latitude": round(latitude + chance.decimal(-1, 1, 4) / 10, 6),
        f"{prefix}Longitude": round(longitude + chance.decimal(-1, 1, 4) / 10, 6),
        f"{prefix}GeocodeAccuracy": "Street",
    }


def _address_of(account: Record) -> Record:
    parts = ("Street", "City", "State", "PostalCode", "Country", "Latitude", "Longitude", "GeocodeAccuracy")
    return {f"Mailing{part}": account[f"Billing{part}"] for part in parts}


def phone(org: Org) -> str:
    """Return a phone number that nobody has."""
    return f"+49 30 555 {org.chance.number(0, 9_999):04}"


def _uuid(org: Org) -> str:
    digits = f"{org.chance.number(0, 16**32 - 1):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
