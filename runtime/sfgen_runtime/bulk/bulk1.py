"""``sf.bulk``: the Bulk API 1.0 under simple-salesforce's names, arguments and results.

Rows go in batches of one job; each batch answers its rows in the order they were sent.
Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API".
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import OutcomeUnknown, SalesforceBulkV2LoadError, SalesforceError, SalesforceGeneralError
from ..http import Request
from ..json_codec import JsonReader, encode_json, unreadable
from ..paths import segment
from .batches import MAX_BATCH_ROWS, BatchSize, Data, bodies, flat
from .bulk2_client import polling_of
from .by_hand import client_of_url
from .sources import dicts
from .waiting import PASSING, Polling, reason, result_of

if TYPE_CHECKING:
    import requests

    from ..client import SalesforceClient

_ENDS = frozenset({"Completed", "Failed", "NotProcessed", "Not Processed"})
_QUERIES = frozenset({"query", "queryAll"})
_json = JsonReader(object_pairs_hook=dict)


class SFBulkHandler:
    """``sf.bulk``: an object of the org as each attribute, ``sf.bulk.Contact.insert([...])``.

    Made by hand it takes simple-salesforce's arguments, or a client.

    Example:
        >>> [row["success"] for row in SFBulkHandler(client=sf).Contact.insert([{"LastName": "Smith"}])]
        [True]
        >>> sf.bulk.session_id == sf.session_id, sf.bulk.session is sf.session, sf.bulk.bulk_url == sf.bulk_url
        (True, True, True)
    """

    def __init__(
        self,
        session_id: str | None = None,
        bulk_url: str | None = None,
        proxies: MutableMapping[str, str] | None = None,
        session: requests.Session | None = None,
        *,
        client: SalesforceClient | None = None,
    ) -> None:
        self.client = client or client_of_url(session_id, bulk_url, proxies, session)

    @property
    def session_id(self) -> str:
        """The session id in use."""
        return self.client.session_id

    @property
    def session(self) -> requests.Session:
        """The HTTP session in use."""
        return self.client.session

    @property
    def bulk_url(self) -> str:
        """The root of the Bulk API 1.0."""
        return self.client.bulk_url

    def __getattr__(self, name: str) -> SFBulkType:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return SFBulkType(name, client=self.client)

    def submit_dml(
        self,
        object_name: str,
        dml: str,
        data: Data,
        external_id_field: str | None = None,
        batch_size: BatchSize = MAX_BATCH_ROWS,
        use_serial: bool = False,
        bypass_results: bool = False,
        include_detailed_results: bool = False,
    ) -> list[Any]:
        """Run ``insert``, ``update``, ``upsert``, ``delete`` or ``hard_delete``, named by `dml`, on an object.

        Example:
            >>> sf.bulk.submit_dml("Contact", "insert", [{"LastName": "Smith"}])[0]["success"]
            True
        """
        return SFBulkType(object_name, client=self.client).submit_dml(
            dml, data, external_id_field, batch_size, use_serial, bypass_results, include_detailed_results
        )


class SFBulkType:
    """One object of the org through the Bulk API 1.0.

    `insert` and the others take a list of dicts and return a list of ``{"success", "created", "id", "errors"}``, one
    for each row, in its order. `batch_size` is the rows of a batch, at most 10,000; ``"auto"`` also keeps batches below
    the org's ten million characters. `use_serial` has the org work on one batch at a time. `bypass_results` doesn't
    wait. `include_detailed_results` adds the row that was sent to each result.

    Example:
        >>> [row["success"] for row in sf.bulk.Contact.insert([{"LastName": "Smith"}])]
        [True]
    """

    def __init__(
        self,
        object_name: str,
        bulk_url: str | None = None,
        headers: Mapping[str, str] | None = None,
        session: requests.Session | None = None,
        *,
        client: SalesforceClient | None = None,
    ) -> None:
        self.object_name = object_name
        self.client = client or client_of_url((headers or {}).get("X-SFDC-Session"), bulk_url, None, session)

    def insert(
        self,
        data: Data,
        batch_size: BatchSize = MAX_BATCH_ROWS,
        use_serial: bool = False,
        bypass_results: bool = False,
        include_detailed_results: bool = False,
        *,
        wait: float = 5,
    ) -> list[Any]:
        """Create records.

        Example:
            >>> sf.bulk.Contact.insert([{"LastName": "Smith"}], include_detailed_results=True)[0]["LastName"]
            'Smith'
        """
        return self._load("insert", data, batch_size, use_serial, bypass_results, include_detailed_results, wait)

    def update(
        self,
        data: Data,
        batch_size: BatchSize = MAX_BATCH_ROWS,
        use_serial: bool = False,
        bypass_results: bool = False,
        include_detailed_results: bool = False,
        *,
        wait: float = 5,
    ) -> list[Any]:
        """Change records by ``Id``.

        Example:
            >>> sf.bulk.Contact.update([{"Id": contact.id, "FirstName": "Jo"}])[0]["success"]
            True
        """
        return self._load("update", data, batch_size, use_serial, bypass_results, include_detailed_results, wait)

    def upsert(
        self,
        data: Data,
        external_id_field: str,
        batch_size: BatchSize = MAX_BATCH_ROWS,
        use_serial: bool = False,
        bypass_results: bool = False,
        include_detailed_results: bool = False,
        *,
        wait: float = 5,
    ) -> list[Any]:
        """Update the records that have the external ids, and create those that don't exist.

        Example:
            >>> sf.bulk.Account.upsert([{"ERP_Id__c": "bulk/1", "Name": "Acme"}], "ERP_Id__c")[0]["created"]
            True
        """
        flags = (use_serial, bypass_results, include_detailed_results, wait)
        return self._load("upsert", data, batch_size, *flags, external_id_field)

    def delete(
        self,
        data: Data,
        batch_size: BatchSize = MAX_BATCH_ROWS,
        use_serial: bool = False,
        bypass_results: bool = False,
        include_detailed_results: bool = False,
        *,
        wait: float = 5,
    ) -> list[Any]:
        """Move records to the recycle bin: ``[{"Id": ...}, ...]``.

        Example:
            >>> sf.bulk.Contact.delete([{"Id": contact.id}], batch_size=200)[0]["success"]
            True
        """
        return self._load("delete", data, batch_size, use_serial, bypass_results, include_detailed_results, wait)

    def hard_delete(
        self,
        data: Data,
        batch_size: BatchSize = MAX_BATCH_ROWS,
        use_serial: bool = False,
        bypass_results: bool = False,
        include_detailed_results: bool = False,
        *,
        wait: float = 5,
    ) -> list[Any]:
        """Delete records for good: ``[{"Id": ...}, ...]``.

        Example:
            >>> sf.bulk.Contact.hard_delete([{"Id": contact.id}])[0]["success"]
            True
        """
        return self._load("hardDelete", data, batch_size, use_serial, bypass_results, include_detailed_results, wait)

    def submit_dml(
        self,
        function_name: str,
        data: Data,
        external_id_field: str | None = None,
        batch_size: BatchSize = MAX_BATCH_ROWS,
        use_serial: bool = False,
        bypass_results: bool = False,
        include_detailed_results: bool = False,
    ) -> list[Any]:
        """Run the operation that `function_name` names.

        Example:
            >>> sf.bulk.Contact.submit_dml("update", [{"Id": contact.id, "FirstName": "Jo"}])[0]["success"]
            True
        """
        flags = (batch_size, use_serial, bypass_results, include_detailed_results)
        match function_name:
            case "upsert":
                return self.upsert(data, external_id_field or "Id", *flags)
            case "insert":
                return self.insert(data, *flags)
            case "update":
                return self.update(data, *flags)
            case "delete":
                return self.delete(data, *flags)
            case "hard_delete" | "hardDelete":
                return self.hard_delete(data, *flags)
        raise ValueError(f"{function_name!r} is none of insert, update, upsert, delete and hard_delete")

    def worker(
        self,
        batch: Mapping[str, Any],
        operation: str,
        wait: float = 5,
        bypass_results: bool = False,
        include_detailed_results: bool = False,
    ) -> Iterable[Any]:
        """Wait for a batch, as the org told of it, and return its results; of a query, an iterator of lists.

        Example:
            >>> sent = sf.bulk.Contact.insert([{"LastName": "Smith"}], bypass_results=True)
            >>> sent
            [{'bypass_results': True}, {'job_id': '750...'}]
            >>> listed = sf.restful(f"/services/async/{sf.sf_version}/job/{sent[1]['job_id']}/batch")["batchInfo"]
            >>> [row["success"] for row in sf.bulk.Contact.worker(listed[0], "insert")]
            [True]
        """
        job_id, batch_id, polling = batch["jobId"], batch["id"], polling_of(wait)
        if bypass_results:
            return [{"bypass_results": True, "job_id": job_id}]
        if operation not in _QUERIES:
            return self._results(job_id, batch_id, polling, include_detailed_results)
        ended = self._wait(job_id, batch_id, polling)
        if ended["state"] == "Failed":
            raise self._failed(ended)
        return self._pages(job_id, batch_id, [], polling)

    def query(
        self, data: str, lazy_operation: bool = False, wait: float = 5, *, pk_chunking: bool | int = False
    ) -> Any:
        """Run a query and return its records; with `lazy_operation` an iterator of lists of them.

        `pk_chunking` has the org split a query of very many records by id, True or so many ids a chunk (at most
        250,000): for millions of records, where one query would time out.

        Example:
            >>> sf.bulk.Contact.query(f"SELECT LastName FROM Contact WHERE Id = '{contact.id}'")[0]["LastName"]
            'Smith'
        """
        return self._query("query", data, lazy_operation, wait, pk_chunking)

    def query_all(
        self, data: str, lazy_operation: bool = False, wait: float = 5, *, pk_chunking: bool | int = False
    ) -> Any:
        """Run a query that finds deleted and archived records too; otherwise as `query`.

        Example:
            >>> pages = sf.bulk.Contact.query_all("SELECT Id FROM Contact", lazy_operation=True)
            >>> sum(len(page) for page in pages) > 0
            True
        """
        return self._query("queryAll", data, lazy_operation, wait, pk_chunking)

    # ---- loading -----------------------------------------------------------------------------------------------------

    def _load(
        self,
        operation: str,
        data: Data,
        batch_size: BatchSize,
        use_serial: bool,
        bypass_results: bool,
        include_detailed_results: bool,
        wait: float,
        external_id_field: str | None = None,
    ) -> list[Any]:
        if not (batch_size == "auto" or (isinstance(batch_size, int) and batch_size > 0)):
            raise ValueError("batch size should be auto or an integer")
        rows = list(dicts(data, f"the {operation} of {self.object_name}"))
        if not rows:
            raise ValueError(f"data should not be empty for {operation}")
        # Encoded before the job is made: a value that JSON can't carry leaves no job behind.
        wanted = list(bodies(rows, batch_size))
        polling = polling_of(wait)
        job_id = self._create_job(operation, use_serial, external_id_field)
        batches: list[str] = []
        try:
            batches.extend(self._add_batch(job_id, body) for body in wanted)
            self._close_job(job_id)
            if bypass_results:
                # As simple-salesforce has it: two dicts for each batch.
                return [told for _ in batches for told in ({"bypass_results": True}, {"job_id": job_id})]
            found = self._results_of_all(job_id, batches, polling, include_detailed_results)
        except BaseException as error:
            self._raise(error, job_id, operation, len(batches), len(wanted))
        return [row for rows in found for row in rows]

    def _results_of_all(self, job_id: str, batches: list[str], polling: Polling, detailed: bool) -> list[list[Any]]:
        stopped = threading.Event()

        def sleep(seconds: float) -> None:
            if stopped.wait(seconds):
                raise CancelledError

        waking = replace(polling, sleep=sleep)
        pool = ThreadPoolExecutor(min(8, len(batches)), thread_name_prefix="sfgen-bulk")
        try:
            running = [pool.submit(self._results, job_id, batch, waking, detailed) for batch in batches]
            return [result_of(future) for future in running]
        finally:
            # After an interrupt nobody waits for the other batches: the org may work on them for hours.
            stopped.set()
            pool.shutdown(cancel_futures=True)

    def _raise(self, error: BaseException, job_id: str, operation: str, sent: int, wanted: int) -> NoReturn:
        told = f"{sent} of {wanted} batches are in job {job_id}, and the org works on them"
        if sent < wanted and isinstance(error, OutcomeUnknown):
            told += f"; batch {sent + 1} may be in it too, its answer was lost: look at the job's batches first"
        try:
            self._close_job(job_id)
        except SalesforceError:
            told += "; it could not be closed and is still open: close it in Setup > Bulk Data Load Jobs"
        note = f"The bulk {operation} of {self.object_name} stopped: {told}. Its results are at {self._path(job_id)}"
        # An answer of the org stays the error it is, which scripts catch by its class.
        if isinstance(error, PASSING) and not error.status:
            raise SalesforceBulkV2LoadError(f"{note}: {reason(error)}") from error
        error.add_note(note)
        raise error

    def _results(self, job_id: str, batch_id: str, polling: Polling, detailed: bool) -> list[Any]:
        batch = self._wait(job_id, batch_id, polling)
        if batch["state"] != "Completed":
            raise self._failed(batch)
        results = polling.repeat(lambda: self._list(job_id, "batch", batch_id, "result"))
        if detailed:
            sent = polling.repeat(lambda: self._list(job_id, "batch", batch_id, "request"))
            results = [{**result, **flat(row)} for result, row in zip(results, sent, strict=True)]
        return results

    # ---- querying ----------------------------------------------------------------------------------------------------

    def _query(self, operation: str, soql: str, lazy: bool, wait: float, pk_chunking: bool | int) -> Any:
        polling = polling_of(wait)
        headers = {}
        if pk_chunking:
            size = f"chunkSize={pk_chunking}" if pk_chunking is not True else "true"
            headers = {"Sforce-Enable-PKChunking": size}
        job_id = self._create_job(operation, False, None, headers)
        try:
            first = self._add_batch(job_id, soql.encode())
            # With chunking, the org adds the batches that hold the records while it works on the first.
            if not pk_chunking:
                self._close_job(job_id)
            batch = self._wait(job_id, first, polling)
            chunks: list[str] = []
            if pk_chunking:
                chunks = self._chunks(job_id, first, batch, polling)
                self._close_job(job_id)
        except BaseException as error:
            self._raise(error, job_id, operation, 1, 1)
        if not pk_chunking and batch["state"] == "Failed":
            raise self._failed(batch)
        pages = self._pages(job_id, first, chunks, polling)
        return pages if lazy else [record for page in pages for record in page]

    def _chunks(self, job_id: str, first: str, original: Mapping[str, Any], polling: Polling) -> list[str]:
        if original["state"] == "Failed":
            raise self._failed(original)
        # The original batch ends as NotProcessed, and the others hold the records; without chunks it holds them itself.
        listed = polling.repeat(lambda: self._get((job_id, "batch")))
        ids = [batch["id"] for batch in listed.get("batchInfo", ())]
        return [one for one in ids if one != first]

    def _pages(self, job_id: str, first: str, chunks: list[str], polling: Polling) -> Iterator[list[Any]]:
        """Yield the results of the chunks, or of the first batch, which has ended, if there are none."""
        for batch_id in chunks or [first]:
            if chunks:
                batch = self._wait(job_id, batch_id, polling)
                if batch["state"] == "Failed":
                    raise self._failed(batch)
            for result in polling.repeat(lambda at=batch_id: self._list(job_id, "batch", at, "result")):  # type: ignore[misc]
                yield polling.repeat(
                    lambda at=batch_id, of=result: self._list(job_id, "batch", at, "result", of)  # type: ignore[misc]
                )

    # ---- single calls ------------------------------------------------------------------------------------------------

    def _path(self, *parts: str) -> str:
        tail = "".join(f"/{segment(part, 'the id')}" for part in parts)
        return f"/services/async/{self.client.sf_version}/job{tail}"

    def _create_job(
        self, operation: str, use_serial: bool, external_id_field: str | None, headers: Mapping[str, str] | None = None
    ) -> str:
        job: dict[str, Any] = {
            "operation": operation,
            "object": self.object_name,
            "concurrencyMode": "Serial" if use_serial else "Parallel",
            "contentType": "JSON",
        }
        if operation == "upsert":
            job["externalIdFieldName"] = external_id_field
        return str(self._post((), encode_json(job), headers)["id"])

    def _close_job(self, job_id: str) -> None:
        """Tell the org that no more batches come. Telling it twice does no harm."""

        def close() -> None:
            try:
                self._post((job_id,), encode_json({"state": "Closed"}))
            except SalesforceError:
                # The answer may have been lost and not the question.
                if self._get((job_id,), "state")["state"] == "Open":
                    raise

        Polling(tries=3).repeat(close)

    def _add_batch(self, job_id: str, body: bytes) -> str:
        return str(self._post((job_id, "batch"), body)["id"])

    def _wait(self, job_id: str, batch_id: str, polling: Polling) -> Mapping[str, Any]:
        delays = polling.delays()
        while True:
            batch: Mapping[str, Any] = polling.repeat(lambda: self._get((job_id, "batch", batch_id), "state"))
            if batch["state"] in _ENDS:
                return batch
            polling.pause(next(delays))

    def _post(self, parts: tuple[str, ...], body: bytes, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        request = Request(
            "POST",
            self._path(*parts),
            headers={"Content-Type": "application/json", **(headers or {})},
            body=body,
            resource=self.object_name,
        )
        return self._object(request, "id")

    def _get(self, parts: tuple[str, ...], *needed: str) -> Mapping[str, Any]:
        return self._object(self._reading(*parts), *needed)

    def _reading(self, *parts: str) -> Request:
        return Request("GET", self._path(*parts), idempotent=True, resource=self.object_name)

    def _object(self, request: Request, *needed: str) -> Mapping[str, Any]:
        response = self.client.send(request)
        found: Mapping[str, Any] = _json.of_object(response)
        if missing := [name for name in needed if not isinstance(found.get(name), str)]:
            raise unreadable(response, f"the answer is about no job or batch: it lacks its {missing[0]}")
        return found

    def _list(self, *parts: str) -> list[Any]:
        response = self.client.send(self._reading(*parts))
        found = _json(response)
        if not isinstance(found, list):
            raise unreadable(response, "the answer is no list of results")
        return found

    def _failed(self, batch: Mapping[str, Any]) -> SalesforceGeneralError:
        return SalesforceGeneralError(
            self.client.bulk_url, batch["state"], batch.get("jobId", ""), batch.get("stateMessage", "")
        )
