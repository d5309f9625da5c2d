"""Inserting a column at a time leads to the same records and the same errors as row by row."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sfgen_local_org.bulk.faults import JobFaults
from sfgen_local_org.bulk.writing import error_text
from sfgen_local_org.demo import describes
from sfgen_local_org.ids import make_id, make_ids
from sfgen_local_org.org import Org

NOW = dt.datetime(2024, 5, 15, 12, tzinfo=dt.UTC)
DESCRIBES = list(describes().values())
ACCOUNT = "001Lc0000000001IAA"

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=90)
COMMON = st.sampled_from(
    ["", "#N/A", " ", "x", " x ", "X", "0", "1", "true", "NO", "-1", "1e3", "1.005", "9" * 20, "ß", "SS"]
)
DATES = st.dates().map(str) | st.datetimes(min_value=dt.datetime(1700, 1, 1)).map(
    lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
)
IDS = st.sampled_from([ACCOUNT, ACCOUNT[:15], "001Lc0000000009IAA", "003Lc0000000001IAA", "005Lc0000000001IAA"])
PICKED = st.sampled_from(["Web", "web", "Primary", "primary", "Tertiary", "English;French", "french;english", "Nope"])
CELL = COMMON | TEXT | DATES | IDS | PICKED | st.floats().map(str) | st.integers().map(str) | st.emails()

FIELDS = {
    "Contact": [
        *(
            "LastName",
            "FirstName",
            "Email",
            "Birthdate",
            "HasOptedOutOfEmail",
            "MailingLatitude",
            "AccountId",
            "LeadSource",
        ),
        *("Description", "Portal_User_Id__c", "EmailBouncedDate", "OwnerId", "Level__c", "Languages__c", "Id", "Name"),
    ],
    "Account": ["Name", "ERP_Id__c", "ParentId", "NumberOfEmployees", "AnnualRevenue", "Industry"],
    "Opportunity": ["Name", "StageName", "CloseDate", "Amount", "Probability", "AccountId", "IsPrivate"],
    "Case": ["Subject", "Status", "Origin", "SuppliedEmail", "AccountId"],
}


# What mostly fits a field: a row goes by columns only if all of its cells do.
FITTING = {
    "LastName": ["L", " L ", "\u00e9"],
    "Name": ["N", "n"],
    "Birthdate": ["2001-02-03", "0001-01-01", "2001-02-03T23:00:00Z"],
    "CloseDate": ["2024-01-01"],
    "Email": ["a@example.com", " b@example.com "],
    "SuppliedEmail": ["a@example.com"],
    "HasOptedOutOfEmail": ["true", "FALSE", "yes", "0"],
    "IsPrivate": ["true", "n"],
    "MailingLatitude": ["1.5", "-0", "12.3456789", "1e1"],
    "Amount": ["1", "2.50", "0.005", "99999999999999.99", "-1"],
    "AnnualRevenue": ["1", "2.5", "1e3"],
    "Probability": ["10", "33.3"],
    "NumberOfEmployees": ["7", "-7", "0012345", "2147483647"],
    "AccountId": [ACCOUNT, ACCOUNT[:15]],
    "ParentId": [ACCOUNT],
    "OwnerId": ["005Lc0000000001IAA", "005Lc0000000001"],
    "StageName": ["Prospecting", "closed won", "Closed Lost"],
    "Status": ["New", "closed"],
    "EmailBouncedDate": ["2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05+02:00", "2024-13-02T03:04:05.000Z"],
    "Description": [" two\nlines ", "x" * 32_000],
}
ALWAYS = {"LastName", "StageName", "CloseDate"}


def cells(name: str) -> st.SearchStrategy[str]:
    fitting = st.sampled_from([*FITTING.get(name, ["t", "Web", "English;French"]), "", "#N/A"])
    return st.integers(0, 15).flatmap(lambda number: CELL if number == 0 else fitting)


@st.composite
def uploads(draw: st.DrawFn) -> tuple[str, list[str], list[list[str]]]:
    sobject = draw(st.sampled_from(sorted(FIELDS)))
    header = draw(st.lists(st.sampled_from(FIELDS[sobject]), min_size=1, max_size=6, unique=True))
    if sobject == "Contact" and draw(st.integers(0, 7)):  # what makes every row go by itself is seldom there
        header = [name for name in header if name not in ("Name", "Id")]
    needed = ALWAYS.intersection(FIELDS[sobject]) | ({"Name"} & set(FIELDS[sobject]) if sobject != "Contact" else set())
    if draw(st.integers(0, 7)):
        header = list(dict.fromkeys([*header, *sorted(needed)]))
    header = header or ["LastName"]
    rows = [[draw(cells(name)) for name in header] for _ in range(draw(st.integers(1, 8)))]
    for row in rows:
        for place, name in enumerate(header):
            if name in needed and row[place] in ("", "#N/A") and draw(st.integers(0, 7)):
                row[place] = FITTING[name][0]
    return sobject, header, rows


def load(
    upload: tuple[str, list[str], list[list[str]]], *, by_columns: bool, upsert_by: str | None = None
) -> tuple[Any, Any]:
    sobject, header, rows = upload
    org = Org(DESCRIBES, clock=lambda: NOW)
    org.seed([("Account", {"Id": ACCOUNT, "Name": "A"})])
    operation = "insert" if upsert_by is None else "upsert"
    table = org.bulk_writer(sobject, operation, upsert_by, JobFaults()).table(header)
    if not by_columns:
        table._fast = None
    results = table.write(rows)
    outcome = results.ids, results.created, {number: error_text(error) for number, error in results.errors.items()}
    stored = org.query(f"SELECT FIELDS(ALL) FROM {sobject} ORDER BY Id LIMIT 200")["records"]
    org.close()
    return outcome, stored


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(uploads())
def test_both_ways_are_one(upload: tuple[str, list[str], list[list[str]]]) -> None:
    assert load(upload, by_columns=True) == load(upload, by_columns=False)


KEYS = {"Contact": ["Portal_User_Id__c", "Email"], "Account": ["ERP_Id__c"]}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(uploads().filter(lambda upload: upload[0] in KEYS), st.data())
def test_both_ways_are_one_for_upserts(upload: tuple[str, list[str], list[list[str]]], data: st.DataObject) -> None:
    sobject, header, rows = upload
    key = data.draw(st.sampled_from(KEYS[sobject]))
    keys = ["a@example.com", "A@example.com", "b@example.com", "", "#N/A", " ", "nope"]
    if key not in header:
        header = [*header, key]
        rows = [[*row, ""] for row in rows]
    for row in rows:
        row[header.index(key)] = data.draw(st.sampled_from(keys))
    changed = sobject, header, rows
    assert load(changed, by_columns=True, upsert_by=key) == load(changed, by_columns=False, upsert_by=key)


@pytest.mark.parametrize(
    "rows",
    [
        [["p", "A"], ["P", "B"], ["p ", "C"]],  # one value three times
        [["p", ""], ["p", "B"]],  # the first is refused for something else
        [["p", "A"], ["", "B"], ["#N/A", "C"], ["", "D"]],  # nothing isn't a value
        [["x" * 40, "A"], ["q", "B"], ["x" * 40, "C"]],
    ],
)
def test_unique_values_in_one_upload(rows: list[list[str]]) -> None:
    upload = "Contact", ["Portal_User_Id__c", "LastName"], rows
    assert load(upload, by_columns=True) == load(upload, by_columns=False)


def test_unique_values_whose_case_does_not_count() -> None:
    upload = "Account", ["ERP_Id__c", "Name"], [["a", "A"], ["A", "B"], ["\u00df", "C"], ["SS", "D"]]
    results, _ = load(upload, by_columns=True)
    assert [record_id is None for record_id in results[0]] == [False, True, False, True]
    assert load(upload, by_columns=True) == load(upload, by_columns=False)


def test_unique_values_of_records() -> None:
    org = Org(DESCRIBES)
    org.create("Contact", {"LastName": "A", "Portal_User_Id__c": "Taken"})
    table = org.bulk_writer("Contact", "insert", None, JobFaults()).table(["Portal_User_Id__c", "LastName"])
    results = table.write([["free", "B"], ["Taken", "C"]])
    assert [error.code for error in results.errors.values()] == ["DUPLICATE_VALUE"]
    assert results.ids[1] is None


def test_new_rows_of_an_upsert_go_by_columns() -> None:
    org = Org(DESCRIBES)
    org.create("Contact", {"LastName": "A", "Portal_User_Id__c": "old"})
    table = org.bulk_writer("Contact", "upsert", "Portal_User_Id__c", JobFaults()).table(
        ["portal_user_id__c", "LastName"]
    )
    assert table._fast is not None
    rows = [["new", "A"], ["old", "B"], ["", "D"], ["other", "E"]]
    assert table._fast.encode(rows)[1] == [1, 2]
    assert table.write(rows).created == [True, False, False, True]


def test_rows_of_an_upsert_with_the_same_key_are_refused_where_they_are_worked_on_together() -> None:
    """Salesforce works on 200 rows at a time, and writes neither of two with the same external id."""
    org = Org(DESCRIBES)
    table = org.bulk_writer("Contact", "upsert", "Portal_User_Id__c", JobFaults()).table(
        ["Portal_User_Id__c", "LastName"]
    )
    rows = [[f"k{number}", "A"] for number in range(202)]
    rows[7][0], rows[201][0] = "k3", "k0"
    results = table.write(rows)
    assert {number: error_text(error) for number, error in results.errors.items()} == dict.fromkeys(
        (3, 7), "DUPLICATE_VALUE:Duplicate external id specified: k3:Portal_User_Id__c --"
    )
    assert (results.ids[201], results.created[201]) == (results.ids[0], False)


def test_most_rows_go_by_columns() -> None:
    org = Org(DESCRIBES)
    table = org.bulk_writer("Contact", "insert", None, JobFaults()).table(["LastName", "Email", "Birthdate"])
    assert table._fast is not None
    _, slow = table._fast.encode(
        [["A", "a@example.com", "2001-01-01"], ["B", "nope", ""], ["", "", ""], ["C", "", "#N/A"]]
    )
    assert slow == [1, 2]


@given(st.integers(0, 62**9 - 5000), st.integers(0, 4500))
@settings(max_examples=30)
def test_ids_in_a_row(first: int, count: int) -> None:
    ids = make_ids("003", first, count)
    assert len(ids) == count
    for number in {0, count // 2, count - 1} if count else ():
        assert ids[number] == make_id("003", first + number)
    assert ids == sorted(ids)
