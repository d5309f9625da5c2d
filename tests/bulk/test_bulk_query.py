"""Bulk queries: the same results as by the REST API, and exports with a schema from describe."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import acme_org
import pyarrow as pa
import pyarrow.parquet
import pytest
from acme_org import Account, Case, Contact, Opportunity, Task
from bulk_support import describes
from sfgen_local_org import demo
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import FieldNotSelected, SalesforceBulkV2ExtractError, SalesforceError
from sfgen_runtime.bulk.progress import Progress


@pytest.fixture(scope="module")
def seeded() -> Iterator[LocalOrg]:
    org = Org(describes())
    org.seed(demo.records())
    with LocalOrg(org) as server:
        yield server


@pytest.fixture
def sf(seeded: LocalOrg) -> acme_org.Salesforce:
    return acme_org.Salesforce(instance_url=seeded.url, session_id=seeded.session_id)


def test_records_are_those_of_the_rest_api(sf: acme_org.Salesforce) -> None:
    query = sf.Contact.select(
        Contact.Id,
        Contact.LastName,
        Contact.Birthdate,
        Contact.CreatedDate,
        Contact.HasOptedOutOfEmail,
        Contact.Languages__c,
        Contact.Account.Name,
        Contact.Account.AnnualRevenue,
        Contact.Account.Parent.Name,
        Contact.Owner.Name,
    ).order_by(Contact.Id)
    assert query.bulk().options(page_rows=17).all() == query.all()


def test_values_are_those_of_the_rest_api(sf: acme_org.Salesforce) -> None:
    query = sf.Opportunity.values(
        Opportunity.Id, Opportunity.Amount, Opportunity.CloseDate, Opportunity.IsWon, Opportunity.Account.Name
    ).order_by(Opportunity.Id)
    assert query.bulk().all() == query.all()


def test_polymorphic_parents_are_what_they_are(sf: acme_org.Salesforce) -> None:
    query = sf.Case.select(Case.Id, Case.Owner.Name).order_by(Case.Id)
    assert query.bulk().all() == query.all()
    tasks = sf.Task.select(Task.Id, Task.What.Name).order_by(Task.Id)
    by_rest, in_bulk = tasks.all(), tasks.bulk().all()
    assert [task.What and (type(task.What).__name__, task.What.Name) for task in in_bulk] == [
        task.What and (type(task.What).__name__, task.What.Name) for task in by_rest
    ]


def test_a_parent_whose_fields_are_null_is_there(sf: acme_org.Salesforce) -> None:
    account = sf.Account.create({"Name": "no industry"})
    sf.Contact.create({"LastName": "of it", "AccountId": account.id})
    query = sf.Contact.select(Contact.LastName, Contact.Account.Industry).where(Contact.AccountId == account.id).bulk()
    (contact,) = query
    assert contact.Account is not None
    assert contact.Account.Industry is None
    with pytest.raises(FieldNotSelected):
        _ = contact.Account.Id


def test_what_bulk_cannot_query_is_refused_before_the_call(sf: acme_org.Salesforce) -> None:
    with pytest.raises(TypeError, match="child records"):
        sf.Account.select(Account.Name).include(Account.Contacts.select(Contact.LastName)).bulk()
    with pytest.raises(TypeError, match="offset"):
        sf.Account.select(Account.Name).offset(1).bulk()
    with pytest.raises(TypeError, match="aggregates"):
        sf.Account.values(Account.Id.count()).bulk()
    with pytest.raises(TypeError, match="BillingAddress, a field of type address"):
        sf.Account.select(Account.BillingAddress).bulk()


def test_deleted_records_come_when_asked_for(sf: acme_org.Salesforce) -> None:
    made = sf.Account.create({"Name": "gone"})
    sf.Account.delete(made.id)
    query = sf.Account.select(Account.Id).where(Account.Id == made.id)
    assert query.bulk().all() == []
    assert [account.Id for account in query.all_rows().bulk()] == [made.id]


def test_soql_gives_dicts_of_describes_types(sf: acme_org.Salesforce) -> None:
    (row,) = sf.Opportunity.bulk.query("SELECT Amount, CloseDate, IsWon, Account.Name FROM Opportunity LIMIT 1")
    assert isinstance(row["Amount"], Decimal)
    assert isinstance(row["CloseDate"], dt.date)
    assert isinstance(row["IsWon"], bool)
    assert isinstance(row["Account.Name"], str)


def test_a_query_that_fails_leaves_the_file_that_was_there(sf: acme_org.Salesforce, tmp_path: Path) -> None:
    file = tmp_path / "last_night.csv"
    file.write_text("LastName\nSmith\n", encoding="utf-8")
    with pytest.raises(SalesforceError, match="No such column 'Nme'"):
        sf.Contact.bulk.query("SELECT Nme FROM Contact").to_csv(file)
    assert file.read_text(encoding="utf-8") == "LastName\nSmith\n"


def test_an_empty_result_has_columns(sf: acme_org.Salesforce, tmp_path: Path) -> None:
    query = sf.Contact.select(Contact.LastName, Contact.Birthdate).where(Contact.LastName == "nobody").bulk()
    assert query.all() == []
    assert query.to_arrow().schema == pa.schema([("LastName", pa.string()), ("Birthdate", pa.date32())])
    assert query.to_csv(tmp_path / "none.csv") == 0
    assert (tmp_path / "none.csv").read_text() == "LastName,Birthdate\n"
    assert query.to_parquet(tmp_path / "none.parquet") == 0
    assert pyarrow.parquet.read_table(tmp_path / "none.parquet").num_rows == 0


def test_arrow_has_the_types_of_describe(sf: acme_org.Salesforce, tmp_path: Path) -> None:
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    sf.Event.create({"DurationInMinutes": 5, "ActivityDateTime": moment, "Subject": "by arrow"})
    query = sf.Opportunity.select(
        Opportunity.Id,
        Opportunity.Amount,
        Opportunity.Probability,
        Opportunity.CloseDate,
        Opportunity.CreatedDate,
        Opportunity.IsWon,
        Opportunity.Account.Name,
    ).order_by(Opportunity.Id)
    bulk = query.bulk().options(page_rows=50)
    table = bulk.to_arrow()
    assert dict(zip(table.schema.names, table.schema.types, strict=True)) == {
        "Id": pa.string(),
        "Amount": pa.decimal128(18, 2),
        "Probability": pa.float64(),
        "CloseDate": pa.date32(),
        "CreatedDate": pa.timestamp("ms", tz="UTC"),
        "IsWon": pa.bool_(),
        "Account.Name": pa.string(),
    }
    records = query.all()
    assert table.column("Amount").to_pylist() == [record.Amount for record in records]
    assert table.column("CreatedDate").to_pylist() == [record.CreatedDate for record in records]
    assert table.column("Account.Name").to_pylist() == [r.Account.Name if r.Account else None for r in records]
    assert bulk.to_parquet(tmp_path / "all.parquet") == len(records)
    assert pyarrow.parquet.read_table(tmp_path / "all.parquet").equals(table)
    assert sum(batch.num_rows for batch in bulk.to_batches()) == len(records)
    assert bulk.to_polars().to_arrow().column("Amount").to_pylist() == table.column("Amount").to_pylist()
    assert bulk.to_pandas()["CloseDate"].tolist() == [record.CloseDate for record in records]


def test_multi_line_text_lists_and_nulls_survive_arrow(sf: acme_org.Salesforce) -> None:
    awkward = 'first\nsecond, "third"\r\nfourth'
    sf.Contact.create({"LastName": "awkward", "Description": awkward, "Languages__c": ["English", "German"]})
    sf.Contact.create({"LastName": "awkward2"})
    query = sf.Contact.select(Contact.LastName, Contact.Description, Contact.Languages__c)
    table = query.where(Contact.LastName.like("awkward%")).order_by(Contact.LastName).bulk().to_arrow()
    assert table.column("Description").to_pylist() == [awkward, None]
    assert table.column("Languages__c").to_pylist() == [["English", "German"], None]


def test_csv_has_one_header_and_every_row(sf: acme_org.Salesforce, tmp_path: Path) -> None:
    told: list[Progress] = []
    query = sf.Contact.select(Contact.Id, Contact.Account.Name).order_by(Contact.Id)
    count = query.bulk().options(page_rows=100, progress=told.append).to_csv(tmp_path / "contacts.csv")
    with (tmp_path / "contacts.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Id"] for row in rows] == [contact.Id for contact in query]
    assert list(rows[0]) == ["Id", "Account.Name"]
    assert (count, told[-1].processed, told[-1].done) == (len(rows), len(rows), True)


def test_an_amount_that_describe_has_no_room_for_names_its_column(server: LocalOrg) -> None:
    sf = acme_org.Salesforce(instance_url=server.url, session_id=server.session_id)
    amount = Decimal("9999999999999999.99")  # the org keeps a double, which is one hundredth more
    sf.Opportunity.create({"Name": "A", "StageName": "Won", "CloseDate": dt.date(2026, 1, 1), "Amount": amount})
    query = sf.Opportunity.select(Opportunity.Name, Opportunity.Amount).bulk()
    told = r"Amount decimal128\(18, 2\): in column Amount: .*to_csv\(\)"
    with pytest.raises(SalesforceBulkV2ExtractError, match=told):
        query.to_arrow()
