"""Two mistakes of an ordinary day. Nothing runs this file: `make demo` shows what mypy says of it.

Untyped, both go unnoticed until the org refuses them, in production and at night.
"""

from __future__ import annotations

from acme_org import Salesforce
from acme_org.contact import Contact


def welcome(sf: Salesforce, account_id: str, last_name: str) -> None:
    """Misspell a field, and set a picklist to a value that it doesn't have."""
    sf.Contact.create(Contact(LstName=last_name))
    sf.Account.update(account_id, {"Service_Level__c": "Platin"})
