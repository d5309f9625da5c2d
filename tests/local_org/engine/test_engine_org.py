"""The org as a whole: metadata, transactions, threads, files, bulk loading, and orgs of the real world."""

import datetime as dt
import json
import tarfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest
from sfgen_local_org import demo
from sfgen_local_org.org import Org, OrgError

REAL = Path(__file__).resolve().parents[3] / ".." / "shared" / "real_describes"


def test_metadata_is_answered_as_given(org: Org) -> None:
    listed = org.describe_global()
    assert (listed["encoding"], listed["maxBatchSize"]) == ("UTF-8", 200)
    contact = next(item for item in listed["sobjects"] if item["name"] == "Contact")
    assert contact["urls"]["describe"] == "/services/data/v62.0/sobjects/Contact/describe"
    assert contact["keyPrefix"] == "003"
    assert "fields" not in contact
    assert all(type(contact[flag]) is bool for flag in ("createable", "custom", "mergeable", "queryable"))
    described = org.describe("contact")
    assert described["name"] == "Contact"
    described["name"] = "changed"
    assert org.describe("Contact")["name"] == "Contact"
    with pytest.raises(OrgError) as caught:
        org.describe("Nothing")
    assert (caught.value.status, caught.value.code) == (404, "NOT_FOUND")


def test_the_running_user_is_a_record(org: Org) -> None:
    assert (len(org.id), org.id[:3], len(org.user_id), org.user_id[:3]) == (18, "00D", 18, "005")
    assert org.user["Id"] == org.user_id
    assert org.query(f"SELECT Username FROM User WHERE Id = '{org.user_id}'")["totalSize"] == 1
    assert Org([]).user["Username"]


def test_a_transaction_takes_everything_back(org: Org) -> None:
    org.create("Account", {"Name": "before"})

    def fail_late() -> None:
        with org.transaction():
            org.create("Account", {"Name": "one"})
            with org.transaction():
                org.create("Thing__c", {"Name": "two"})  # the first use of a table, inside of it
            org.create("Account", {})

    with pytest.raises(OrgError):
        fail_late()
    assert org.query("SELECT COUNT() FROM Account")["totalSize"] == 1
    assert org.query("SELECT COUNT() FROM Thing__c")["totalSize"] == 0
    with org.transaction():
        org.create("Account", {"Name": "kept"})
        with pytest.raises(OrgError):
            fail_late()
    assert [row["Name"] for row in org.query("SELECT Name FROM Account")["records"]] == ["before", "kept"]


def test_threads_share_an_org(org: Org) -> None:
    def work(number: int) -> str:
        record_id = org.create("Account", {"Name": f"A{number}"})
        with org.transaction():
            org.update("Account", record_id, {"Industry": "Energy"})
            org.query("SELECT Name, (SELECT Id FROM Contacts) FROM Account")
        return record_id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(work, range(100)))
    assert len(set(ids)) == 100
    assert org.query("SELECT COUNT() FROM Account WHERE Industry = 'Energy'")["totalSize"] == 100


def test_a_transaction_that_is_taken_back_leaves_other_threads_their_tables(org: Org) -> None:
    def look() -> int:
        with pytest.raises(OrgError, match="NOT_FOUND"):
            org.find_by_field("Account", "Ext__c", "x")
        return org.record_counts(["Account"])["Account"]

    def make_and_undo(pool: ThreadPoolExecutor) -> None:
        with org.transaction():
            org.create("Account", {"Name": "undone"})  # the first use of the table
            found = pool.submit(look)
            wait([found], timeout=0.2)  # far enough for it to meet the transaction
            started.append(found)
            raise RuntimeError

    started: list[Future[int]] = []
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(RuntimeError):
            make_and_undo(pool)
        assert started[0].result() == 0


def test_a_file_keeps_the_records(tmp_path: Path) -> None:
    def described(*more: dict[str, Any]) -> list[dict[str, Any]]:
        base = {"type": "string", "createable": True, "nillable": True, "length": 80}
        number = {"name": "No__c", "type": "string", "autoNumber": True, "createable": False}
        return [{"name": "A__c", "keyPrefix": "a01", "fields": [{**base, "name": "Name"}, number, *more]}]

    file = str(tmp_path / "org.db")
    first = Org(described(), database=file)
    one = first.create("A__c", {"Name": "kept"})
    first.close()
    # A field that is new since then gets its column, ids and numbers go on.
    second = Org(described({"name": "New__c", "type": "double", "createable": True}), database=file)
    two = second.create("A__c", {"Name": "next", "New__c": 2})
    assert two > one
    rows = second.query("SELECT Name, No__c, New__c FROM A__c ORDER BY Name")["records"]
    assert [(row["Name"], row["No__c"], row["New__c"]) for row in rows] == [
        ("kept", "00000001", None),
        ("next", "00000002", 2.0),
    ]
    second.close()


