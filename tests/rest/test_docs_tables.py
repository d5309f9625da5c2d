"""The tables of the pages name what there is."""

from __future__ import annotations

import json
import re

import pytest
import sfgen_runtime
from doc_pages import text_of
from sfgen_runtime import Salesforce, SalesforceError
from sfgen_runtime.error_codes import error_of
from sfgen_runtime.errors import BY_STATUS

ERRORS = text_of("docs/errors.md")
MIGRATION = text_of("docs/migration.md")


def rows(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the table whose first heading this is."""
    table = text[text.index(f"| {heading} |") :].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def codes(cell: str) -> list[str]:
    """Return the codes of a row; an ellipsis stands for the first of them."""
    first, *others = cell.split(", ")
    return [first, *(other.replace("…", first) for other in others)]


@pytest.mark.parametrize("row", rows(ERRORS, "class"), ids=lambda row: row[0])
def test_codes_become_their_classes_which_know_what_is_said(row: list[str]) -> None:
    (name,) = quoted(row[0])
    for code in codes(row[1]):
        body = json.dumps([{"errorCode": code, "message": "m"}]).encode()
        error = error_of("https://acme.my.salesforce.com", 400, "Contact", body)
        assert type(error).__name__ == name
        assert [attribute for attribute in quoted(row[2]) if not hasattr(error, attribute)] == []


def test_every_class_of_a_code_has_a_row() -> None:
    from sfgen_runtime import error_codes

    finer = {
        name
        for name, kind in vars(error_codes).items()
        if isinstance(kind, type) and issubclass(kind, SalesforceError) and kind.__module__ == error_codes.__name__
    }
    shown = {name for row in rows(ERRORS, "class") for name in quoted(row[0])}
    assert {name for name in finer if not name.startswith("_")} <= shown


def test_errors_have_the_attributes_that_the_page_lists() -> None:
    error = SalesforceError("https://acme.my.salesforce.com", 418, "Tea", "a teapot")
    listed = [name for row in rows(ERRORS, "attribute") for name in quoted(row[0])]
    assert len(listed) > 8
    assert [name for name in listed if not hasattr(error, name)] == []


def test_the_tree_of_errors_is_that_of_the_classes() -> None:
    (tree,) = re.findall(r"```text\n(SalesforceError\n.*?)```", ERRORS, re.DOTALL)
    parents: list[type] = []
    for line in tree.splitlines():
        drawn, name, said = re.fullmatch(r"([│├└─ ]*)(\w+) *(.*)", line).groups()  # type: ignore[union-attr]
        kind, depth = getattr(sfgen_runtime, name), len(drawn) // 4
        assert depth == 0 or issubclass(kind, parents[depth - 1])
        assert [status for status in re.findall(r"\b[345]\d\d\b", said) if BY_STATUS[int(status)] is not kind] == []
        parents[depth:] = [kind]


@pytest.mark.parametrize("row", rows(MIGRATION, "simple-salesforce"), ids=lambda row: row[0])
def test_the_names_that_moved_are_here(row: list[str]) -> None:
    sf = Salesforce(session_id="00D...!...", instance_url="https://acme.my.salesforce.com")
    for name in re.findall(r"`(?:sf\.)?(?:Contact\.)?(\w+)(?:\(\.\.\.\))?`", row[0]):
        holders = (sf, sf.Contact, sfgen_runtime)
        assert any(name in dir(holder) for holder in holders) or name == "Contact", name
