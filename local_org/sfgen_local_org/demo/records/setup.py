"""The org itself: its organization record, profiles, roles, people and record types."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ...ids import make_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .org import Org, Record

_FOUNDED = datetime(2023, 1, 2, 8)
_LOCALE = {"TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "en_GB", "LanguageLocaleKey": "en_US"}

# Alias, first name, last name, title, number of profile and of role, manager, active.
_PEOPLE = (
    ("mokafor", "Mara", "Okafor", "Head of Operations", 1, 1, None, True),
    ("jweber", "Jonas", "Weber", "Sales Engineer", 2, 2, 1, True),
    ("pnair", "Priya", "Nair", "Account Manager", 2, 2, 1, False),
    ("tobrien", "Tom", "O'Brien", "Service Technician", 2, 3, 1, True),
    ("sync", None, "Nightly Sync", None, 3, None, 1, True),
)


def add_setup(org: Org, describes: Mapping[str, Record]) -> None:
    """Add what a new org has before its first customer."""
    org.add(
        "Organization",
        Name="Sonnwend Energy Services",
        Street="Am Sonnenhang 1",
        City="Freiburg",
        PostalCode="79100",
        Country="Germany",
        Phone="+49 761 555 0100",
        PrimaryContact="Mara Okafor",
        DefaultLocaleSidKey="en_GB",
        TimeZoneSidKey="Europe/Berlin",
        LanguageLocaleKey="en_US",
        FiscalYearStartMonth=1,
        OrganizationType="Developer Edition",
        InstanceName="DEMO",
        IsSandbox=False,
        MonthlyPageViewsUsed=0,
        CreatedDate=_FOUNDED,
    )
    for name, everything in (("System Administrator", True), ("Standard User", False), ("Integration", True)):
        org.add(
            "Profile",
            Name=name,
            PermissionsApiEnabled=True,
            PermissionsModifyAllData=everything,
            PermissionsViewAllData=everything,
            # There is no object for licences in the demo org: the id is one of its shape.
            UserLicenseId=make_id("100", 1),
            UserType="Standard",
            CreatedDate=_FOUNDED,
        )
    top = None
    for name in ("Management", "Sales", "Service"):
        role = org.add(
            "UserRole",
            Name=name,
            DeveloperName=name,
            ParentRoleId=top,
            OpportunityAccessForAccountOwner="Edit",
            CaseAccessForAccountOwner="Edit",
            ContactAccessForAccountOwner="Edit",
            CreatedDate=_FOUNDED,
        )
        top = top or role["Id"]
    for person in _PEOPLE:
        _add_user(org, *person)
    for name, described in describes.items():
        for info in described["recordTypeInfos"]:
            if not info["master"]:
                _add_record_type(org, name, info)


def _add_user(
    org: Org,
    alias: str,
    first: str | None,
    last: str,
    title: str | None,
    profile: int,
    role: int | None,
    manager: int | None,
    active: bool,
) -> None:
    org.add(
        "User",
        Username=f"{alias}@sonnwend.example",
        FirstName=first,
        LastName=last,
        Name=f"{first} {last}" if first else last,
        Title=title,
        Email=f"{alias}@sonnwend.example",
        Alias=alias,
        CommunityNickname=alias,
        CompanyName="Sonnwend Energy Services",
        EmailPreferencesAutoBcc=True,
        IsActive=active,
        **_LOCALE,
        EmailEncodingKey="UTF-8",
        ProfileId=org.id_of("Profile", profile),
        UserRoleId=org.id_of("UserRole", role) if role else None,
        ManagerId=org.id_of("User", manager) if manager else None,
        UserType="Standard",
        NumberOfFailedLogins=0,
        Is_Technician__c=title == "Service Technician",
        CreatedDate=_FOUNDED,
    )


def _add_record_type(org: Org, name: str, info: Record) -> None:
    record = org.add(
        "RecordType",
        Name=info["name"],
        DeveloperName=info["developerName"],
        SobjectType=name,
        IsActive=True,
        CreatedDate=_FOUNDED,
    )
    record["Id"] = info["recordTypeId"]