def test_seeding_resolves_names_and_keeps_ids(org: Org) -> None:
    given = "001000000000007AAA"
    org.seed(
        [
            ("Contact", {"LastName": "Early", "AccountId": "@acme", "attributes": {"referenceId": "early"}}),
            ("Account", {"Name": "Acme", "attributes": {"type": "Account", "referenceId": "acme"}}),
            ("Account", {"Id": given[:15], "Name": "Given", "CreatedDate": "2020-01-01T00:00:00Z"}),
            ("Contract", {"AccountId": "@acme", "ContractNumber": "C-0041"}),
            ("Contact", {"LastName": "Gone", "IsDeleted": True}),
        ]
    )
    rows = org.query("SELECT Name, Account.Name, Owner.Name FROM Contact")["records"]
    assert [(row["Name"], row["Account"]["Name"], row["Owner"]["Name"]) for row in rows] == [
        ("Early", "Acme", org.user["Name"])
    ]
    assert org.retrieve("Account", given, ["CreatedDate"])["CreatedDate"] == "2020-01-01T00:00:00.000+0000"
    contract = org.create("Contract", {"AccountId": given})
    assert org.retrieve("Contract", contract, ["ContractNumber"])["ContractNumber"] == "C-0042"


@pytest.mark.parametrize(
    ("record", "error", "message"),
    [
        (("Nothing", {}), LookupError, "no object 'Nothing'"),
        (("Account", {"Nothing": 1}), LookupError, "Account has no field 'Nothing'"),
        (("Account", {"ParentId": "@nobody"}), LookupError, "no record has the referenceId 'nobody'"),
        (("Account", {"Id": "short"}), ValueError, "'short' is no id"),
    ],
)
def test_seeding_says_what_is_wrong(
    org: Org, record: tuple[str, dict[str, Any]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        org.seed([("Account", {"Name": "x"}), record])
    assert org.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_changes_are_listed_by_time() -> None:
    moments = iter(dt.datetime(2024, 1, 1, hour, tzinfo=dt.UTC) for hour in range(24))
    now = [next(moments)]
    from_fields = {"name": "A__c", "keyPrefix": "a01", "fields": [{"name": "Name", "type": "string"}]}
    org = Org([from_fields], clock=lambda: now[0])
    old = org.create("A__c", {"Name": "old"})
    start = now[0] = next(moments)
    now[0] = next(moments)
    new = org.create("A__c", {"Name": "new"})
    gone = org.create("A__c", {"Name": "gone"})
    org.delete("A__c", gone)
    end = now[0] = next(moments)
    assert org.updated("A__c", start, end) == {"ids": [new], "latestDateCovered": "2024-01-01T03:00:00.000+0000"}
    deleted = org.deleted("A__c", start, end)
    assert deleted["deletedRecords"] == [{"id": gone, "deletedDate": "2024-01-01T02:00:00.000+0000"}]
    org.update("A__c", old, {"Name": "changed"})
    assert org.updated("A__c", start, end)["ids"] == [old, new]


def test_describes_with_hostile_names_are_left_out() -> None:
    text = {"type": "string", "createable": True}
    fields = [{**text, "name": name} for name in ("Name", "NAME", 'x" TEXT); DROP TABLE y; --', "Ünï", "_deleted")]
    org = Org([{"name": "A__c", "keyPrefix": "'; -", "fields": fields}, {"name": 'A"; --', "fields": fields}])
    record_id = org.create("A__c", {"Name": "x"})
    assert set(org.retrieve("A__c", record_id)) == {"attributes", "Name"}
    with pytest.raises(OrgError):
        org.create('A"; --', {"Name": "x"})


def test_fields_that_differ_by_case_are_one() -> None:
    fields = [
        {"name": "ID", "type": "id"},
        *({"name": name, "type": "string"} for name in ("Name", "NAME", "isdeleted")),
    ]
    org = Org([{"name": name, "keyPrefix": "a01", "fields": fields} for name in ("A__c", "a__C")])
    record_id = org.create("A__C", {"nAmE": "x"})
    row = org.query("SELECT id, name, IsDeleted FROM a__c")["records"][0]
    assert (row["ID"], row["Name"], row["attributes"]["type"]) == (record_id, "x", "A__c")


def test_objects_named_like_sql() -> None:
    text = {"type": "string", "createable": True, "nillable": True}
    names = ["Order", "Group", "Select", "Table", "sqlite_master"]
    org = Org([{"name": name, "fields": [{**text, "name": field} for field in ("From", "Order")]} for name in names])
    for name in names:
        org.create(name, {"Order": name})
    assert org.query("SELECT Order FROM Order WHERE Order = 'order' ORDER BY Order")["totalSize"] == 1
    assert org.query("SELECT Order FROM Group GROUP BY Order")["records"][0]["Order"] == "Group"


@pytest.fixture(scope="module")
def demo_org() -> Iterator[Org]:
    org = Org(demo.describes().values())
    org.seed(demo.records())
    yield org
    org.close()


def test_the_demo_org_is_answered_whole(demo_org: Org) -> None:
    for name, described in demo.describes().items():
        found = demo_org.query(f"SELECT FIELDS(ALL) FROM {name} LIMIT 200")["records"]
        for record in found[:3]:
            assert demo_org.retrieve(name, record["attributes"]["url"].rsplit("/", 1)[1]) == record
            assert set(record) == {"attributes", *(field["name"] for field in described["fields"])}
    assert demo_org.query("SELECT COUNT() FROM Contact")["totalSize"] > 500


def test_a_closing_stage_closes_an_opportunity() -> None:
    org = Org(demo.describes().values())
    deal = {"Name": "x", "StageName": "Closed Won", "CloseDate": "2024-01-01"}
    record_id = org.create("Opportunity", deal)
    flags = ["IsClosed", "IsWon"]
    assert [org.retrieve("Opportunity", record_id, flags)[flag] for flag in flags] == [True, True]
    org.update("Opportunity", record_id, {"StageName": "Prospecting"})
    assert [org.retrieve("Opportunity", record_id, flags)[flag] for flag in flags] == [False, False]


def test_an_owner_of_several_types_has_the_profile_of_a_user(demo_org: Org) -> None:
    found = demo_org.query("SELECT Owner.Name, Owner.Profile.Name FROM Case WHERE Owner.Profile.Name != null LIMIT 5")
    assert found["totalSize"] == 5
    for record in found["records"]:
        assert record["Owner"]["attributes"]["type"] == "User"
        assert record["Owner"]["Name"]
        assert record["Owner"]["Profile"]["Name"]


def test_every_child_relationship_of_the_demo_org_can_be_queried(demo_org: Org) -> None:
    known = {name.lower() for name in demo.describes()}
    for name, described in demo.describes().items():
        for relationship in described["childRelationships"]:
            if relationship["relationshipName"] and relationship["childSObject"].lower() in known:
                demo_org.query(f"SELECT (SELECT Id FROM {relationship['relationshipName']}) FROM {name} LIMIT 5")


def real_describes() -> list[Path]:
    return sorted(REAL.glob("*/*.json")) if REAL.is_dir() else []


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the real describes beside the checkout")
def test_real_objects_take_and_answer_records() -> None:
    for path in real_describes():
        described = json.loads(path.read_text(encoding="utf-8"))
        org = Org([described])
        name = described["name"]
        record: dict[str, Any] = {}
        for field in described["fields"]:
            if field["createable"] and not field["nillable"] and not field["defaultedOnCreate"]:
                is_id = field["type"] == "reference"
                record[field["name"]] = (field["referenceTo"] and "800000000000001") if is_id else _plain(field)
        if not described["createable"]:
            continue
        record_id = org.create(name, record)
        answer = org.retrieve(name, record_id)
        assert set(answer) == {"attributes", *(field["name"] for field in described["fields"])}, path.name
        org.query(f"SELECT FIELDS(ALL) FROM {name} LIMIT 1")
        org.delete(name, record_id)


def _plain(field: dict[str, Any]) -> Any:
    values: dict[str, Any] = {"date": "2024-01-01", "datetime": "2024-01-01T00:00:00Z", "email": "a@example.com"}
    values |= dict.fromkeys(("double", "currency", "percent", "int"), 1) | {"boolean": True}
    if field["type"] in ("picklist", "multipicklist"):
        return next((item["value"] for item in field["picklistValues"] if item["active"]), "x")
    return values.get(field["type"], "x")


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="needs the real describes beside the checkout")
def test_an_org_of_hundreds_of_objects() -> None:
    describes = []
    with tarfile.open(REAL / "whole_org_712.tar.gz") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name.endswith(".json") else None
            if content is not None:
                describes.append(json.load(content))
    org = Org(describes)
    assert len(org.describe_global()["sobjects"]) > 500
    task = org.create("Task", {"Subject": "x"})
    org.query("SELECT What.Name, What.Type, Owner.Name, Who.Name FROM Task")
    org.delete("Task", task)
    account = org.create("Account", {"Name": "x"})
    org.delete("Account", account)
