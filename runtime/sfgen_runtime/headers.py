"""The request headers of the REST API, typed: give them to any verb as ``headers=``, joined by ``|``.

Salesforce document: REST API Developer Guide, "Headers".

Example:
    >>> assignment_rule(False) | duplicate_rule(allow_save=True)
    {'Sforce-Auto-Assign': 'FALSE', 'Sforce-Duplicate-Rule-Header': 'allowSave=true'}
"""

from __future__ import annotations

import re

from .ids import is_record_id

__all__ = ["assignment_rule", "call_options", "duplicate_rule", "package_version", "update_most_recently_used"]

# What a header's value may hold of a caller's: nothing that begins another header or another option.
_WORD = re.compile(r"[\w./ -]+", re.ASCII)


def assignment_rule(rule: bool | str) -> dict[str, str]:
    """Return the header that says whether a new Case or Lead is assigned by the active rule, or by the rule of an id.

    Example:
        >>> assignment_rule("01Q000000000001EAA")
        {'Sforce-Auto-Assign': '01Q000000000001EAA'}

    Raises:
        ValueError: neither a bool nor an id.
    """
    if isinstance(rule, bool):
        return {"Sforce-Auto-Assign": str(rule).upper()}
    if not is_record_id(rule):
        raise ValueError(f"{rule!r} is no id of an assignment rule; True and False switch the active rule on and off")
    return {"Sforce-Auto-Assign": rule}


def duplicate_rule(
    *, allow_save: bool = False, include_record_details: bool = False, run_as_current_user: bool = False
) -> dict[str, str]:
    """Return the header that says what becomes of a record that a duplicate rule warns of.

    `allow_save` saves it all the same, `include_record_details` has the error list the fields of the matching records,
    `run_as_current_user` looks for them with the user's sharing.

    Example:
        >>> duplicate_rule(allow_save=True, include_record_details=True)
        {'Sforce-Duplicate-Rule-Header': 'allowSave=true; includeRecordDetails=true'}
    """
    options = {
        "allowSave": allow_save,
        "includeRecordDetails": include_record_details,
        "runAsCurrentUser": run_as_current_user,
    }
    chosen = "; ".join(f"{name}=true" for name, on in options.items() if on)
    return {"Sforce-Duplicate-Rule-Header": chosen or "allowSave=false"}


def call_options(*, client: str | None = None, default_namespace: str | None = None) -> dict[str, str]:
    """Return the header that names the client in the org's logs, and the namespace that names without one have.

    Example:
        >>> call_options(client="nightly-sync/2.1")
        {'Sforce-Call-Options': 'client=nightly-sync/2.1'}

    Raises:
        ValueError: a name with another character than letters, digits, ``_ . / -`` and spaces.
    """
    options = {"client": client, "defaultNamespace": default_namespace}
    chosen = [f"{name}={_word(name, value)}" for name, value in options.items() if value is not None]
    return {"Sforce-Call-Options": ", ".join(chosen)} if chosen else {}


def update_most_recently_used(update: bool = True) -> dict[str, str]:
    """Return the header that says whether the records read become those that the user has recently viewed.

    Example:
        >>> update_most_recently_used()
        {'Sforce-Mru': 'updateMru=true'}
    """
    return {"Sforce-Mru": f"updateMru={str(update).lower()}"}


def package_version(namespace: str, version: str) -> dict[str, str]:
    """Return the header that says which version of a managed package the call is written for.

    Example:
        >>> package_version("acme", "1.2")
        {'x-sfdc-packageversion-acme': '1.2'}

    Raises:
        ValueError: not a namespace, or not a version.
    """
    if not re.fullmatch(r"\w+", namespace, re.ASCII) or not re.fullmatch(r"\d+\.\d+", version, re.ASCII):
        raise ValueError(f"{namespace!r}, {version!r}: give a namespace like 'acme' and a version like '1.2'")
    return {f"x-sfdc-packageversion-{namespace}": version}


def _word(name: str, value: str) -> str:
    if not _WORD.fullmatch(value):
        raise ValueError(f"{name}={value!r}: it takes letters, digits, spaces and _ . / - only")
    return value
