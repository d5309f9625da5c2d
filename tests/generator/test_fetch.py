from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sfgen import fetch as module
from sfgen.choose import Choice
from sfgen.describe import Level
from sfgen.errors import SfgenError
from sfgen.fetch import fetch, newest_version, object_names
from sfgen.snapshot import snapshot_files
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import SalesforceClient
from sfgen_runtime.errors import SalesforceError, SalesforceExpiredSession
from sfgen_runtime.http import Response


def copies(count: int) -> Iterator[dict[str, object]]:
    """More objects than fit into one batch."""
    template = demo.describes()["Campaign"]
    for number in range(count):
        yield {**template, "name": f"Copy_{number:03}__c", "keyPrefix": f"a{number:02}"}


@pytest.fixture
def org() -> Iterator[LocalOrg]:
    with LocalOrg([*copies(60), demo.describes()["Organization"], demo.describes()["User"]]) as server:
        yield server


@pytest.fixture
def client(org: LocalOrg, monkeypatch: pytest.MonkeyPatch) -> SalesforceClient:
    monkeypatch.setattr(module, "_PAUSE", 0.0)
    return SalesforceClient(instance_url=org.url, session_id=org.session_id, version="62.0")


def quiet(done: int, total: int) -> None:
    pass


def test_batches_of_25_in_a_deterministic_order(org: LocalOrg, client: SalesforceClient) -> None:
    reports: list[tuple[int, int]] = []
    snapshot = fetch(client, Choice(("Copy_*",)), lambda done, total: reports.append((done, total)))
    assert list(snapshot.describes) == [f"Copy_{number:03}__c" for number in range(60)]
    assert snapshot.problems == ()
    assert snapshot.api_version == "62.0"
    assert reports[0] == (0, 60)
    assert reports[-1] == (60, 60)
    assert [request.path.endswith("/composite/batch") for request in org.requests].count(True) == 3
    again = fetch(client, Choice(("Copy_*",)), quiet)
    assert snapshot_files(again) == snapshot_files(snapshot)


def test_the_org_is_told_apart_without_its_id(org: LocalOrg, client: SalesforceClient) -> None:
    snapshot = fetch(client, Choice(("User",)), quiet)
    assert snapshot.org is not None
    assert org.org.id[:15] not in str(snapshot_files(snapshot)["sfgen-snapshot.json"])


@pytest.mark.parametrize("status", [403, 404, 500])
def test_one_object_that_fails_becomes_a_problem(org: LocalOrg, client: SalesforceClient, status: int) -> None:
    org.fail_describe("Copy_007__c", status)
    snapshot = fetch(client, Choice(("Copy_*",)), quiet)
    assert len(snapshot.describes) == 59
    (problem,) = snapshot.problems
    assert (problem.level, problem.object) == (Level.ERROR, "Copy_007__c")
    assert str(status) in problem.message
    assert 'exclude = ["Copy_007__c"]' in problem.message


def test_a_passing_failure_of_one_object_is_asked_for_again(org: LocalOrg, client: SalesforceClient) -> None:
    org.fail_describe("Copy_007__c", 503, times=1)
    assert fetch(client, Choice(("Copy_*",)), quiet).problems == ()


def test_a_batch_that_fails_is_asked_for_object_by_object(org: LocalOrg, client: SalesforceClient) -> None:
    org.fail("*/composite/batch", 500)
    snapshot = fetch(client, Choice(("Copy_00*",)), quiet)
    assert len(snapshot.describes) == 10
    assert snapshot.problems == ()


def test_an_expired_login_ends_the_run(org: LocalOrg, client: SalesforceClient) -> None:
    org.expire_sessions()
    with pytest.raises(SalesforceExpiredSession):
        fetch(client, Choice(), quiet)


def test_used_up_api_calls_end_the_run(org: LocalOrg, client: SalesforceClient) -> None:
    org.fail("*/composite/batch", 403, code="REQUEST_LIMIT_EXCEEDED", message="TotalRequests Limit exceeded.")
    with pytest.raises(SalesforceError, match="REQUEST_LIMIT_EXCEEDED"):
        fetch(client, Choice(), quiet)


def test_nothing_described_is_an_error(org: LocalOrg, client: SalesforceClient) -> None:
    org.fail_describe("*", 403)
    with pytest.raises(SfgenError, match="None of the 60 objects could be described"):
        fetch(client, Choice(("Copy_*",)), quiet)


def test_a_typo_in_the_choice_costs_no_describe(org: LocalOrg, client: SalesforceClient) -> None:
    with pytest.raises(SfgenError, match="did you mean 'User'"):
        fetch(client, Choice(("Usr",)), quiet)
    assert not any("batch" in request.path for request in org.requests)


def test_versions_that_are_none_are_passed_over(client: SalesforceClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(listed: object) -> None:
        content = json.dumps(listed).encode()
        monkeypatch.setattr(
            client, "send", lambda request: Response(200, {}, content, "https://acme.my.salesforce.com")
        )

    answer([{"version": version} for version in ("9.0", "62.0", "beta.0", "../x.0", None, 99.0, "101.0")])
    assert newest_version(client) == "101.0"
    answer([{"version": "beta.0"}, "62.0", {}])
    with pytest.raises(SfgenError, match="lists no API versions"):
        newest_version(client)


def test_newest_version_and_names(org: LocalOrg, client: SalesforceClient) -> None:
    assert float(newest_version(client)) >= 62
    assert len(object_names(client)) == 62
