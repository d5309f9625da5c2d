"""The client of one org."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack, cast

from .connection import OrgConnection, warn_of_overrides
from .format import escape_sosl
from .http import CallOptions, Request, Response
from .json_codec import JsonReader, encode_json
from .operations import QueryPage, locator_path, raw_of
from .paths import segment
from .results import QueryResult, as_query_result
from .sftype import SFType
from .subqueries import complete_children
from .transport import scrubbed
from .usage import PerAppUsage, Usage, parse_api_usage

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    import requests

    from .bulk import SFBulk2Handler, SFBulkHandler
    from .composite.requests import Batch, Composite, Graphs
    from .metadata import MetadataApi
    from .search import Find


class SalesforceClient(OrgConnection):
    """Everything that works on any org. Generated packages add an attribute for each of their objects.

    The arguments are those of simple-salesforce's ``Salesforce``; `timeout`, `retries` (what is sent again
    after a failure that passes, None for nothing) and `on_event` (hears of each try) are new. They choose the login:

    * `session_id` with `instance` or `instance_url`: a session that exists; it can't be renewed.
    * `consumer_key` and `consumer_secret` with `instance_url` or a My Domain as `domain`: OAuth client credentials.
    * these with `username` and `password` (and `security_token`): OAuth username-password.
    * `consumer_key` and `username` with `privatekey` or `privatekey_file`: OAuth JWT bearer.
    * `refresh_token` and `consumer_key` (and `consumer_secret`): OAuth refresh token; it also renews a `session_id`.
    * `username` and `password` with `security_token` or `organizationId`: SOAP ``login()``, which few orgs still have.
    * `login`: a function that returns a `Grant`, called again when a session expires.

    `domain` is ``login`` (the default), ``test`` for sandboxes, a My Domain like ``acme.my``, a host or a URL;
    `sandbox=True` is ``domain="test"``. `instance_url` takes the place of `domain` for logins that are given both.

    Example:
        >>> client = SalesforceClient(session_id=server.session_id, instance_url=server.url, timeout=30)
        >>> client.sobject("Contact").create({"LastName": "Smith"}).success
        True

    Raises:
        TypeError: the arguments make no login.
        ValueError: a URL or version that isn't one, or http to another machine.
        SalesforceAuthenticationFailed: the login was refused.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        warn_of_overrides(cls)

    # -- the Bulk APIs -----------------------------------------------------------------------------------------------

    @property
    def bulk(self) -> SFBulkHandler:
        """The Bulk API 1.0: ``sf.bulk.Contact.insert([...])``. For new code ``sf.Contact.bulk`` tells more.

        Example:
            >>> sf.bulk.Contact.insert([{"LastName": "Smith"}])[0]["success"]
            True
        """
        from .bulk import SFBulkHandler  # few scripts need it

        return SFBulkHandler(client=self)

    @property
    def bulk2(self) -> SFBulk2Handler:
        """The Bulk API 2.0: ``sf.bulk2.Contact.insert(records=[...])``. For new code ``sf.Contact.bulk`` tells more.

        Example:
            >>> sf.bulk2.Contact.insert(records=[{"LastName": "Smith"}])[0]["numberRecordsFailed"]
            0
        """
        from .bulk import SFBulk2Handler

        return SFBulk2Handler(client=self)

    # -- the Metadata API --------------------------------------------------------------------------------------------

    @property
    def mdapi(self) -> MetadataApi:
        """The Metadata API: ``sf.mdapi.deploy(...)``, ``sf.mdapi.CustomField.read([...])``.

        Example:
            >>> sf.mdapi.list_metadata({"type": "CustomObject"})[0].type
            'CustomObject'
        """
        from .metadata import MetadataApi  # few scripts need it, and it reads XML

        return MetadataApi(self)

    def deploy(self, zipfile: str | Path | IO[bytes], sandbox: bool, **kwargs: Any) -> dict[str, str | None]:
        """Start the deployment of an archive; `MetadataApi.deploy` says what else it takes.

        Example:
            >>> started = sf.deploy("package.zip", sandbox=True, checkOnly=True)
            >>> started["state"]
            'Queued'
        """
        started = self.mdapi.deploy(zipfile, sandbox, **kwargs)
        return {"asyncId": started.id, "state": started.state}

    def checkDeployStatus(self, asyncId: str, **kwargs: Any) -> dict[str, Any]:
        """Return how far a deployment is, with the components and tests that failed.

        Example:
            >>> started = sf.deploy("package.zip", sandbox=True)
            >>> sf.checkDeployStatus(started["asyncId"])["state"]
            'Succeeded'
        """
        return self.mdapi.check_deploy_status(asyncId, **kwargs)._asdict()

    # -- objects and the org -----------------------------------------------------------------------------------------

    def sobject(self, name: str) -> SFType:
        """Return the untyped interface of an object by its API name, however that is spelled.

        Example:
            >>> sf.sobject("Contact").get(contact.id)["LastName"]
            'Smith'
        """
        return SFType(name, salesforce=self)

    def describe(self, **call: Unpack[CallOptions]) -> Any:
        """List all objects that the user may see, with what may be done with each.

        Example:
            >>> "Contact" in [described["name"] for described in sf.describe()["sobjects"]]
            True
        """
        return self._get(Request("GET", "sobjects", idempotent=True, resource="describe"), **call)

    def limits(self, **call: Unpack[CallOptions]) -> Any:
        """Return the org's limits and what is left of them.

        Example:
            >>> sf.limits()["DailyApiRequests"]["Max"]
            15000
        """
        return self._get(Request("GET", "limits/", idempotent=True, resource="limits"), **call)

    def is_sandbox(self) -> bool | None:
        """Tell whether the org is a sandbox; None if the org doesn't say.

        Example:
            >>> sf.is_sandbox()
            False
        """
        plain = as_query_result(JsonReader(None, dict))
        found = self.execute(QueryPage("SELECT IsSandbox FROM Organization LIMIT 1", parse=plain))
        return found.records[0].get("IsSandbox") if found.records else None

    def set_password(self, user: str, password: str) -> Any:
        """Set a user's password, the user given by id; None when done.

        Example:
            >>> sf.set_password(user_id, "correct horse battery staple 42")
        """
        request = Request(
            "POST",
            f"sobjects/User/{segment(user, 'the user id')}/password",
            body=encode_json({"NewPassword": password}),
            resource="User",
        )
        return self.json_reader.if_any(self.send(request))

    setPassword = set_password

    @staticmethod
    def parse_api_usage(sforce_limit_info: str) -> dict[str, Usage | PerAppUsage]:
        """Read the value of a ``Sforce-Limit-Info`` header.

        Example:
            >>> SalesforceClient.parse_api_usage("api-usage=25/5000")["api-usage"].used
            25
        """
        return parse_api_usage(sforce_limit_info)

    def parse_result_to_json(self, result: requests.Response) -> Any:
        """Decode the body of an answer, with the hooks that the client was made with.

        Example:
            >>> answer = sf.Contact.update(contact.id, {"FirstName": "Jo"}, raw_response=True)
            >>> answer.status_code
            204
        """
        return self.json_reader.loads(result.content)

    # -- several records or requests in one --------------------------------------------------------------------------

    def batch(self, *, halt_on_error: bool = False, check: bool = True, **call: Unpack[CallOptions]) -> Batch:
        """Return a block of independent reads and writes that are sent together, 25 a request, when it ends.

        A step that fails leaves the others alone; then the block ends by `StepsFailed`, or with ``check=False`` each
        step is left to be looked at. After a failure with `halt_on_error` no later step is done.

        Example:
            >>> with sf.batch() as batch:
            ...     made = batch.create(sf.Contact, {"LastName": "Smith"})
            ...     accounts = batch.query("SELECT Id FROM Account LIMIT 2")
            >>> made.result.success, len(accounts.result.records)
            (True, 2)
        """
        from .composite.requests import Batch

        return Batch(self, halt_on_error=halt_on_error, check=check, call=call)

    def composite(self, *, all_or_none: bool = True, check: bool = True, **call: Unpack[CallOptions]) -> Composite:
        """Return a block of up to 25 steps that are done in order when it ends, all or none of them.

        The id of a record that one step creates may be used in later steps. With ``all_or_none=False`` a step that
        fails leaves the others alone, but for those that refer to it.

        Example:
            >>> with sf.composite() as composite:
            ...     account = composite.create(sf.Account, {"Name": "Acme"})
            ...     contact = composite.create(sf.Contact, {"LastName": "Smith", "AccountId": account.id})
            >>> sf.Contact.get(contact.id)["AccountId"] == account.id
            True
        """
        from .composite.requests import Composite

        return Composite(self, all_or_none=all_or_none, check=check, call=call)

    def graphs(self, *, check: bool = True, **call: Unpack[CallOptions]) -> Graphs:
        """Return a block of graphs of steps, up to 500 steps together; each graph is done whole or not at all.

        Example:
            >>> with sf.graphs() as graphs:
            ...     graph = graphs.add()
            ...     account = graph.create(sf.Account, {"Name": "Acme"})
            ...     contact = graph.create(sf.Contact, {"LastName": "Smith", "AccountId": account.id})
            >>> graph.ok
            True
        """
        from .composite.requests import Graphs

        return Graphs(self, check=check, call=call)

    # -- queries and searches ----------------------------------------------------------------------------------------

    def query(self, query: str, include_deleted: bool = False, **call: Unpack[CallOptions]) -> QueryResult:
        """Run a SOQL query and return its first page: ``records``, ``totalSize``, ``done``, ``nextRecordsUrl``.

        Example:
            >>> page = sf.query(format_soql("SELECT LastName FROM Contact WHERE Id = {}", contact.id))
            >>> page.totalSize, page["records"][0]["LastName"]
            (1, 'Smith')
        """
        return self.execute(self._query_page(soql=query, include_deleted=include_deleted), **call)

    def query_more(
        self,
        next_records_identifier: str,
        identifier_is_url: bool = False,
        include_deleted: bool = False,
        **call: Unpack[CallOptions],
    ) -> QueryResult:
        """Return a later page, by the ``nextRecordsUrl`` of the one before or by its query locator.

        Example:
            >>> page = sf.query("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})
            >>> page.done or len(sf.query_more(page.nextRecordsUrl, identifier_is_url=True).records) > 0
            True
        """
        url = next_records_identifier if identifier_is_url else locator_path(next_records_identifier, include_deleted)
        return self.execute(self._query_page(url=url), **call)

    def query_all_iter(
        self, query: str, include_deleted: bool = False, **call: Unpack[CallOptions]
    ) -> Iterator[dict[str, Any]]:
        """Yield the records of a query, fetching each page when its first record is asked for.

        Child records of a subquery that the org pages are fetched too, when their parent is reached.

        Example:
            >>> soql = format_soql("SELECT LastName FROM Contact WHERE Id = {}", contact.id)
            >>> [record["LastName"] for record in sf.query_all_iter(soql)]
            ['Smith']
        """
        first = self._query_page(soql=query, include_deleted=include_deleted)
        later = call.copy()
        later.pop("params", None)  # the URL of a page has its own
        for page in self.pages(first, **call):
            for record in page["records"]:
                complete_children(record, partial(self.more_records, **later))
                yield record

    def query_all(self, query: str, include_deleted: bool = False, **call: Unpack[CallOptions]) -> QueryResult:
        """Return all records of a query as one page.

        Example:
            >>> sf.query_all("SELECT Id FROM Contact").done
            True
        """
        records = list(self.query_all_iter(query, include_deleted, **call))
        return QueryResult(records=records, totalSize=len(records), done=True)

    def search(self, search: str, **call: Unpack[CallOptions]) -> Any:
        """Run a SOSL search, like ``FIND {Waldo} IN NAME FIELDS``.

        Example:
            >>> found = sf.search("FIND {Solar} IN NAME FIELDS RETURNING Account(Name)")
            >>> len(found["searchRecords"]) > 0
            True
        """
        return self._get(Request("GET", "search/", {"q": search}, idempotent=True, resource="search"), **call)

    def quick_search(self, search: str, **call: Unpack[CallOptions]) -> Any:
        """Search for a text, its characters that mean something in SOSL escaped; `search` takes wildcards.

        AND, OR and AND NOT between words stay operators, as in simple-salesforce; `find` takes them for words.

        Example:
            >>> sf.quick_search("no {such} text?")["searchRecords"]
            []
        """
        return self.search(f"FIND {{{escape_sosl(search)}}}", **call)

    def find(self, text: str, *, expression: bool = False) -> Find:
        """Begin a search for a text in many objects: ``sf.find("Acme").in_name().returning(...).all()``.

        The words are taken as they are; with `expression` the text is one of SOSL, with ``AND``, ``OR``, ``*``, ``?``.

        Example:
            >>> sf.find("Waldo (AG)").in_name().returning("Account(Id, Name)").sosl
            'FIND {Waldo \\\\(AG\\\\)} IN NAME FIELDS RETURNING Account(Id, Name)'
        """
        from .search.find import Find, search_words

        return Find.expression(self, text) if expression else Find(self, search_words(text))

    def query_operation(self, query: str, include_deleted: bool = False) -> QueryPage[QueryResult]:
        """Return `query` as an operation, to be sent later: alone, in a batch, or page by page.

        Example:
            >>> sf.execute(sf.query_operation("SELECT Id FROM Account LIMIT 1")).totalSize
            1
        """
        return self._query_page(soql=query, include_deleted=include_deleted)

    def _query_page(self, **where: Any) -> QueryPage[QueryResult]:
        for name in ("soql", "url"):
            if not isinstance(given := where.get(name, ""), str):
                raise TypeError(f"the {name} of a query is a str, and this is {given!r} ({type(given).__name__})")
        return QueryPage(**where, parse=as_query_result(self.json_reader))

    def more_records(self, url: str, **call: Unpack[CallOptions]) -> Iterator[Any]:
        """Yield the records of a ``nextRecordsUrl`` and of the pages after it.

        Example:
            >>> page = sf.query("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})
            >>> page.done or len(list(sf.more_records(page.nextRecordsUrl))) > 0
            True
        """
        for page in self.pages(self._query_page(url=url), **call):
            yield from page["records"]

    # -- any path ----------------------------------------------------------------------------------------------------

    def restful(self, path: str, params: Mapping[str, Any] | None = None, method: str = "GET", **kwargs: Any) -> Any:
        """Call a path below the data root, like ``sobjects/User/005.../password``; None if the answer is empty.

        `json` or `data` is the body, as `requests` takes them.

        Example:
            >>> sf.restful(f"sobjects/Contact/{contact.id}", params={"fields": "LastName"})["LastName"]
            'Smith'
        """
        path = path if path.startswith("/services/") else path.lstrip("/")
        return _or_none(
            self._free_call(method, path, self._named(path), self.json_reader.if_any, params=params, **kwargs)
        )

    def oauth2(self, path: str, params: Mapping[str, Any] | None = None, method: str = "GET") -> Any:
        """Call an OAuth endpoint, like ``userinfo``; None if the answer has no body or isn't JSON.

        Example:
            >>> sf.oauth2("userinfo")["preferred_username"] == server.username
            True
        """
        request = Request(
            method, f"/services/oauth2/{path.lstrip('/')}", params=params or {}, resource=self._named(path)
        )
        response = self.send(request)
        is_json = "json" in response.headers.get("Content-Type", "")
        return self.json_reader.if_any(response) if is_json else None

    def apexecute(self, action: str, method: str = "GET", data: object = None, **kwargs: Any) -> Any:
        """Call an Apex REST class; `data` is sent as JSON. Returns JSON, or the text of anything else.

        Example:
            >>> sf.apexecute("Greeting", method="POST", data={"name": "Jo"})
            'Hello Jo'
        """
        return self._execute_action(f"/services/apexrest/{action.lstrip('/')}", "apexecute", method, data, **kwargs)

    apexexecute = apexecute

    def toolingexecute(self, action: str, method: str = "GET", data: object = None, **kwargs: Any) -> Any:
        """Call the Tooling API; `data` is sent as JSON. Returns JSON, or the text of anything else.

        Example:
            >>> sf.toolingexecute("query/?q=SELECT+Id+FROM+ApexClass")["done"]
            True
        """
        return self._execute_action(f"tooling/{action.lstrip('/')}", "toolingexecute", method, data, **kwargs)

    def _execute_action(self, url: str, resource: str, method: str, data: object, **kwargs: Any) -> Any:
        if data is not None:
            kwargs["json"] = data
        return self._free_call(method, url, resource, self.json_reader.or_text, **kwargs)

    def _free_call(
        self,
        method: str,
        url: str,
        resource: str,
        read: Callable[[Response], Any],
        *,
        json: object = None,
        data: Any = None,
        streamed: bool = False,
        **call: Any,
    ) -> Any:
        body = encode_json(json) if json is not None else data.encode() if isinstance(data, str) else data
        # Forms and streams are the HTTP library's to encode.
        options = {} if body is None or isinstance(body, bytes) else {"data": body}
        request = Request(
            method,
            url,
            body=None if options else body,
            idempotent=method.upper() == "GET",
            resource=resource,
            transport_options=options,
            streamed=streamed,
        )
        return read(self.send(request, **call))

    def _call_salesforce(
        self,
        method: str,
        url: str,
        name: str = "",
        retries: object = 0,
        max_retries: int = 0,
        stream: bool = False,
        **kwargs: Any,
    ) -> requests.Response:
        """Send any request to the org and return the HTTP library's response: what scripts call behind the scenes.

        With `stream` its body is left to be read block by block. `retries` and `max_retries` are simple-salesforce's
        own count, and taken for compatibility.
        """
        return cast("requests.Response", self._free_call(method, url, name, raw_of, streamed=stream, **kwargs))

    def _refresh_session(self) -> None:
        """Log in again now. It is done by itself when the session has expired."""
        if not self._org.renewable:
            raise RuntimeError("this client was made from a session id: it has nothing to log in with")
        self._org.renew(self._org.session_id, self._org.logins)

    def _named(self, path: str) -> str:
        """Return a path as errors name it: without its query, which holds what was asked for."""
        return scrubbed(path.partition("?")[0], (self.session_id,))

    def _get(self, request: Request, **call: Unpack[CallOptions]) -> Any:
        return _or_none(self.json_reader(self.send(request, **call)))


def _or_none(result: Any) -> Any:
    """Return None for an empty list, object or text: what simple-salesforce makes of an answer that says nothing."""
    return None if isinstance(result, (Mapping, list, str)) and not result else result
