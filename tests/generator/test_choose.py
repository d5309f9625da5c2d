from __future__ import annotations

import pytest
from sfgen.choose import Choice
from sfgen.errors import SfgenError

NAMES = [
    "Contact",
    "Account",
    "AccountShare",
    "AccountHistory",
    "Site__c",
    "Site__Feed",
    "Site__ChangeEvent",
    "Site__mdt",
]


def test_default_leaves_out_mirrors() -> None:
    assert Choice().of(NAMES) == ["Account", "Contact", "Site__c", "Site__mdt"]
    assert Choice(default_exclude=False).of(NAMES) == sorted(NAMES)


def test_globs_and_excludes() -> None:
    assert Choice(include=("Site__*", "Acc*")).of(NAMES) == ["Account", "Site__c", "Site__mdt"]
    assert Choice(include=("Site__*",), exclude=("*__mdt",)).of(NAMES) == ["Site__c"]
    assert Choice(exclude=("Account",)).of(NAMES) == ["Contact", "Site__c", "Site__mdt"]


def test_naming_an_object_asks_for_it_whatever_its_kind() -> None:
    assert Choice(include=("AccountHistory",)).of(NAMES) == ["AccountHistory"]
    assert Choice(include=("AccountHistory", "Contact"), exclude=("AccountHistory",)).of(NAMES) == ["Contact"]


def test_nothing_left_is_an_error() -> None:
    with pytest.raises(SfgenError, match="None of the 8 objects is left"):
        Choice(exclude=("*",)).of(NAMES)


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("Acount", "did you mean 'Account'"),
        ("account", "did you mean 'Account'"),
        ("Q*", "No object fits"),
        ("*Share", "in full"),
    ],
)
def test_a_pattern_that_chooses_nothing_is_an_error(pattern: str, hint: str) -> None:
    with pytest.raises(SfgenError, match=hint):
        Choice(include=("Contact", pattern)).of(NAMES)
