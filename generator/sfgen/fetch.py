"""Describe results from an org: 25 objects a call, several calls at once, in the same order whatever comes first.

The only part of generating that touches the network. An object that can't be described becomes a `Problem`; the
others go on. What is no fault of an object (a login that expired, an org that stopped answering, the day's API calls
used up) ends the run.

Salesforce document: REST API Developer Guide, "Describe Global", "Composite Batch", "sObject Describe".
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sfgen_runtime.error_codes import RequestLimitExceeded
from sfgen_runtime.errors import SalesforceConnectionError, SalesforceError, SalesforceExpiredSession
from sfgen_runtime.http import Request, Response
from sfgen_runtime.json_codec import encode_json

from sfgen.describe import API_VERSION, JsonObject, Level, Problem, is_describe
from sfgen.errors import SfgenError
from sfgen.files import parse_json
from sfgen.snapshot import Snapshot, canonical, org_hash

if TYPE_CHECKING:
    from sfgen_runtime import SalesforceClient

    from sfgen.choose import Choice
    from sfgen.console import Report

# What composite/batch takes in one call.
BATCH_SIZE = 25
# Calls at once. More than a few runs into the org's limit of concurrent long requests.
THREADS = 4
# Seconds before those objects of a batch are asked for again that the org failed to describe.
_PAUSE = 1.0


def newest_version(client: SalesforceClient) -> str:
    """Return the newest API version that the org lists, such as ``62.0``.

    Raises:
        SfgenError: the org lists none.
    """
    listed = _json(client.send(Request("GET", "/services/data", idempotent=True)))
    versions = [item.get("version") for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []
    known = [version for version in versions if isinstance(version, str) and API_VERSION.fullmatch(version)]
    if not known:
        raise SfgenError(f"{client.sf_instance} lists no API versions: set api_version in the configuration.")
    return max(known, key=float)


def object_names(client: SalesforceClient) -> list[str]:
    """Return the names of all objects that the user may see.

    Raises:
        SfgenError: the answer is no describe global.
    """
    answer = _json(client.send(Request("GET", "sobjects", idempotent=True)))
    objects = answer.get("sobjects") if isinstance(answer, Mapping) else None
    if not isinstance(objects, list):
        raise SfgenError(f"{client.sf_instance} answered the list of objects with something else: check the URL.")
    return [item["name"] for item in objects if isinstance(item, Mapping) and isinstance(item.get("name"), str)]


def fetch(client: SalesforceClient, choice: Choice, report: Report) -> Snapshot:
    """Describe the chosen objects of the org, at the client's API version.

    Raises:
        SfgenError: nothing fits the choice, or no object could be described.
        SalesforceError: the org doesn't answer, or refuses everything.
    """
    names = choice.of(object_names(client))
    batches = [names[start : start + BATCH_SIZE] for start in range(0, len(names), BATCH_SIZE)]
    described: dict[str, JsonObject] = {}
    problems: list[Problem] = []
    done = 0
    report(0, len(names))
    with ThreadPoolExecutor(THREADS, thread_name_prefix="sfgen-describe") as pool:
        pending = {pool.submit(_describe_batch, client, batch): batch for batch in batches}
        try:
            for future in as_completed(pending):
                for name, outcome in future.result().items():
                    if isinstance(outcome, Problem):
                        problems.append(outcome)
                    else:
                        described[name] = canonical(outcome)
                done += len(pending[future])
                report(done, len(names))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    problems.sort(key=lambda problem: problem.object)
    if not described:
        raise SfgenError(f"None of the {len(names)} objects could be described; the first: {problems[0]}.")
    return Snapshot(
        dict(sorted(described.items())),
        api_version=client.sf_version,
        org=_org(client),
        problems=tuple(problems),
    )


def _org(client: SalesforceClient) -> str | None:
    try:
        records = client.query("SELECT Id FROM Organization")["records"]
        return org_hash(records[0]["Id"])
    except (SalesforceError, KeyError, IndexError, TypeError):
        return None  # the user may not see it; the snapshot is as good without


_Outcomes = dict[str, JsonObject | Problem]


def _describe_batch(client: SalesforceClient, names: Sequence[str]) -> _Outcomes:
    """Describe up to 25 objects in one call; those that the org failed to answer are asked for again, one by one."""
    try:
        answers = list(_batch_answers(client, names))
    except (SalesforceExpiredSession, RequestLimitExceeded):
        raise
    except (SalesforceError, SfgenError):
        answers = [_Answer(name, 503, None) for name in names]
    failed = [answer.name for answer in answers if answer.status >= 500 or answer.status == 429]
    outcomes = {answer.name: _outcome(answer) for answer in answers if answer.name not in failed}
    if failed:
        time.sleep(_PAUSE)
    return outcomes | {name: _outcome(_describe_one(client, name)) for name in failed}


@dataclass(frozen=True, slots=True)
class _Answer:
    name: str
    status: int
    body: Any


def _batch_answers(client: SalesforceClient, names: Sequence[str]) -> Iterator[_Answer]:
    urls = [f"v{client.sf_version}/sobjects/{quote(name, safe='')}/describe" for name in names]
    body = encode_json({"batchRequests": [{"method": "GET", "url": url} for url in urls]})
    headers = {"Content-Type": "application/json"}
    request = Request("POST", "composite/batch", headers=headers, body=body, idempotent=True)
    answer = _json(client.send(request))
    results = answer.get("results") if isinstance(answer, Mapping) else None
    if not isinstance(results, list) or len(results) != len(names):
        raise SfgenError("composite/batch answered something else than a result for each object")
    for name, result in zip(names, results, strict=True):
        status = result.get("statusCode") if isinstance(result, Mapping) else None
        yield _Answer(name, status, result.get("result")) if isinstance(status, int) else _Answer(name, 503, None)


def _describe_one(client: SalesforceClient, name: str) -> _Answer:
    request = Request("GET", f"sobjects/{quote(name, safe='')}/describe", idempotent=True, resource=name)
    try:
        return _Answer(name, 200, _json(client.send(request)))
    except (SalesforceExpiredSession, RequestLimitExceeded, SalesforceConnectionError):
        raise
    except SalesforceError as error:
        return _Answer(name, error.status, error.content)
    except SfgenError:
        return _Answer(name, 200, None)


def _outcome(answer: _Answer) -> JsonObject | Problem:
    if answer.status == 200 and is_describe(answer.body) and answer.body["name"] == answer.name:
        return dict(answer.body)
    if answer.status == 200:
        why = "the org answered something else than its describe"
    else:
        why = f"the org answered {answer.status}{_code(answer.body)} to its describe"
    remedy = f'give the user access to it, try again, or add it to exclude = ["{answer.name}"]'
    return Problem(Level.ERROR, answer.name, "", f"left out: {why}; {remedy}")


def _code(body: Any) -> str:
    first = body[0] if isinstance(body, list) and body else None
    code = first.get("errorCode") if isinstance(first, Mapping) else None
    return f" {code}" if isinstance(code, str) and code else ""


def _json(response: Response) -> Any:
    try:
        return parse_json(response.content)
    except (ValueError, RecursionError) as error:
        raise SfgenError(f"{response.url} answered something that is not JSON: check the instance URL.") from error
