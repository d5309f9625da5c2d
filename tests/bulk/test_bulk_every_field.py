"""Records of every type of field that the demo org has, up by a typed bulk insert and down by a typed query."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import acme_org
import pytest
from bulk_support import describes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce

OBJECTS = ("Account", "Campaign", "Case", "Contact", "Installation__c", "Lead", "Opportunity", "Site__c")
# What a record needs besides, by object: the id of a parent, and what is unique.
NEEDED = {
    "Site__c": ("Account__c", "Site_Code__c"),
    "Installation__c": ("Site__c", "Serial_Number__c"),
}
# What one needs another record for, and what the org works out of other fields.
LEFT_OUT = ("reference", "base64", "anyType", "complexvalue", "address", "location")
ZONES = [dt.UTC, *(dt.timezone(dt.timedelta(minutes=minutes)) for minutes in (-720, -210, 330, 345, 840))]
ODD_TEXTS = ("#N/A.", "#n/a", "N/A", "null", '"', '"",""', "a,b", "=1", "\\", "''", "𝄞😀", "e\u0301", "\u00a0x", "true")


@pytest.fixture(scope="module")
def sf() -> Iterator[acme_org.Salesforce]:
    with LocalOrg(Org(describes())) as server:
        yield acme_org.Salesforce(instance_url=server.url, session_id=server.session_id)


@pytest.fixture(scope="module")
def parents(sf: acme_org.Salesforce) -> dict[str, str]:
    account = sf.Account.create({"Name": "a"}).id
    return {"Account__c": account, "Site__c": sf.Site__c.create({"Account__c": account, "Site_Code__c": "first"}).id}


def texts(length: int, *, lines: bool) -> st.SearchStrategy[str]:
    allowed = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t" if lines else "")
    found = st.sampled_from(ODD_TEXTS) | st.text(allowed, min_size=1, max_size=min(length, 40))
    # The platform counts UTF-16 units, and trims what stands at the ends.
    return found.map(lambda text: text[: length // 2].strip()).filter(lambda text: text not in ("", "#N/A"))


def amounts(field: dict[str, Any]) -> st.SearchStrategy[Decimal]:
    whole = min(field["precision"] - field["scale"], 12)
    most = Decimal(10) ** whole - 1
    return st.decimals(-most, most, places=field["scale"])


def values(field: dict[str, Any]) -> st.SearchStrategy[Any] | None:
    active = [value["value"] for value in field["picklistValues"] if value["active"]]
    match field["type"]:
        case "picklist" | "multipicklist" if not active:
            return None
        case "picklist":
            return st.sampled_from(active)
        case "multipicklist":
            return st.lists(st.sampled_from(active), min_size=1, unique=True)
        case "boolean":
            return st.booleans()
        case "int":
            return st.integers(0, 10 ** min(field["digits"], 9) - 1)
        case "double":
            return amounts(field).map(float)
        case "currency":
            return amounts(field)
        case "percent":
            return amounts(field).map(float)
        case "date":
            return st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31))
        case "datetime":
            moments = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2999, 1, 1), timezones=st.sampled_from(ZONES))
            return moments.map(lambda moment: moment.replace(microsecond=0))
        case "time":
            return st.times().map(lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000))
        case "email":
            return st.sampled_from(["a@example.com", "a.b+c@sub.example.org"])
        case "textarea":
            return texts(field["length"], lines=True)
        case "string" | "url" | "phone" | "combobox" | "encryptedstring":
            return texts(field["length"], lines=False)
    return None


@lru_cache
def records_of(name: str) -> st.SearchStrategy[dict[str, Any]]:
    described = next(describe for describe in describes() if describe["name"] == name)
    needed, free = {}, {}
    for field in described["fields"]:
        # Which values one that depends on another may have is not told here.
        if (
            field["dependentPicklist"]
            or not field["createable"]
            or field["type"] in LEFT_OUT
            or field["unique"]
            or field["externalId"]
        ):
            continue
        if (made := values(field)) is None:
            continue
        if not field["nillable"] and not field["defaultedOnCreate"]:
            needed[field["name"]] = made
        else:
            free[field["name"]] = made | st.none() if field["nillable"] else made
    return st.fixed_dictionaries(needed, optional=free)


def equal(sent: Any, got: Any) -> bool:
    match sent:
        case list():
            return sorted(sent) == sorted(got)
        case dt.datetime():
            return bool(sent.astimezone(dt.UTC) == got and got.utcoffset() == dt.timedelta())
        case _:
            return bool(sent == got)


@pytest.mark.parametrize("name", OBJECTS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_goes_up_comes_down(
    sf: acme_org.Salesforce, parents: dict[str, str], name: str, data: st.DataObject
) -> None:
    records = data.draw(
        st.lists(records_of(name).filter(bool) if name not in NEEDED else records_of(name), min_size=1, max_size=12)
    )
    if name in NEEDED:
        parent, key = NEEDED[name]
        for record in records:
            record |= {parent: parents[parent], key: uuid4().hex[:10]}
    model, typed = getattr(acme_org, name), getattr(sf, name)
    result = typed.bulk.insert(records, rows_per_job=5)
    rows = list(result)
    assert [row.index for row in rows] == list(range(len(records)))
    # Only the org's validation rules refuse any of these.
    assert {row.error_code for row in rows if not row.success} <= {"FIELD_CUSTOM_VALIDATION_EXCEPTION"}, rows
    saved = {row.id: record for row, record in zip(rows, records, strict=True) if row.success}
    names = sorted({field for record in records for field in record})
    query = typed.select(model.Id, *(getattr(model, field) for field in names)).where(model.Id.in_(list(saved)))
    found = {record.Id: record for record in query.bulk().options(page_rows=7)} if saved else {}
    assert found.keys() == saved.keys()
    for record_id, record in saved.items():
        for field, sent in record.items():
            got = getattr(found[record_id], field)
            assert equal(sent, got), f"{name}.{field}: {sent!r} came back as {got!r}"


def test_what_a_csv_cannot_say_is_refused_and_never_turned_into_something_else(sf: acme_org.Salesforce) -> None:
    with pytest.raises(ValueError, match="row 0 has no field"):
        sf.Case.bulk.insert([{}])
    with pytest.raises(ValueError, match="means null"):
        sf.Contact.bulk.insert([{"LastName": "x", "Description": "#N/A"}])
    (row,) = sf.Contact.bulk.insert([{"LastName": "x", "Description": "#N/A\nb"}])
    assert sf.Contact.get(str(row.id)).Description == "#N/A\nb"
    with pytest.raises(ValueError, match="has no offset"):
        sf.Event.bulk.insert([{"ActivityDateTime": dt.datetime(2024, 1, 1), "DurationInMinutes": 5}])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "the first line must name the columns"),
        (b"\xef\xbb\xbf", "the first line must name the columns"),
        (b"LastName,LastName\nA,B\n", "the first line must name the columns, each by the API name"),
        (b" LastName ,FirstName\nA,B\n", "blanks around the column name ' LastName '"),
        (b'LastName\nA\n"a"b\n', "line 3 is no CSV: ',' expected"),
        (b'LastName\n"abc\n', "line 2 is no CSV: unexpected end of data"),
        (b"LastName,FirstName\nA\n", "row 0 has 1 cells"),
    ],
)
def test_a_csv_file_that_is_none_is_told_by_its_name(
    sf: acme_org.Salesforce, tmp_path: Path, text: bytes, told: str
) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(text)
    untyped = Salesforce(instance_url=sf.base_url, session_id=sf.session_id)
    for contacts in (sf.Contact, untyped.Contact):
        with pytest.raises(ValueError, match=re.escape(f"{path}: {told}")):
            contacts.bulk.insert(path)


def test_a_misspelt_option_is_not_left_undone(sf: acme_org.Salesforce) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'raise_on_errors'; a load takes concurrency"):
        sf.Contact.bulk.insert([{"LastName": "x"}], raise_on_errors=True)  # type: ignore[call-arg]


class Moment(dt.datetime):
    """A datetime as other libraries have it: pandas, pendulum, freezegun."""


def test_a_subclass_of_datetime_is_a_moment_and_no_day(sf: acme_org.Salesforce) -> None:
    untyped = Salesforce(instance_url=sf.base_url, session_id=sf.session_id)
    moment = Moment(2024, 2, 29, 10, 20, 30, tzinfo=ZONES[3])
    for events in (sf.Event, untyped.Event):
        (row,) = events.bulk.insert([{"ActivityDateTime": moment, "DurationInMinutes": 5}])
        assert sf.Event.get(str(row.id)).ActivityDateTime == moment


def test_frames_of_other_libraries_keep_each_value(sf: acme_org.Salesforce) -> None:
    pyarrow, pandas = pytest.importorskip("pyarrow"), pytest.importorskip("pandas")
    nanoseconds = pyarrow.array([1_700_000_000_000_000_000], pyarrow.timestamp("ns", "UTC"))
    frame = pyarrow.table({"ActivityDateTime": nanoseconds, "DurationInMinutes": [5]})
    (row,) = sf.Event.bulk.insert(frame)
    assert sf.Event.get(str(row.id)).ActivityDateTime == dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)
    twice = pyarrow.table([pyarrow.array(["a"]), pyarrow.array(["b"])], names=["Name", "Name"])
    for wrong in (twice, pandas.DataFrame([["a", "b"]], columns=["Name", "Name"])):
        with pytest.raises(ValueError, match="the column Name twice"):
            sf.Account.bulk.insert(wrong)
