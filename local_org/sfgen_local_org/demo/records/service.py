"""What was built and what became of it: sites, installations, readings, cases, tasks, events, attachments, metrics."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from .customers import phone
from .org import TODAY, stamp
from .words import CITIES, FAULTS, QUESTIONS, STREETS

if TYPE_CHECKING:
    from .org import Org, Record

_COMPONENTS = {
    "Solar": ("Inverter", "Module", "Controller"),
    "Heat pump": ("Compressor", "Brine circuit", "Controller"),
    "Battery": ("Inverter", "Cell stack", "Controller"),
    "Wallbox": ("Cable", "Controller"),
}


def add_sites(org: Org, count: int) -> None:
    """Add sites of customers; about one in eight is a building on a campus that was added before."""
    for number in range(1, count + 1):
        campus = org.chance.one_of(org.tables["Site__c"]) if number > 5 and org.chance.percent(12) else None
        org.add("Site__c", **_site(org, number, campus))


def _site(org: Org, number: int, campus: Record | None) -> Record:
    chance = org.chance
    city, _, _, country, region, latitude, longitude = chance.one_of(CITIES)
    account = campus["Account__c"] if campus else chance.one_of(org.tables["Account"])["Id"]
    kind = "Commercial" if chance.percent(80) else "Residential"
    guarded = kind == "Commercial" and chance.percent(70)
    return {
        "Name": f"{campus['Name']}, building {number}"[:80] if campus else f"{city} {chance.one_of(STREETS)}",
        "RecordTypeId": org.record_type("Site__c", kind),
        "Account__c": account,
        "Parent_Site__c": campus["Id"] if campus else None,
        "Technician__c": org.id_of("User", 4) if chance.percent(60) else None,
        "Site_Code__c": f"{city[:2].upper()}{number:04}",
        "Status__c": chance.one_of(("Planned", "Active", "Active", "Active", "Suspended")),
        "Country__c": country,
        "Region__c": region,
        "Street__c": f"{chance.one_of(STREETS)} {chance.number(1, 99)}",
        "City__c": city,
        "Location__Latitude__s": round(latitude + chance.decimal(-1, 1, 4) / 10, 6),
        "Location__Longitude__s": round(longitude + chance.decimal(-1, 1, 4) / 10, 6),
        "Services__c": ";".join(chance.some_of(("Monitoring", "Cleaning", "Maintenance", "Grid balancing"), 3)),
        "Directions__c": "Through the yard, second gate on the left." if chance.percent(40) else None,
        "Notes__c": "Keep the hydrant free.\nKey at the reception." if chance.percent(50) else None,
        "Safety_Briefing__c": "<p>Wear a <b>helmet</b>.</p>" if kind == "Commercial" else None,
        "Contact_Email__c": f"site{number}@mail.example",
        "Contact_Phone__c": phone(org),
        "Web_Cam__c": f"https://cams.sonnwend.example/{number}" if chance.percent(15) else None,
        "Opens_At__c": f"{chance.number(6, 9):02}:00:00.000Z",
        "Closes_At__c": f"{chance.number(16, 20):02}:30:00.000Z",
        "Gate_Code__c": f"{chance.number(0, 999_999):06}" if guarded else None,
        "Is_Guarded__c": guarded,
        "Total_Power__c": 0,
        "Power_Price__c": chance.decimal(0, 1, 4),
    }


def add_installations(org: Org, count: int, readings: int) -> None:
    """Add installations with so many readings each on average; keep the roll-ups of sites and installations."""
    products = [one for one in org.tables["Product2"] if one["Rated_Power__c"] and one["IsActive"]]
    sites = {site["Id"]: site for site in org.tables["Site__c"]}
    for number in range(1, count + 1):
        site, product = org.chance.one_of(org.tables["Site__c"]), org.chance.one_of(products)
        installation = org.add("Installation__c", **_installation(org, number, site, product))
        site = sites[installation["Site__c"]]
        site["Total_Power__c"] = round(site["Total_Power__c"] + installation["Power__c"], 3)
    for installation in org.tables["Installation__c"]:
        _add_readings(org, installation, org.chance.number(0, 2 * readings))


def _installation(org: Org, number: int, site: Record, product: Record) -> Record:
    chance, system = org.chance, product["Family"]
    commissioned, years = chance.day(-2_000, -400), chance.one_of((5, 10, 10, 20))
    contract = chance.percent(55)
    earlier = org.tables.get("Installation__c", [])
    replaced = chance.one_of(earlier) if earlier and chance.percent(5) else None
    name = f"I-{number:05}"
    return {
        "Name": name,
        # A new device stands where the one before it stood.
        "Site__c": replaced["Site__c"] if replaced else site["Id"],
        "Product__c": product["Id"],
        "Replaces__c": replaced["Id"] if replaced else None,
        "Serial_Number__c": f"SN{chance.number(10**9, 10**10 - 1)}-{number}",
        "System__c": system,
        "Component__c": chance.one_of(_COMPONENTS[system]),
        "Under_Contract__c": contract,
        "Contract_Type__c": chance.one_of(("Full service", "Inspection only")) if contract else "Pay per visit",
        "Power__c": round(product["Rated_Power__c"] * chance.number(1, 80), 3),
        "Price__c": chance.number(20, 4_000) * 50,
        "Feed_In_Tariff__c": chance.decimal(0, 1, 4) if system == "Solar" else None,
        "Efficiency__c": chance.decimal(70, 99, 2),
        "Commissioned__c": commissioned.isoformat(),
        "Last_Seen__c": stamp(chance.moment(-20, 0)) if chance.percent(85) else None,
        "Service_Window__c": f"{chance.number(5, 22):02}:15:00.000Z",
        "Warranty_Years__c": years,
        "Warranty_End__c": _years_after(commissioned, years).isoformat(),
        "Label__c": f"{site['Name']} / {name}" if not replaced else None,
        "Reading_Count__c": 0,
        "Settings__c": json.dumps({"interval": chance.one_of((5, 15, 60)), "mode": "eco"}),
    }


def _years_after(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def _add_readings(org: Org, installation: Record, count: int) -> None:
    chance, meter = org.chance, org.chance.number(0, 20_000) * 1.0
    tariff = installation["Feed_In_Tariff__c"]
    for month in range(count, 0, -1):
        day = TODAY - timedelta(days=30 * month)
        gained = chance.decimal(50, 9_000, 3)
        meter = round(meter + gained, 3)
        quality = chance.one_of(("Measured", "Measured", "Measured", "Estimated", "Corrected"))
        org.add(
            "Reading__c",
            Name=f"R-{len(org.tables.get('Reading__c', [])) + 1:06}",
            Installation__c=installation["Id"],
            Reading_Key__c=f"{installation['Serial_Number__c']}/{day.isoformat()}",
            Read_On__c=day.isoformat(),
            Meter__c=meter,
            Yield__c=gained,
            Quality__c=quality,
            Read_By__c=org.id_of("User", 4) if quality == "Corrected" else None,
            Revenue__c=round(gained * tariff, 4) if tariff is not None else None,
            CreatedDate=datetime(day.year, day.month, day.day, 23, 30),
        )
        installation.update(Reading_Count__c=count, Last_Reading__c=day.isoformat())


def add_cases(org: Org, count: int) -> None:
    """Add fault reports and questions of contacts; a fault names the installation where the customer has one."""
    sites = {site["Id"]: site["Account__c"] for site in org.tables["Site__c"]}
    installations: dict[str, list[Record]] = {}
    for one in org.tables["Installation__c"]:
        installations.setdefault(sites[one["Site__c"]], []).append(one)
    for number in range(1, count + 1):
        contact = org.chance.one_of(org.tables["Contact"])
        org.add("Case", **_case(org, number, contact, installations.get(contact["AccountId"], [])))


def _case(org: Org, number: int, contact: Record, installations: list[Record]) -> Record:
    chance = org.chance
    fault, created = chance.percent(70), chance.moment(-500, -1)
    status = chance.one_of(("New", "Working", "Escalated", "Waiting for parts", "Closed", "Closed", "Closed"))
    hours = chance.number(1, 20)
    code = f"E{chance.number(100, 999)}"
    subject = chance.one_of(FAULTS if fault else QUESTIONS).format(code=code, day=created.date().isoformat())
    earlier = org.tables.get("Case", [])
    closed = status == "Closed"
    return {
        "CaseNumber": f"{number:08}",
        "ContactId": contact["Id"],
        "AccountId": contact["AccountId"],
        "RecordTypeId": org.record_type("Case", "Fault" if fault else "Question"),
        "ParentId": chance.one_of(earlier)["Id"] if earlier and chance.percent(4) else None,
        "Type": chance.one_of(("Mechanical", "Electrical", "Electronic")) if fault else "Other",
        "Status": status,
        "Reason": chance.one_of(("Installation", "Performance", "Breakdown", "Other")),
        "Origin": chance.one_of(("Phone", "Email", "Web", "Device")),
        "Subject": subject,
        "Priority": chance.one_of(("High", "Medium", "Medium", "Low")),
        "Description": f"{contact['Name']} writes: {subject}\nPlease call back.",
        "IsClosed": closed,
        "ClosedDate": stamp(created + timedelta(hours=hours)) if closed else None,
        "IsEscalated": status == "Escalated",
        "ContactPhone": contact["Phone"],
        "ContactMobile": contact["MobilePhone"],
        "ContactEmail": contact["Email"],
        "Installation__c": chance.one_of(installations)["Id"] if fault and installations else None,
        "Fault_Code__c": code if fault and code in subject else None,
        "Visit_From__c": "08:00:00.000Z" if chance.percent(30) else None,
        "Visit_Until__c": None,
        "Hours_Open__c": float(hours) if closed else None,
        "CreatedDate": created,
    }


def add_activities(org: Org, tasks: int, events: int) -> None:
    """Add tasks and events, about a contact or a lead (Who) and an account, opportunity, case or site (What)."""
    for _ in range(tasks):
        org.add("Task", **_task(org))
    for _ in range(events):
        org.add("Event", **_event(org))


def _about(org: Org) -> Record:
    chance = org.chance
    if chance.percent(20):
        # An activity of a lead is about nothing else.
        return {"WhoId": chance.one_of(org.tables["Lead"])["Id"]}
    who = chance.one_of(org.tables["Contact"])
    kind = chance.one_of(("Account", "Opportunity", "Case", "Site__c", "Installation__c", None))
    what = chance.one_of(org.tables[kind]) if kind else None
    return {"WhoId": who["Id"], "WhatId": what["Id"] if what else None, "AccountId": who["AccountId"]}


def _task(org: Org) -> Record:
    chance = org.chance
    status = chance.one_of(("Not Started", "In Progress", "Completed", "Completed", "Waiting on someone else"))
    kind = chance.one_of(("Call", "Email", "Send Quote", "Order spare parts"))
    priority, done, call = chance.one_of(("High", "Normal", "Normal", "Low")), status == "Completed", kind == "Call"
    return {
        **_about(org),
        "Subject": kind,
        "ActivityDate": (chance.day(-200, -1) if done else chance.day(-10, 60)).isoformat(),
        "Status": status,
        "Priority": priority,
        "IsHighPriority": priority == "High",
        "IsClosed": done,
        "CallDurationInSeconds": chance.number(20, 1_800) if call and done else None,
        "CallType": chance.one_of(("Inbound", "Outbound")) if call else None,
        "TaskSubtype": "Call" if call else "Task",
        "CompletedDateTime": stamp(chance.moment(-200, -1)) if done else None,
    }


def _event(org: Org) -> Record:
    chance = org.chance
    start, minutes = chance.moment(-120, 60).replace(minute=0, second=0), chance.one_of((30, 60, 90, 240))
    end = start + timedelta(minutes=minutes)
    return {
        **_about(org),
        "Subject": chance.one_of(("Meeting", "Call", "Site visit", "Inspection")),
        "Location": chance.one_of(CITIES)[0],
        "StartDateTime": stamp(start),
        "ActivityDateTime": stamp(start),
        "ActivityDate": start.date().isoformat(),
        "EndDateTime": stamp(end),
        "EndDate": end.date().isoformat(),
        "DurationInMinutes": minutes,
        "ShowAs": chance.one_of(("Busy", "Busy", "OutOfOffice", "Free")),
        "EventSubtype": "Event",
    }


def add_attachments(org: Org, count: int) -> None:
    """Add small text files to cases and sites."""
    for number in range(1, count + 1):
        parent = org.chance.one_of(org.tables[org.chance.one_of(("Case", "Site__c"))])
        body = f"Visit report {number}\nAll in order.\n".encode()
        org.add(
            "Attachment",
            ParentId=parent["Id"],
            Name=f"visit-report-{number}.txt",
            ContentType="text/plain",
            BodyLength=len(body),
            Body=base64.b64encode(body).decode("ascii"),
        )


def add_metrics(org: Org) -> None:
    """Add a few numbers that need 64 bits."""
    for number, name in enumerate(("CHANGE_EVENTS_PUBLISHED", "CHANGE_EVENTS_DELIVERED"), 1):
        org.add(
            "PlatformEventUsageMetric",
            Name=name,
            StartDate=stamp(org.chance.moment(-2, -2)),
            EndDate=stamp(org.chance.moment(-1, -1)),
            Value=number * 3_000_000_000,
        )
