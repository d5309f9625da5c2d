"""Answers of several records or steps that are JSON, but not of the shape that they should have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from scripted_org import Answer
from sfgen_runtime import OutcomeUnknown, SalesforceGeneralError

if TYPE_CHECKING:
    from scripted_org import Org

ODD_STEPS: dict[str, list[Any]] = {
    "batch": [
        {"results": None},
        {"results": []},
        {"results": [{}]},
        {"results": [1]},
        {"results": [{"statusCode": "x", "result": None}]},
    ],
    "composite": [
        {"compositeResponse": None},
        {"compositeResponse": []},
        {"compositeResponse": [{}]},
        {"compositeResponse": [{"referenceId": "stranger", "httpStatusCode": 201, "body": {}}]},
        {"compositeResponse": [{"referenceId": [], "httpStatusCode": 201, "body": {}}]},
    ],
    "graphs": [
        {"graphs": None},
        {"graphs": [{}]},
        {"graphs": [{"graphId": "stranger", "graphResponse": {}}]},
        {"graphs": [{"graphId": "graph0", "graphResponse": {}}]},
        {"graphs": [{"graphId": "graph0", "graphResponse": {"compositeResponse": [{}]}}]},
    ],
}


@pytest.mark.parametrize(("kind", "body"), [(kind, body) for kind, bodies in ODD_STEPS.items() for body in bodies])
def test_of_steps_that_write_the_outcome_is_unknown(org: Org, kind: str, body: Any) -> None:
    org.respond = lambda asked: Answer(200, body)
    block = getattr(org.client(), kind)()
    step = (block.add() if kind == "graphs" else block).create(org.client().Account, {"Name": "x"})
    with pytest.raises(OutcomeUnknown, match="composite.* answered 200: "):
        block.send()
    assert step.status is None


def test_of_steps_that_read_it_is_a_general_error(org: Org) -> None:
    org.respond = lambda asked: Answer(200, {"results": [{}]})
    batch = org.client().batch()
    batch.get(org.client().Account, "001000000000001AAA")
    with pytest.raises(SalesforceGeneralError, match="statusCode") as error:
        batch.send()
    assert not isinstance(error.value, OutcomeUnknown)


@pytest.mark.parametrize("body", [None, {}, [None], [{}], [{"id": "001000000000001AAA"}], [{"success": True}] * 2])
def test_of_a_collection_that_writes_the_outcome_is_unknown(org: Org, body: Any) -> None:
    org.respond = lambda asked: Answer(200, body or b"null")
    with pytest.raises(OutcomeUnknown, match="no list of results|2 results for 1 records"):
        org.client().Account.create_many([{"Name": "x"}])


@pytest.mark.parametrize("body", [{}, {"results": None}, {"results": [{}]}, {"results": [{"referenceId": "n1"}]}, []])
def test_of_a_tree_the_outcome_is_unknown(org: Org, body: Any) -> None:
    org.respond = lambda asked: Answer(201, body)
    with pytest.raises(OutcomeUnknown, match="it doesn't say what became of each of 1 records"):
        org.client().Account.create_tree([{"Name": "x"}])


@pytest.mark.parametrize("body", [{}, {"searchRecords": None}, []])
def test_a_search_is_a_general_error(org: Org, body: Any) -> None:
    org.respond = lambda asked: Answer(200, body)
    with pytest.raises(SalesforceGeneralError, match="search"):
        org.client().find("Acme").returning("Account(Id)").all()


@pytest.mark.parametrize("body", [{}, [], [None], [None] * 3])
def test_records_that_are_not_one_for_each_id_are_a_general_error(org: Org, body: Any) -> None:
    org.respond = lambda asked: Answer(200, body)
    with pytest.raises(SalesforceGeneralError, match="no list of records|records for 2 ids") as error:
        org.client().Account.get_many(["001000000000001AAA", "001000000000002AAA"], ["Name"])
    assert not isinstance(error.value, OutcomeUnknown)
