"""Loads: what goes up, how it is split, and what comes back for each row."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pandas
import polars
import pyarrow
import pytest
from acme_org import Account, Contact, Event, Opportunity
from acme_org import Salesforce as Acme
from bulk_support import SOON
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import InvalidRecord, Salesforce, SalesforceBulkV2LoadError
from sfgen_runtime.bulk import BulkRowsFailed
from sfgen_runtime.bulk.enums import ColumnDelimiter, LineEnding
from sfgen_runtime.bulk.progress import Progress
from sfgen_runtime.bulk.rows import RowFailed, RowSaved


def names(sf: Acme) -> set[str]:
    return {name for (name,) in sf.Contact.values(Contact.LastName)}


def test_models_and_dicts_become_records_in_their_order(sf: Acme) -> None:
    result = sf.Contact.bulk.insert([Contact(LastName="A"), {"LastName": "B", "FirstName": "b"}, Contact(LastName="C")])
    assert (len(result), result.succeeded, result.failed, result.unprocessed) == (3, 3, 0, 0)
    rows = list(result)
    assert [row.index for row in rows] == [0, 1, 2]
    for row, name in zip(rows, "ABC", strict=True):
        assert isinstance(row, RowSaved)
        assert row.created
        assert sf.Contact.get(row.id).LastName == name


def test_one_failed_row_is_told_with_its_code_and_fields(untyped: Salesforce) -> None:
    result = untyped.Contact.bulk.insert([{"LastName": "A"}, {"FirstName": "nobody"}, {"LastName": "C"}])
    assert [type(row) for row in result] == [RowSaved, RowFailed, RowSaved]
    (failure,) = result.failures()
    assert isinstance(failure, RowFailed)
    assert (failure.index, failure.error_code, failure.fields) == (1, "REQUIRED_FIELD_MISSING", ("LastName",))
    assert failure.sent == {"FirstName": "nobody"}
    assert repr(result) == "<bulk insert of Contact: 2 saved, 1 failed>"


def test_raise_on_error_quotes_the_failure_and_keeps_the_result(untyped: Salesforce) -> None:
    with pytest.raises(BulkRowsFailed, match="row 1: REQUIRED_FIELD_MISSING") as caught:
        untyped.Contact.bulk.insert([{"LastName": "A"}, {"FirstName": "b"}], raise_on_error=True)
    assert caught.value.result is not None
    assert caught.value.result.succeeded == 1


def test_failed_rows_go_to_a_file_that_can_be_loaded_again(untyped: Salesforce, tmp_path: Path) -> None:
    rows = [{"LastName": "A"}, {"FirstName": 'multi\r\nline, "b"'}, {"FirstName": None}]
    result = untyped.Contact.bulk.insert(rows)
    path = tmp_path / "failed.csv"
    assert result.failures_to_csv(path) == 2
    with path.open(newline="") as file:
        kept = list(csv.DictReader(file))
    assert kept == [{"LastName": "", "FirstName": 'multi\r\nline, "b"'}, {"LastName": "", "FirstName": "#N/A"}]
    mended = tmp_path / "mended.csv"
    with mended.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["LastName", "FirstName"])
        writer.writeheader()
        writer.writerows({**row, "LastName": "mended"} for row in kept)
    again = untyped.Contact.bulk.insert(mended, raise_on_error=True)
    assert again.succeeded == 2


def test_rows_are_split_into_jobs_and_joined_again(untyped: Salesforce) -> None:
    rows = [{"LastName": f"n{number}"} if number % 7 else {"FirstName": f"n{number}"} for number in range(100)]
    result = untyped.Contact.bulk.insert(iter(rows), rows_per_job=15, concurrency=3)
    assert len(result.jobs) == 7
    assert [row.success for row in result] == [bool(number % 7) for number in range(100)]
    assert [row.index for row in result] == list(range(100))
    assert [next(iter(row.sent.values())) for row in result] == [f"n{number}" for number in range(100)]


@pytest.mark.parametrize("kept", [0, 10_000])
def test_a_row_is_found_by_its_place(untyped: Salesforce, monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    monkeypatch.setattr("sfgen_runtime.bulk.results._KEPT", kept)
    result = untyped.Contact.bulk.insert(
        [{"LastName": f"n{n}" if n % 3 else "x" * 81} for n in range(10)], rows_per_job=4
    )
    rows = list(result)
    assert [result[at] for at in range(10)] == [result[at - 10] for at in range(10)] == rows
    for some in (slice(None), slice(2, 7), slice(-3, None), slice(8, 1, -2), slice(20, 30)):
        assert result[some] == rows[some]
    for outside in (10, -11):
        with pytest.raises(IndexError):
            result[outside]
    assert (result[3].success, result[4].success, result[4].id) == (False, True, rows[4].id)


def test_a_column_that_comes_late_loses_nothing(untyped: Salesforce) -> None:
    rows: list[dict[str, Any]] = [{"LastName": f"n{number}"} for number in range(600)]
    rows += [{"LastName": "late", "Title": "there"}]
    result = untyped.Contact.bulk.insert(rows, raise_on_error=True)
    assert len(result.jobs) == 2
    found = untyped.query("SELECT LastName FROM Contact WHERE Title = 'there'")
    assert [record["LastName"] for record in found.records] == ["late"]
    assert untyped.query("SELECT COUNT() FROM Contact").totalSize == 601


def test_values_arrive_as_they_are(sf: Acme) -> None:
    account = sf.Account.create({"Name": "Here"})
    result = sf.Contact.bulk.insert(
        [
            {
                "LastName": "a\r\nb\rc\nd",
                "Birthdate": dt.date(2000, 2, 29),
                "AccountId": account.id,
                "HasOptedOutOfEmail": True,
                "Languages__c": ["English", "French"],
            }
        ],
        raise_on_error=True,
    )
    (row,) = result.saved()
    contact = sf.Contact.get(row.id)
    assert contact.LastName == "a\r\nb\rc\nd"
    assert contact.Birthdate == dt.date(2000, 2, 29)
    assert contact.HasOptedOutOfEmail is True
    assert contact.Languages__c == ("English", "French")
    amount = Decimal("1234567.89")
    chance = Opportunity(Name="o", StageName="Prospecting", CloseDate=dt.date(2026, 1, 1), Amount=amount)
    (saved,) = sf.Opportunity.bulk.insert([chance], raise_on_error=True).saved()
    assert sf.Opportunity.select(Opportunity.Amount).where(Opportunity.Id == saved.id).one().Amount == amount


def test_moments_are_exact_whatever_their_offset(sf: Acme) -> None:
    moment = dt.datetime(2026, 3, 1, 23, 30, 5, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    event = Event(DurationInMinutes=30, ActivityDateTime=moment)
    (row,) = sf.Event.bulk.insert([event], raise_on_error=True).saved()
    assert sf.Event.get(row.id).ActivityDateTime == moment


def test_null_is_not_the_same_as_left_alone(sf: Acme) -> None:
    made = sf.Contact.bulk.insert([{"LastName": "A", "FirstName": "a", "Title": "t"}], raise_on_error=True)
    (row,) = made.saved()
    sf.Contact.bulk.update([(row.id, {"FirstName": None})], raise_on_error=True)
    contact = sf.Contact.get(row.id)
    assert (contact.FirstName, contact.Title) == (None, "t")


def test_models_that_were_read_are_updated_by_what_changed(sf: Acme) -> None:
    sf.Contact.bulk.insert([{"LastName": "A"}, {"LastName": "B"}])
    contacts = sf.Contact.select(Contact.Id, Contact.LastName).all()
    for contact in contacts:
        contact.LastName += "!"
    assert sf.Contact.bulk.update(contacts, raise_on_error=True).succeeded == 2
    assert names(sf) == {"A!", "B!"}


def test_upsert_tells_created_from_updated(sf: Acme) -> None:
    first = sf.Account.bulk.upsert([{"ERP_Id__c": "1", "Name": "one"}], "ERP_Id__c", raise_on_error=True)
    second = sf.Account.bulk.upsert(
        [{"ERP_Id__c": "1", "Name": "uno"}, {"ERP_Id__c": "2", "Name": "two"}], "ERP_Id__c", raise_on_error=True
    )
    assert [row.created for row in first.saved()] == [True]
    assert [row.created for row in second.saved()] == [False, True]
    assert {name for (name,) in sf.Account.values(Account.Name)} == {"uno", "two"}


def test_a_row_without_its_external_id_is_refused_before_the_call(sf: Acme, server: LocalOrg) -> None:
    with pytest.raises(ValueError, match="ERP_Id__c: it says which record is meant") as caught:
        sf.Account.bulk.upsert([{"ERP_Id__c": "1", "Name": "one"}, {"Name": "two"}], "ERP_Id__c")
    assert "row 1" in caught.value.__notes__[0]
    assert not [served for served in server.requests if "jobs" in served.path]


def test_a_key_that_identifies_nothing_is_refused_before_the_call(sf: Acme, server: LocalOrg) -> None:
    with pytest.raises(InvalidRecord, match="such are: Id, ERP_Id__c"):
        sf.Account.bulk.upsert([{"Name": "A"}], "Name")  # type: ignore[arg-type]
    assert not server.requests


def test_records_that_were_read_are_upserted_by_their_key(sf: Acme) -> None:
    sf.Account.create({"Name": "A", "ERP_Id__c": "1"})
    sf.Account.create({"Name": "B", "ERP_Id__c": "2"})
    read = sf.Account.select(Account.Name, Account.ERP_Id__c).order_by(Account.Name).all()
    read[0].Name = "changed"
    result = sf.Account.bulk.upsert(read, "ERP_Id__c", raise_on_error=True)
    assert [row.sent for row in result] == [{"Name": "changed", "ERP_Id__c": "1"}, {"ERP_Id__c": "2"}]
    assert not any(row.created for row in result.saved())
    again = sf.Account.bulk.resume(result.jobs[0].id, read)
    assert [row.sent for row in again] == [row.sent for row in result]


def test_dates_as_pandas_keeps_them(sf: Acme) -> None:
    days = pandas.DataFrame({"LastName": ["A", "B"], "Birthdate": pandas.to_datetime(["2001-02-03", None])})
    first, second = (row.id for row in sf.Contact.bulk.insert(days, raise_on_error=True).saved())
    assert (sf.Contact.get(first).Birthdate, sf.Contact.get(second).Birthdate) == (dt.date(2001, 2, 3), None)
    for moment in ("2001-02-03T04:05:06", "2001-02-03T00:00:00Z"):
        with pytest.raises(InvalidRecord, match=r"it takes a datetime\.date"):
            sf.Contact.bulk.insert(pandas.DataFrame({"LastName": ["A"], "Birthdate": pandas.to_datetime([moment])}))
    # Of what moment a midnight is, nobody knows.
    with pytest.raises(InvalidRecord, match="has no offset"):
        sf.Contact.bulk.insert(pandas.DataFrame({"LastName": ["A"], "EmailBouncedDate": days["Birthdate"][:1]}))


@pytest.mark.parametrize("make", [lambda rows: rows, polars.DataFrame, pandas.DataFrame])
def test_parents_are_columns_of_frames_too(sf: Acme, make: Any) -> None:
    account = sf.Account.create({"Name": "A", "ERP_Id__c": "1"}).id
    rows = [{"LastName": "a", "Account.ERP_Id__c": "1"}, {"LastName": "b", "Account.ERP_Id__c": None}]
    sf.Contact.bulk.insert(make(rows), raise_on_error=True)
    assert sf.Contact.values(Contact.AccountId).order_by(Contact.LastName).all() == [(account,), (None,)]


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("What.ERP_Id__c", r"say which, as in Account:What\.ERP_Id__c"),
        ("Acount:What.ERP_Id__c", "did you mean 'Account'"),
        ("Wat.ERP_Id__c", "no such field"),
    ],
)
def test_columns_of_parents_are_checked(sf: Acme, server: LocalOrg, column: str, told: str) -> None:
    with pytest.raises(InvalidRecord, match=told):
        sf.Task.bulk.insert(io.StringIO(f"Subject,{column}\na,b\n"))
    with pytest.raises(InvalidRecord, match="Name doesn't identify a Account"):
        sf.Contact.bulk.insert(io.StringIO("LastName,Account.Name\na,b\n"))
    assert not server.requests


def test_failed_rows_of_a_parent_of_many_kinds_are_loaded_again(sf: Acme, tmp_path: Path) -> None:
    task: Any = {"Subject": "a", "Status": "Completed", "Priority": "Normal"}
    task["What"] = {"attributes": {"type": "Account"}, "ERP_Id__c": "1"}
    result = sf.Task.bulk.insert([task])
    assert result.failures_to_csv(tmp_path / "again.csv") == 1
    sf.Account.create({"Name": "A", "ERP_Id__c": "1"})
    assert sf.Task.bulk.insert(tmp_path / "again.csv", raise_on_error=True).succeeded == 1


def test_delete_takes_ids_and_records(sf: Acme) -> None:
    ids = [row.id for row in sf.Contact.bulk.insert([{"LastName": name} for name in "ABC"]).saved()]
    contacts = sf.Contact.select(Contact.Id).where(Contact.LastName == "A").all()
    assert sf.Contact.bulk.delete(contacts).succeeded == 1
    again = sf.Contact.bulk.delete(iter(ids))
    assert [row.success for row in again] == [False, True, True]
    assert names(sf) == set()


def test_what_the_describe_forbids_never_leaves(sf: Acme, server: LocalOrg) -> None:
    with pytest.raises(InvalidRecord, match="LastName") as caught:
        sf.Contact.bulk.insert([{"LastName": "A"}, {"LastName": "x" * 81}])
    assert caught.value.__notes__ == [
        "in row 1 of the input, counted from 0",
        "the bulk insert of Contact stopped. No row was sent.",
    ]
    assert not [served for served in server.requests if "jobs" in served.path]


@pytest.mark.parametrize("surname", ["x" * 81, None])
def test_a_source_that_raises_is_told_with_the_row_that_it_did_not_make(sf: Acme, surname: str | None) -> None:
    def contacts() -> Iterator[Contact]:
        for name in ("A", "B", surname, "D"):
            if name is None:
                raise LookupError("no name")
            yield Contact(LastName=name)

    with pytest.raises((InvalidRecord, LookupError)) as caught:
        sf.Contact.bulk.insert(contacts())
    assert caught.value.__notes__[0] == "in row 2 of the input, counted from 0"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (dt.datetime(2026, 1, 1), "no UTC offset"),
        (float("nan"), "no number"),
        (Decimal("Infinity"), "no number"),
        ("#N/A", "means null"),
        ("half \ud800", "surrogate"),
        (object(), "can't be a cell"),
        (pandas.NaT, "give None for an empty field"),
        (pandas.NA, "give None for an empty field"),
        (numpy.datetime64("2026-01-01T00:00:00", "ns"), "can't be a cell"),
        (dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))), "before the year 1"),
        ([None], "no value of a multi-select picklist"),
        (["a;b"], "no value of a multi-select picklist"),
    ],
)
def test_values_without_a_meaning_are_refused(untyped: Salesforce, value: object, says: str) -> None:
    with pytest.raises((TypeError, ValueError), match=says) as caught:
        untyped.Contact.bulk.insert([{"LastName": "A"}, {"LastName": value}])
    assert "row" in str(caught.value)


def test_one_record_is_not_many(untyped: Salesforce) -> None:
    with pytest.raises(TypeError, match="takes many rows"):
        untyped.Contact.bulk.insert({"LastName": "A"})  # type: ignore[arg-type]


def test_an_empty_load_makes_no_job(untyped: Salesforce, server: LocalOrg) -> None:
    result = untyped.Contact.bulk.insert([])
    assert (len(result), list(result), result.jobs) == (0, [], ())
    assert not [served for served in server.requests if "jobs" in served.path]


def frames() -> Iterator[Any]:
    table = pyarrow.table(
        {
            "LastName": ["A", "B\nb"],
            "FirstName": [None, "b"],
            "Birthdate": pyarrow.array([dt.date(2000, 1, 2), None]),
            "HasOptedOutOfEmail": [True, False],
        }
    )
    yield pytest.param(table, id="arrow")
    yield pytest.param(table.to_reader(), id="arrow reader")
    yield pytest.param(table.to_batches()[0], id="arrow batch")
    yield pytest.param(iter(table.to_batches(max_chunksize=1)), id="arrow batches")
    yield pytest.param(polars.from_arrow(table), id="polars")
    yield pytest.param(polars.DataFrame(table).lazy(), id="polars lazy")
    yield pytest.param(table.to_pandas(), id="pandas")
    yield pytest.param(table.to_pandas(types_mapper=pandas.ArrowDtype), id="pandas of arrow")


@pytest.mark.parametrize("frame", list(frames()))
def test_frames_are_loaded(sf: Acme, frame: Any) -> None:
    assert sf.Contact.bulk.insert(frame, raise_on_error=True).succeeded == 2
    found = sf.Contact.values(
        Contact.LastName, Contact.FirstName, Contact.Birthdate, Contact.HasOptedOutOfEmail
    ).order_by(Contact.LastName)
    assert found.all() == [("A", None, dt.date(2000, 1, 2), True), ("B\nb", "b", None, False)]


def test_csv_files_are_loaded_and_their_columns_checked(sf: Acme, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text('LastName,FirstName\n"A\nB",a\nC,\n', encoding="utf-8-sig")
    assert sf.Contact.bulk.insert(path, raise_on_error=True).succeeded == 2
    assert names(sf) == {"A\nB", "C"}
    path.write_text("LastName,FristName\nA,b\n")
    with pytest.raises(InvalidRecord, match="did you mean 'FirstName'"):
        sf.Contact.bulk.insert(str(path))
    path.write_text("LastName,FirstName\nA,b\nC\n")
    with pytest.raises(ValueError, match="row 1 has 1 cells"):
        sf.Contact.bulk.insert(path)


@pytest.mark.parametrize("mode", ["r", "rb", "rt"])
def test_open_csv_files_are_read_and_stay_open(sf: Acme, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text('"LastName",FirstName\n"A\nB",a\nC,\n', encoding="utf-8-sig")
    with path.open(mode, encoding=None if "b" in mode else "utf-8") as file:
        assert sf.Contact.bulk.insert(file, raise_on_error=True).succeeded == 2
        assert not file.closed
    assert names(sf) == {"A\nB", "C"}


def test_csv_text_and_ids_are_no_paths(sf: Acme) -> None:
    with pytest.raises(ValueError, match=r"give io\.StringIO\(text\)"):
        sf.Contact.bulk.insert("LastName\nA\n")
    assert sf.Contact.bulk.insert(io.StringIO("LastName\nA\n")).succeeded == 1
    with pytest.raises(FileNotFoundError, match="records or ids go in a list"):
        sf.Contact.bulk.delete("003000000000001AAA")


def test_ids_of_another_object_are_refused_before_the_call(sf: Acme, server: LocalOrg) -> None:
    account: Any = "001000000000001AAA"
    loads: list[Any] = [
        lambda: sf.Contact.bulk.delete([account]),
        lambda: sf.Contact.bulk.hard_delete([{"Id": account}]),
        lambda: sf.Contact.bulk.update([(account, {"FirstName": "Jo"})]),
        lambda: sf.Contact.bulk.update(polars.DataFrame({"Id": [account], "FirstName": ["Jo"]})),
    ]
    for load in loads:
        with pytest.raises(InvalidRecord, match="is the id of another object; here they start with 003") as caught:
            load()
        assert "in row 0 of the input" in caught.value.__notes__[0]
    assert not server.requests


def test_columns_of_ids_are_deleted(sf: Acme) -> None:
    ids = [row.id for row in sf.Contact.bulk.insert([{"LastName": f"n{number}"} for number in range(4)]).saved()]
    columns: list[Any] = [
        pyarrow.array(ids[:1]),
        pandas.Series(ids[1:2]),
        polars.Series(ids[2:3]),
        numpy.array(ids[3:]),
    ]
    assert [sf.Contact.bulk.delete(column).succeeded for column in columns] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (numpy.float64(2.5), "2.5"),
        (numpy.float32(0.5), "0.5"),
        (numpy.int64(5), "5"),
        (numpy.bool_(True), "true"),
        (numpy.str_("text"), "text"),
        (pandas.Timestamp("2026-01-01", tz="Asia/Tokyo"), "2025-12-31T15:00:00.000Z"),
    ],
)
def test_scalars_of_numpy_and_pandas_are_what_they_mean(untyped: Salesforce, value: object, cell: str) -> None:
    (row,) = untyped.Contact.bulk.insert([{"LastName": value}])
    assert row.sent["LastName"] == cell


@pytest.mark.parametrize("arrow", [True, False])
def test_lists_of_a_pandas_frame_are_values_of_a_picklist(sf: Acme, untyped: Salesforce, arrow: bool) -> None:
    table = pyarrow.table({"LastName": ["A", "B"], "Languages__c": [["English", "French"], None]})
    frame = table.to_pandas(types_mapper=pandas.ArrowDtype if arrow else None)
    assert isinstance(frame["Languages__c"].tolist()[0], numpy.ndarray) is not arrow
    for client in (sf, untyped):
        result = client.Contact.bulk.insert(frame, raise_on_error=True)
        assert [row.sent.get("Languages__c") for row in result] == ["English;French", None]


def test_a_float_of_numpy_is_an_amount(sf: Acme) -> None:
    made: Any = {
        "Name": "A",
        "StageName": "Prospecting",
        "CloseDate": dt.date(2026, 1, 1),
        "Amount": numpy.float64(2.5),
    }
    (row,) = sf.Opportunity.bulk.insert([made], raise_on_error=True).saved()
    assert sf.Opportunity.get(row.id).Amount == Decimal("2.5")


def test_progress_is_told_and_ends_complete(untyped: Salesforce) -> None:
    told: list[Progress] = []
    untyped.Contact.bulk.insert(({"LastName": f"n{n}"} for n in range(50)), rows_per_job=20, progress=told.append)
    assert told[-1] == Progress(rows=50, uploaded=50, processed=50, failed=0, jobs=3, jobs_done=3, done=True)
    assert [now.rows for now in told] == sorted(now.rows for now in told)


def test_an_earlier_job_is_resumed_by_its_id(sf: Acme) -> None:
    records: list[Any] = [{"LastName": "A"}, {"LastName": "B"}, {"LastName": "A"}]
    job = sf.Contact.bulk.insert(records, polling=SOON).jobs[0]
    resumed = sf.Contact.bulk.resume(job.id)
    assert (len(resumed), resumed.succeeded) == (3, 3)
    assert {row.sent["LastName"] for row in resumed} == {"A", "B"}
    joined = sf.Contact.bulk.resume(job.id, records)
    assert [row.sent["LastName"] for row in joined] == ["A", "B", "A"]
    assert len({row.id for row in joined}) == 3


def test_a_job_of_a_file_is_resumed_with_the_file(sf: Acme, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("LastName,FirstName\nA,a\nB,\n")
    job = sf.Contact.bulk.insert(path).jobs[0]
    frame = polars.DataFrame({"LastName": ["A", "B"], "FirstName": ["a", None]}).with_columns(
        polars.lit(None).alias("Title")
    )
    assert [row.sent["LastName"] for row in sf.Contact.bulk.resume(job.id, path)] == ["A", "B"]
    with pytest.raises(SalesforceBulkV2LoadError, match="lack the column Title"):
        list(sf.Contact.bulk.resume(job.id, frame))


@pytest.mark.parametrize("delimiter", ColumnDelimiter)
@pytest.mark.parametrize("line_ending", LineEnding)
def test_a_job_with_another_delimiter_is_resumed(sf: Acme, delimiter: ColumnDelimiter, line_ending: LineEnding) -> None:
    records = [{"LastName": "A,;|^`\t", "FirstName": '"a"\n'}, {"LastName": "B", "FirstName": ""}, {"LastName": ""}]
    (done,) = sf.bulk2.Contact.insert(records=records, column_delimiter=delimiter, line_ending=line_ending, wait=0.01)
    assert [row.success for row in sf.Contact.bulk.resume(done["job_id"])] == [True, True, False]
    sent: list[Any] = [record for record in records if record["LastName"]]
    (done,) = sf.bulk2.Contact.insert(records=sent, column_delimiter=delimiter, line_ending=line_ending, wait=0.01)
    assert [row.cells[0] for row in sf.Contact.bulk.resume(done["job_id"], sent)] == ["A,;|^`\t", "B"]


def test_a_job_is_resumed_by_its_own_object(sf: Acme) -> None:
    job = sf.Contact.bulk.insert([{"LastName": "A"}]).jobs[0]
    with pytest.raises(ValueError, match=r"is of Contact and not of Account: sf\.Contact\.bulk resumes it"):
        sf.Account.bulk.resume(job.id)
