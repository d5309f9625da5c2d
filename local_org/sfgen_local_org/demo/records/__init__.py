"""The demo org's records: about 3,000, made from a fixed seed, the same on every machine and in every year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import customers, sales, service
from .org import TODAY, Org
from .setup import add_setup

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TODAY", "make_records"]


def make_records(describes: Mapping[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Return the object's name and the fields of each record, parents before children."""
    org = Org(describes)
    add_setup(org, describes)
    sales.add_catalogue(org)
    customers.add_accounts(org, 300)
    customers.add_contacts(org, 900)
    customers.add_leads(org, 120)
    customers.add_campaigns(org, members=140)
    service.add_sites(org, 100)
    sales.add_opportunities(org, 220)
    service.add_installations(org, 140, readings=2)
    service.add_cases(org, 180)
    service.add_activities(org, tasks=160, events=60)
    service.add_attachments(org, 10)
    service.add_metrics(org)
    return org.rows
