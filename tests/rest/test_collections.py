"""Many records a request: split, in order, typed and untyped, all or none."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sfgen_runtime import (
    InvalidRecord,
    OutcomeUnknown,
    RequiredFieldMissing,
    Salesforce,
    SalesforceError,
    UnableToLockRow,
)
from sfgen_runtime.composite.collections import results_before
from sfgen_runtime.results import RecordsNotSaved
from sfgen_runtime.retries import RetryPolicy

if TYPE_CHECKING:
    from acme_org import Salesforce as AcmeOrg
    from sfgen_local_org.server import LocalOrg


def sent(server: LocalOrg) -> list[str]:
    calls = [request for request in server.requests if "/composite" in request.path]
    return [f"{request.method} {request.path.partition('/composite')[2]}" for request in calls]


def test_chunks_of_200_in_input_order(sf: Salesforce, server: LocalOrg) -> None:
    results = sf.Contact.create_many([{"LastName": f"Many {number}"} for number in range(450)])
    assert results.ok
    assert sent(server) == ["POST /sobjects"] * 3
    found = sf.Contact.get_many([result.id for result in results], ["LastName"])
    assert [record and record["LastName"] for record in found] == [f"Many {number}" for number in range(450)]
    assert sf.Contact.update_many([{"Id": result.id, "FirstName": "A"} for result in results]).ok
    assert sf.query("SELECT COUNT() FROM Contact WHERE FirstName = 'A' AND LastName LIKE 'Many %'").totalSize == 450
    assert sf.Contact.delete_many(result.id for result in results).ok
    assert sf.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Many %'").totalSize == 0


def test_rows_that_fail_stand_at_their_place(sf: Salesforce) -> None:
    results = sf.Contact.create_many([{"LastName": "Row 0"}, {"FirstName": "Row 1"}, {"LastName": "Row 2"}])
    assert [result.success for result in results] == [True, False, True]
    assert results.ids[1] is None
    assert [row.row for row in results.failed] == [1]
    assert isinstance(results[1].error, RequiredFieldMissing)
    assert str(results[1].error).startswith("REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]")
    with pytest.raises(LookupError, match="REQUIRED_FIELD_MISSING"):
        _ = results[1].id
    with pytest.raises(RecordsNotSaved, match=r"1 of 3 records were not saved: \[1\] REQUIRED_FIELD_MISSING"):
        results.raise_on_errors()


def test_all_or_none_stops_after_the_request_that_failed(sf: Salesforce, server: LocalOrg) -> None:
    rows: list[dict[str, Any]] = [{"LastName": f"All {number}"} for number in range(600)]
    rows[250] = {"FirstName": "no last name"}
    results = sf.Contact.create_many(rows, all_or_none=True)
    assert sent(server) == ["POST /sobjects"] * 2
    assert [result.success for result in results] == [True] * 200 + [False] * 400
    codes = [result.errors[0]["statusCode"] for result in results[200:]]
    assert set(codes[:200]) == {"REQUIRED_FIELD_MISSING", "ALL_OR_NONE_OPERATION_ROLLED_BACK"}
    assert set(codes[200:]) == {"NOT_SENT"}
    assert sf.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'All %'").totalSize == 200
    sf.Contact.delete_many(results.ids[:200])  # type: ignore[arg-type]


def test_what_was_deleted_before_is_not_deleted_by_this_call(sf: Salesforce, server: LocalOrg) -> None:
    first, second = (sf.Contact.create({"LastName": "Gone"}).id for _ in range(2))
    sf.Contact.delete(first)
    results = sf.Contact.delete_many([first, second])
    assert [result.success for result in results] == [False, True]
    assert results[0].error is not None
    assert results[0].error.error_code == "ENTITY_IS_DELETED"
    # After a lost answer nobody knows who it was.
    server.cut("*/composite/sobjects", method="DELETE")
    assert sf.Contact.delete_many([first, second], retries=RetryPolicy(base=0)).ok


@pytest.mark.parametrize("wrong", ["{0},{1}", "{0}\n", "003", "", "００３000000000001"])
def test_an_id_is_one_id(sf: Salesforce, acme: AcmeOrg, server: LocalOrg, wrong: str) -> None:
    made = sf.Contact.create_many([{"LastName": "Unnamed"}, {"LastName": "Unnamed"}])
    first, second = (result.id for result in made)
    ids = [first] * 2000 + [wrong.format(first, second)]
    server.requests.clear()
    for delete_many in (sf.Contact.delete_many, acme.Contact.delete_many):
        with pytest.raises(ValueError, match=r"at index 2000 of the ids is no Salesforce id"):
            delete_many(ids)
    with pytest.raises(ValueError, match=r"at index 2000 of the ids is no Salesforce id"):
        sf.Contact.get_many(ids, ["LastName"])
    assert sent(server) == []
    assert sf.query("SELECT COUNT() FROM Contact WHERE LastName = 'Unnamed'").totalSize == 2
    assert sf.Contact.delete_many([first, second[:15]]).ok


def test_ids_of_another_object_are_refused_before_the_call(sf: Salesforce, acme: AcmeOrg, server: LocalOrg) -> None:
    from acme_org.contact import Contact

    account, contact = sf.Account.create({"Name": "Bystander"}).id, sf.Contact.create({"LastName": "Bystander"}).id
    server.requests.clear()
    for attempt in (
        lambda: acme.Contact.delete_many([contact, account]),
        lambda: acme.Contact.get_many([contact, account], Contact.LastName),
        lambda: acme.Contact.update_many([(contact, {"FirstName": "x"}), (account, {"FirstName": "x"})]),
    ):
        with pytest.raises(InvalidRecord, match=r"is the id of another object") as refused:
            attempt()
        assert refused.value.__notes__ == ["It is record 1 of the list, counted from 0; nothing was sent."]
    assert sent(server) == []
    assert sf.Account.get(account)["Name"] == "Bystander"


def test_a_request_that_fails_tells_what_was_saved_before(sf: Salesforce, server: LocalOrg) -> None:
    first = sf.Contact.create_many([{"LastName": "Before"}])
    server.fail("*/composite/sobjects", 500)
    with pytest.raises(SalesforceError) as nothing:
        sf.Contact.delete_many(first.ids)  # type: ignore[arg-type]
    assert results_before(nothing.value) == []
    assert not hasattr(nothing.value, "__notes__")
    server.clear_faults()
    execute, calls = sf.execute, count(1)

    def loses_the_second(operation: Any, **call: Any) -> Any:
        if next(calls) == 2:
            server.cut("*/composite/sobjects", method="POST")
        return execute(operation, **call)

    sf.execute = loses_the_second  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnknown) as lost:
        sf.Contact.create_many([{"LastName": f"Before {number}"} for number in range(300)])
    assert "Of 300 records 200 were answered before this, 200 of them saved" in lost.value.__notes__[0]
    assert sf.Contact.get(results_before(lost.value)[199].id)["LastName"] == "Before 199"


def test_a_value_that_json_cannot_carry_is_found_before_anything_is_saved(sf: Salesforce, server: LocalOrg) -> None:
    rows: list[dict[str, Any]] = [{"LastName": f"Unsaved {number}"} for number in range(201)]
    rows[200] = {"LastName": float("nan")}
    with pytest.raises(ValueError, match=r"records\[0\].LastName: nan") as refused:
        sf.Contact.create_many(rows)
    assert refused.value.__notes__ == ["records[0] is record 200 of the list; nothing was sent."]
    assert sent(server) == []
    trees = [{"Name": f"Unsaved {number}"} for number in range(200)] + [{"Name": object()}]
    with pytest.raises(TypeError, match="can't be sent as JSON"):
        sf.Account.create_tree(trees)
    assert sent(server) == []


class LocksRows:
    """Stands between a client and the org and has some rows be locked on their first try."""

    def __init__(self, sf: Salesforce, rows: set[str]) -> None:
        self.locked, self.sizes = rows, []
        self.execute = sf.execute
        sf.execute = self  # type: ignore[method-assign, assignment]

    def __call__(self, operation: Any, **call: Any) -> Any:
        names = [record["LastName"] for record in operation.records]
        self.sizes.append(len(names))
        answers = self.execute(operation, **call)
        for index, name in enumerate(names):
            if name in self.locked:
                self.locked.discard(name)
                answers[index] = type(answers[index])(
                    success=False, errors=[{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked", "fields": []}]
                )
        return answers


def test_only_locked_rows_are_sent_again(sf: Salesforce) -> None:
    waits: list[float] = []
    patient = RetryPolicy(sleep=waits.append)
    rows = [{"LastName": f"Lock {number}"} for number in range(5)]
    org = LocksRows(sf, {"Lock 1", "Lock 3"})
    results = sf.Contact.create_many(rows, retries=patient)
    assert results.ok
    assert org.sizes == [5, 2]
    assert len(waits) == 1
    org.locked.add("Lock 2")
    results = sf.Contact.create_many(rows, retries=None)
    assert isinstance(results[2].error, UnableToLockRow)


@pytest.mark.parametrize("lost", [True, False])
def test_a_repeat_that_fails_tells_of_the_rows_before_it(sf: Salesforce, server: LocalOrg, lost: bool) -> None:
    class FailsOnRepeat(LocksRows):
        def __call__(self, operation: Any, **call: Any) -> Any:
            if self.sizes and lost:
                server.cut("*/composite/sobjects", method="POST")
            elif self.sizes:
                server.fail("*/composite/sobjects", 500)
            return super().__call__(operation, **call)

    name = f"Repeat {lost}"
    FailsOnRepeat(sf, {f"{name} 1"})
    with pytest.raises(SalesforceError) as failed:
        sf.Contact.create_many([{"LastName": f"{name} {number}"} for number in range(3)])
    assert isinstance(failed.value, OutcomeUnknown) is lost
    assert "Of 3 records 3 were answered before this, 2 of them saved" in failed.value.__notes__[0]
    results = results_before(failed.value)
    assert [result.success for result in results] == [True, False, True]
    assert results[1].errors[0]["statusCode"] == ("OUTCOME_UNKNOWN" if lost else "UNABLE_TO_LOCK_ROW")


def test_upsert_many(sf: Salesforce) -> None:
    rows = [{"ERP_Id__c": f"up-{number}", "Name": f"Up {number}"} for number in range(3)]
    assert [row.created for row in sf.Account.upsert_many("ERP_Id__c", rows)] == [True] * 3
    assert [row.created for row in sf.Account.upsert_many("ERP_Id__c", rows)] == [False] * 3


def test_the_key_of_a_record_that_was_read_goes_with_its_changes(acme: AcmeOrg, server: LocalOrg) -> None:
    from acme_org.account import Account

    made = acme.Account.create({"Name": "Read", "ERP_Id__c": "read/1"})
    for key in ("ERP_Id__c", "Id"):
        record = acme.Account.get(made.id)
        record.Name = f"Changed by {key}"
        results = acme.Account.upsert_many(key, [record])  # type: ignore[arg-type]
        assert [(result.id, result.created) for result in results] == [(made.id, False)]
        assert acme.Account.get(made.id).Name == f"Changed by {key}"
    by_id = acme.Account.upsert_many("Id", [{"Id": made.id, "Name": "A dict"}])  # type: ignore[arg-type,list-item]
    assert [(result.id, result.created) for result in by_id] == [(made.id, False)]
    assert acme.Account.get(made.id).Name == "A dict"
    # In simple-salesforce's form too, where the key stands in the address.
    record.Name = "Changed once more"
    record.ERP_Id__c = "read/1"
    assert acme.Account.upsert("ERP_Id__c/read%2F1", record) == 200
    server.requests.clear()
    without = acme.Account.select(Account.Name).where(Account.Id == made.id).one()
    server.requests.clear()
    for wrong in (without, {"Name": "x"}, {"Name": "x", "ERP_Id__c": None}, {"Name": "x", "ERP_Id__c": ""}):
        with pytest.raises(InvalidRecord, match="ERP_Id__c: it says which record is meant") as refused:
            acme.Account.upsert_many("ERP_Id__c", [record, wrong])
        assert "record 1 of the list" in refused.value.__notes__[0]
    with pytest.raises(InvalidRecord, match="Id: it says which record is meant"):
        acme.Account.upsert_many("Id", [{"Name": "x"}])  # type: ignore[arg-type]
    with pytest.raises(InvalidRecord, match="it is no external id or idLookup field"):
        acme.Account.upsert_many("Name", [record])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="which of the two is it"):
        acme.Account.upsert("ERP_Id__c/read%2F2", record)
    assert not server.requests


def test_typed_collections(acme: AcmeOrg, server: LocalOrg) -> None:
    from acme_org.contact import Contact

    results = acme.Contact.create_many([Contact(LastName="Typed 0"), {"LastName": "Typed 1"}])
    ids = [result.id for result in results]
    found = acme.Contact.get_many([*ids, "003000000000999AAA"], Contact.LastName, Contact.DoNotCall)
    assert [record and record.LastName for record in found] == ["Typed 0", "Typed 1", None]
    first = found[0]
    assert first is not None
    first.FirstName = "Changed"
    assert acme.Contact.update_many([(ids[1], {"FirstName": "Pair"})]).ok
    with pytest.raises(TypeError, match="Id was read"):
        acme.Contact.update_many([first])
    whole = acme.Contact.get(ids[0])
    whole.FirstName = "Whole"
    assert acme.Contact.update_many([whole]).ok
    names = [record and record.FirstName for record in acme.Contact.get_many(ids, Contact.FirstName)]
    assert names == ["Whole", "Pair"]
    server.requests.clear()
    with pytest.raises(InvalidRecord) as refused:
        acme.Contact.create_many([{"LastName": "fine"}, {"LastName": "x" * 81}])
    assert "record 1 of the list" in refused.value.__notes__[0]
    assert not server.requests
    assert acme.Contact.delete_many(ids).ok


def test_capabilities(acme: AcmeOrg) -> None:
    # The org deletes no users and creates no organizations: there are no such methods to call.
    assert hasattr(acme.Account, "delete_many")
    assert not hasattr(acme.User, "delete")
    assert hasattr(acme.User, "create_many")
    assert hasattr(acme.User, "upsert")
    assert not hasattr(acme.Organization, "upload_base64")
