"""Awkward values go up and come back equal, and what takes the short cut would have passed the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import acme_org
import pytest
from acme_org import Contact, Opportunity
from bulk_support import describes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg
from sfgen_runtime.bulk.parts import CsvForm, PartWriter
from sfgen_runtime.bulk.rows import read_error
from sfgen_runtime.model import writing
from sfgen_runtime.model.bulk_checks import sure_records
from sfgen_runtime.model.errors import InvalidRecord


@pytest.fixture(scope="module")
def sf() -> Iterator[acme_org.Salesforce]:
    with LocalOrg(Org(describes())) as server:
        yield acme_org.Salesforce(instance_url=server.url, session_id=server.session_id)


# What the platform keeps as it is: it trims spaces at the ends, and takes no control characters but tab and line break.
AWKWARD = st.one_of(
    st.sampled_from(
        ['"', '""', ",", "\n", "a\rb", "a\r\nb", "=1+1", "\\", "'", "NULL", "null", "true", "#N/A ", "é", "日本"]
    ),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\r\n\t"), min_size=1, max_size=60),
)
TEXT = AWKWARD.map(str.strip).filter(lambda text: text and text != "#N/A")
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"LastName": TEXT},
        optional={
            "FirstName": st.none() | TEXT.map(lambda text: text[:40].strip()),
            "Description": st.none() | TEXT,
            "Birthdate": st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)),
            "HasOptedOutOfEmail": st.booleans(),
            "Languages__c": st.lists(st.sampled_from(["English", "German", "French"]), unique=True),
        },
    ),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(RECORDS)
def test_contacts_come_back_equal(sf: acme_org.Salesforce, records: list[dict[str, Any]]) -> None:
    result = sf.Contact.bulk.insert(records, rows_per_job=10, raise_on_error=True)  # type: ignore[arg-type]
    ids = [row.id for row in result.saved()]
    assert len(set(ids)) == len(records)
    names = ("LastName", "FirstName", "Description", "Birthdate", "HasOptedOutOfEmail", "Languages__c")
    columns = [getattr(Contact, name) for name in names]
    query = sf.Contact.select(Contact.Id, *columns).where(Contact.Id.in_(ids))
    found = {contact.Id: contact for contact in query.bulk().options(page_rows=7)}
    assert found == {contact.Id: contact for contact in query}
    order = ["English", "German", "French"]
    for record, record_id in zip(records, ids, strict=True):
        contact = found[record_id]
        for name in names:
            sent = record.get(name) or (False if name == "HasOptedOutOfEmail" else None)
            got = getattr(contact, name)
            if name == "Languages__c":
                sent, got = sorted(sent or (), key=order.index), sorted(got or (), key=order.index)
            assert got == sent, name


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(
        st.tuples(
            st.decimals(Decimal("-1e12"), Decimal("1e12"), places=2),
            st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2999, 1, 1), timezones=st.timezones()),
        ),
        min_size=1,
        max_size=10,
    )
)
def test_amounts_and_moments_come_back_equal(
    sf: acme_org.Salesforce, values: list[tuple[Decimal, dt.datetime]]
) -> None:
    day = dt.date(2026, 1, 1)
    deals = [Opportunity(Name="o", StageName="Prospecting", CloseDate=day, Amount=amount) for amount, _ in values]
    ids = [row.id for row in sf.Opportunity.bulk.insert(deals, raise_on_error=True).saved()]
    query = sf.Opportunity.values(Opportunity.Id, Opportunity.Amount).where(Opportunity.Id.in_(ids)).bulk()
    found = dict(query)
    assert [found[record_id] for record_id in ids] == [amount for amount, _ in values]
    moments = [moment.replace(microsecond=0) for _, moment in values]
    events = [acme_org.Event(DurationInMinutes=5, ActivityDateTime=moment) for moment in moments]
    saved = [row.id for row in sf.Event.bulk.insert(events, raise_on_error=True).saved()]
    columns = (acme_org.Event.Id, acme_org.Event.ActivityDateTime)
    kept = dict(sf.Event.values(*columns).where(acme_org.Event.Id.in_(saved)).bulk())
    # In UTC: Python finds an hour that daylight saving skips unequal to any other.
    assert [kept[record_id] for record_id in saved] == [moment.astimezone(dt.UTC) for moment in moments]


@given(
    st.dictionaries(
        st.sampled_from(
            ["LastName", "FirstName", "Birthdate", "HasOptedOutOfEmail", "Level__c", "Id", "Nope", "Account"]
        ),
        st.one_of(
            st.none(),
            st.text(max_size=90),
            st.booleans(),
            st.dates(),
            st.integers(),
            st.sampled_from(["Primary", "No"]),
        ),
    )
)
def test_the_short_cut_passes_nothing_that_the_rules_refuse(record: dict[str, Any]) -> None:
    if sure_records(Contact, lambda row: row.createable, whole=True)(record):
        kept = writing.to_wire(Contact, writing.validate_create(Contact, record))
        assert kept == record
    if sure_records(Contact, lambda row: row.updateable, whole=False)(record):
        assert writing.to_wire(Contact, writing.validate_update(Contact, record)) == record


def test_the_short_cut_is_taken() -> None:
    assert sure_records(Contact, lambda row: row.createable, whole=True)({"LastName": "Smith", "FirstName": None})
    with pytest.raises(InvalidRecord):
        writing.validate_create(Contact, {"FirstName": "Jo"})
    assert not sure_records(Contact, lambda row: row.createable, whole=True)({"FirstName": "Jo"})


@given(
    st.lists(st.dictionaries(st.sampled_from("ABC"), st.text(st.characters(exclude_categories=("Cs",)), max_size=9))),
    st.integers(1, 7),
    st.integers(150, 400),
)
def test_splitting_keeps_every_row_and_every_limit(tmp_path_factory: Any, records: Any, rows: int, size: int) -> None:
    records = [{name: text for name, text in record.items() if text != "#N/A"} for record in records]
    if not any(records):
        records.append({"A": ""})
    folder = tmp_path_factory.mktemp("parts")
    parts = list(PartWriter(lambda: folder, CsvForm(), max_rows=rows, max_bytes=size).of_records(records))
    found = []
    for part in parts:
        assert part.rows <= rows
        assert len(part.content) <= size
        found += [dict(zip(part.header, cells, strict=True)) for cells in part.cells()]
    assert [part.first for part in parts] == [sum(part.rows for part in parts[:at]) for at in range(len(parts))]
    assert len(found) == len(records)
    for row, record in zip(found, records, strict=True):
        assert {name: text for name, text in row.items() if text} == {k: text or "#N/A" for k, text in record.items()}


def test_a_row_larger_than_an_upload_is_refused(tmp_path_factory: Any) -> None:
    writer = PartWriter(lambda: tmp_path_factory.mktemp("parts"), max_bytes=100)
    with pytest.raises(ValueError, match="row 1 alone is larger"):
        list(writer.of_records([{"A": "small"}, {"A": "x" * 200}]))


def test_large_parts_are_kept_in_files_and_read_back(tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("parts")
    records = [{"A": f"{number}" + "x" * 1000, "B": "\r\n"} for number in range(3000)]
    (part,) = PartWriter(lambda: folder).of_records(records)
    assert part.path is not None
    body = part.body()
    assert not isinstance(body, bytes)
    assert len(b"".join(body)) == len(body) == len(b"".join(body))
    assert [cells[0] for cells in part.cells()] == [record["A"] for record in records]


@pytest.mark.parametrize(
    ("text", "code", "message", "fields"),
    [
        (
            "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --",
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [LastName]",
            ("LastName",),
        ),
        (
            "DUPLICATE_VALUE:duplicate value found: X__c duplicates value on record with id: 003:--",
            "DUPLICATE_VALUE",
            "duplicate value found: X__c duplicates value on record with id: 003",
            (),
        ),
        ("INVALID_FIELD:A\nmultiline: message:A, B --", "INVALID_FIELD", "A\nmultiline: message", ("A", "B")),
        ("something else", "UNKNOWN_EXCEPTION", "something else", ()),
        ("", "UNKNOWN_EXCEPTION", "", ()),
    ],
)
def test_errors_of_rows_are_read(text: str, code: str, message: str, fields: tuple[str, ...]) -> None:
    error = read_error(text)
    assert (error.code, error.message, error.fields) == (code, message, fields)
