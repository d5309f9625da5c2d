"""Several steps in one request: batch, composite and graph, typed and untyped."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sfgen_runtime import (
    InvalidRecord,
    OutcomeUnknown,
    RequiredFieldMissing,
    RetryPolicy,
    Salesforce,
    SalesforceResourceNotFound,
)
from sfgen_runtime.blobs import SaveBlob
from sfgen_runtime.composite.steps import StepsFailed
from sfgen_runtime.http import Request
from sfgen_runtime.json_spans import items, members
from sfgen_runtime.operations import status_of

if TYPE_CHECKING:
    from pathlib import Path

    from acme_org import Salesforce as AcmeOrg
    from sfgen_local_org.server import LocalOrg


def calls(server: LocalOrg) -> list[str]:
    found = [f"{request.method} {request.path.partition('/v')[2].partition('/')[2]}" for request in server.requests]
    return [call for call in found if not call.endswith(" ")]


def test_batch_reads_and_writes(sf: Salesforce, server: LocalOrg) -> None:
    made = sf.Contact.create({"LastName": "Batch"})
    server.requests.clear()
    with sf.batch() as batch:
        read = batch.get(sf.Contact, made.id)
        created = batch.create(sf.Contact, {"LastName": "Batch"})
        updated = batch.update(sf.Contact, made.id, {"FirstName": "B"})
        upserted = batch.upsert(sf.Account, "ERP_Id__c", "batch/1", {"Name": "Batch"})
        queried = batch.query("SELECT Id FROM Account LIMIT 1")
        deleted = batch.delete(sf.Contact, made.id)
        with pytest.raises(RuntimeError, match="not sent yet"):
            _ = read.result
        with pytest.raises(RuntimeError, match="not sent yet"):
            _ = created.id
    assert calls(server) == ["POST composite/batch"]
    assert read.result["LastName"] == "Batch"
    assert created.id == created.result["id"]
    assert (updated.result, upserted.result, deleted.result) == (204, 201, 204)
    assert len(queried.result.records) == 1
    assert sf.Account.get_by_custom_id("ERP_Id__c", "batch/1")["Name"] == "Batch"


def test_batch_is_split_at_25_and_pages_queries(sf: Salesforce, server: LocalOrg) -> None:
    with sf.batch() as batch:
        steps = [batch.create(sf.Contact, {"LastName": f"Split {number}"}) for number in range(60)]
    assert calls(server) == ["POST composite/batch"] * 3
    assert len({step.id for step in steps}) == 60
    sf.Contact.create_many({"LastName": f"Paged {number}"} for number in range(2100))
    with sf.batch() as batch:
        found = batch.query("SELECT Id FROM Contact WHERE LastName LIKE 'Paged %'")
    assert len(found.result.records) == 2100
    sf.Contact.delete_many(record["Id"] for record in found.result.records)


def test_batch_failures(sf: Salesforce) -> None:
    batch = sf.batch()
    bad = batch.create(sf.Contact, {"FirstName": "B"})
    good = batch.create(sf.Contact, {"LastName": "B"})
    with pytest.raises(StepsFailed, match=r"1 of 2 steps failed, the other steps were done.*LastName") as caught:
        batch.send()
    assert caught.value.failures == [bad]
    assert isinstance(caught.value.__cause__, RequiredFieldMissing)
    assert good.result.success
    with sf.batch(check=False, halt_on_error=True) as batch:
        missing = batch.get(sf.Contact, "003000000000999AAA")
        after = [batch.get(sf.Contact, good.id) for _ in range(30)]
    assert isinstance(missing.error, SalesforceResourceNotFound)
    assert {step.error.error_code for step in after if step.error} == {"BATCH_PROCESSING_HALTED"}
    assert not any(step.ok for step in after)


def test_an_exception_in_the_block_sends_nothing(sf: Salesforce, server: LocalOrg) -> None:
    def block() -> None:
        with sf.batch() as batch:
            batch.create(sf.Contact, {"LastName": "Never"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        block()
    assert calls(server) == []


@pytest.mark.parametrize("kind", ["batch", "composite", "graphs"])
def test_a_block_that_was_sent_before_its_end_is_not_sent_again(sf: Salesforce, server: LocalOrg, kind: str) -> None:
    with getattr(sf, kind)() as block:
        steps = block.add() if kind == "graphs" else block
        first = steps.create(sf.Account, {"Name": f"Sent by {kind}"})
        block.send()
        # What was made before may be referred to by its id.
        second = steps.create(sf.Contact, {"LastName": f"Sent by {kind}", "AccountId": first.id})
    assert len(calls(server)) == 2
    assert sf.query(f"SELECT COUNT() FROM Account WHERE Name = 'Sent by {kind}'").totalSize == 1
    assert sf.Contact.get(second.id)["AccountId"] == first.id


@pytest.mark.parametrize("all_or_none", [True, False])
def test_a_delete_beside_other_steps_is_not_sent_again(sf: Salesforce, server: LocalOrg, all_or_none: bool) -> None:
    account, contact = sf.Account.create({"Name": "Kept"}).id, sf.Contact.create({"LastName": "Gone"}).id
    server.cut("*/composite", method="POST")
    server.requests.clear()
    composite = sf.composite(all_or_none=all_or_none)
    composite.delete(sf.Contact, contact)
    composite.update(sf.Account, account, {"Name": "Changed"})
    # Sent again, the delete would find nothing, and with it the update would be undone or said to be.
    with pytest.raises(OutcomeUnknown):
        composite.send()
    assert calls(server) == ["POST composite"]
    assert sf.Account.get(account)["Name"] == "Changed"


def test_reads_and_updates_are_sent_again_after_a_lost_answer(sf: Salesforce, server: LocalOrg) -> None:
    account = sf.Account.create({"Name": "Kept"}).id
    server.cut("*/composite/batch", method="POST")
    with sf.with_retries(RetryPolicy(base=0)).batch() as batch:
        batch.update(sf.Account, account, {"Name": "Changed"})
        read = batch.get(sf.Account, account)
    assert read.result["Name"] == "Changed"


def test_queries_of_a_batch_take_hooks(login: dict[str, Any]) -> None:
    class Record(dict[str, Any]):
        pass

    # Not by the server's own session, which the file's neighbours may have ended.
    sf = Salesforce(**login, object_pairs_hook=Record)
    made = sf.Account.create_many([{"Name": f"Hooked {number}"} for number in range(2100)])
    with sf.batch() as batch:
        queried = batch.query("SELECT Name FROM Account WHERE Name LIKE 'Hooked %' ORDER BY Name")
    assert queried.result.totalSize == len(queried.result.records) == 2100
    assert type(queried.result.records[2099]) is Record
    sf.Account.delete_many(made.ids)  # type: ignore[arg-type]


def test_composite_with_references(sf: Salesforce) -> None:
    with sf.composite() as composite:
        account = composite.create(sf.Account, {"Name": "Composite"})
        contact = composite.create(sf.Contact, {"LastName": "Smith", "AccountId": account.id})
        composite.update(sf.Contact, contact.id, {"FirstName": "Jo"})
        read = composite.get(sf.Contact, contact.id)
    assert read.result["AccountId"] == account.id
    assert read.result["FirstName"] == "Jo"


def test_composite_all_or_none(sf: Salesforce) -> None:
    composite = sf.composite()
    account = composite.create(sf.Account, {"Name": "Undone", "ERP_Id__c": "undone"})
    composite.create(sf.Contact, {"AccountId": account.id})
    with pytest.raises(StepsFailed, match="nothing of it was kept.*mend what failed beside it") as caught:
        composite.send()
    assert isinstance(caught.value.__cause__, RequiredFieldMissing)
    assert not account.ok
    with pytest.raises(SalesforceResourceNotFound):
        sf.Account.get_by_custom_id("ERP_Id__c", "undone")
    with sf.composite(all_or_none=False, check=False) as composite:
        account = composite.create(sf.Account, {"Name": "Kept", "ERP_Id__c": "kept"})
        bad = composite.create(sf.Contact, {"AccountId": account.id})
    assert account.ok
    assert not bad.ok


@pytest.mark.parametrize("text", ["@{ref.id}", "mail me @{home}"])
def test_a_text_is_never_taken_for_a_reference(sf: Salesforce, server: LocalOrg, text: str) -> None:
    with pytest.raises(ValueError, match="would be read by the org as a reference"), sf.composite() as composite:
        composite.create(sf.Account, {"Name": text})
    assert calls(server) == []


def test_nor_in_an_operation_of_a_programs_own(sf: Salesforce, server: LocalOrg) -> None:
    class Plain:
        parse = staticmethod(status_of)

        def request(self) -> Request:
            return Request("POST", "sobjects/Account", body=b'{"Name": "mail me @{home}"}')

    composite = sf.composite()
    composite.add(Plain())
    with pytest.raises(ValueError, match="would be read by the org as a reference"):
        composite.send()
    assert calls(server) == []


def test_only_the_id_itself_is_a_reference(sf: Salesforce, acme: AcmeOrg, server: LocalOrg) -> None:
    for client in (sf, acme):
        for number in range(3):
            composite = client.composite()
            text = str(composite.create(client.Account, {"Name": "Acme"}).id)
            match number:
                case 0:
                    composite.create(client.Contact, {"LastName": text})
                case 1:
                    composite.upsert(client.Account, "ERP_Id__c", text, {"Name": "x"})
                case _:
                    composite.upsert(client.Account, "ERP_Id__c", "k", {"Name": f"to {text}"})
            with pytest.raises(ValueError, match="would be read by the org as a reference"):
                composite.send()
    composite, other = sf.composite(), sf.composite()
    account = composite.create(sf.Account, {"Name": "Acme"})
    composite.create(sf.Contact, {"AccountId": account.id, "LastName": str(account.id)})
    with pytest.raises(ValueError, match="would be read by the org as a reference"):
        composite.send()
    other.update(sf.Account, account.id, {"Name": "of another request"})
    with pytest.raises(ValueError, match="would be read by the org as a reference"):
        other.send()
    assert calls(server) == []


def test_a_new_id_is_known_to_paths_and_queries(sf: Salesforce) -> None:
    with sf.composite() as composite:
        account = composite.create(sf.Account, {"Name": "Acme"})
        composite.update(sf.Account, account.id, {"Name": "Renamed"})
        found = composite.query(f"SELECT Name FROM Account WHERE Id = '{account.id}'")
    assert [record["Name"] for record in found.result.records] == ["Renamed"]


def test_failed_steps_cross_processes(sf: Salesforce, acme: AcmeOrg) -> None:
    for client in (sf, acme):
        composite = client.composite()
        composite.create(client.Account, {"Name": "Acme"})
        composite.update(client.Contact, "003000000000999AAA", {"LastName": "x"})
        with pytest.raises(StepsFailed) as caught:
            composite.send()
        twin = pickle.loads(pickle.dumps(caught.value))
        assert str(twin) == str(caught.value)
        assert [str(step.error) for step in twin.failures] == [str(step.error) for step in caught.value.failures]
        assert [step.request for step in twin.failures] == [step.request for step in caught.value.failures]


def test_more_than_25_steps_and_files_are_refused(sf: Salesforce, tmp_path: Path) -> None:
    composite = sf.composite()
    for _ in range(26):
        composite.create(sf.Account, {"Name": "x"})
    with pytest.raises(ValueError, match=r"at most 25 steps.*graphs"):
        composite.send()
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(TypeError, match="a file can't be part"):
        sf.batch().add(SaveBlob("Attachment", None, "Body", tmp_path / "file", {}, parse=status_of))


def test_graphs_stand_for_themselves(sf: Salesforce) -> None:
    with sf.graphs(check=False) as graphs:
        good, bad = graphs.add(), graphs.add()
        account = good.create(sf.Account, {"Name": "Graph"})
        contact = good.create(sf.Contact, {"LastName": "Graph", "AccountId": account.id})
        undone = bad.create(sf.Account, {"Name": "Graph undone"})
        bad.create(sf.Contact, {"AccountId": undone.id})
    assert (good.ok, bad.ok) == (True, False)
    assert sf.Contact.get(contact.id)["AccountId"] == account.id
    assert sf.query("SELECT Id FROM Account WHERE Name = 'Graph undone'").totalSize == 0


def test_typed_steps(acme: AcmeOrg) -> None:
    from acme_org.account import Account
    from acme_org.contact import Contact

    with acme.composite() as composite:
        account = composite.create(acme.Account, Account(Name="Typed"))
        contact = composite.create(acme.Contact, {"LastName": "Typed step", "AccountId": account.id})
        read = composite.get(acme.Contact, contact.id)
        query = acme.Contact.values(Contact.LastName, Contact.Account.Name).where(Contact.LastName == "Typed step")
        listed = composite.query(query.limit(3))
    assert read.result.LastName == "Typed step"
    assert read.result.AccountId == account.id
    assert listed.result == [("Typed step", "Typed")]
    with pytest.raises(InvalidRecord), acme.batch() as batch:
        batch.create(acme.Contact, {"LastName": "x" * 81})


def test_numbers_keep_their_digits() -> None:
    text = ' {"a" : [1.10, {"b":12345678901234567.8900}],"c":{} , "d":[]}'
    found = members(text)
    assert list(items(found["a"])) == ["1.10", '{"b":12345678901234567.8900}']
    assert Decimal(members('{"b":12345678901234567.8900}')["b"]) == Decimal("12345678901234567.8900")
    assert (members(found["c"]), list(items(found["d"]))) == ({}, [])
    for broken in ("", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,}', "[1]", '{"a":1]'):
        with pytest.raises(ValueError, match=r"."):
            members(broken)


def test_queries_longer_than_an_address(sf: Salesforce, acme: AcmeOrg, server: LocalOrg) -> None:
    made = sf.Contact.create_many({"LastName": f"Long {number}"} for number in range(2100))
    server.requests.clear()
    condition = "LastName LIKE 'Long %' OR LastName IN ({})".format(", ".join(f"'{'x' * 79}'" for _ in range(200)))
    found = sf.query_all(f"SELECT Id, LastName FROM Contact WHERE {condition}")
    assert len(found.records) == 2100
    assert calls(server)[0] == "POST composite"
    assert calls(server)[1].startswith("GET query/")
    from acme_org.contact import Contact

    ids = [result.id for result in made][:1500]
    assert acme.Contact.select(Contact.LastName).where(Contact.Id.in_(ids)).count() == 1500
    assert len(acme.Contact.select(Contact.LastName).where(Contact.Id.in_(ids)).all()) == 1500
    with pytest.raises(Exception, match="MALFORMED_QUERY"):
        sf.query(f"SELECT Id FROM Contact WHERE {condition} nonsense")
    sf.Contact.delete_many(result.id for result in made)
