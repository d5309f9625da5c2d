"""The client of one org."""

from __future__ import annotations

import copy
import re
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, Unpack, cast

from .format import escape_sosl
from .http import CallOptions, Operation, PagedOperation, Request, Response, Timeout
from .instance import DEFAULT_API_VERSION, api_version, host_of, origin_of_domain
from .json_codec import JsonReader, PairsHook, encode_json
from .login import LoginWays, choose_login, domain_of, patient
from .operations import QueryPage, locator_path, raw_of
from .paths import segment
from .results import QueryResult, as_query_result
from .retries import DEFAULT_RETRIES, UNSET, Tries
from .session import Grant, Headers, Login, OrgSession
from .sftype import SFType
from .subqueries import complete_children
from .transport import DEFAULT_TIMEOUT, Transport, new_http_session
from .usage import PerAppUsage, Usage, parse_api_usage

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    import requests

    from .bulk import SFBulk2Handler, SFBulkHandler
    from .composite.requests import Batch, Composite, Graphs
    from .events import CallEvent
    from .metadata import MetadataApi
    from .retries import RetryPolicy
    from .search import Find

T = TypeVar("T")
P = TypeVar("P")
# Characters of a query below which it surely fits an address, even if each is percent-encoded as four bytes.
_LONG_QUERY = 1_000
_WHOLE_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class SalesforceClient(LoginWays):
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

    default_version: ClassVar[str] = DEFAULT_API_VERSION
    """The API version without `version=`. A generated client has the one that its describes are of."""

    def __init__(
        self,
        username: str | None = None,
        password: str | None = None,
        security_token: str | None = None,
        session_id: str | None = None,
        instance: str | None = None,
        instance_url: str | None = None,
        organizationId: str | None = None,
        version: str | float | None = None,
        proxies: MutableMapping[str, str] | None = None,
        session: requests.Session | None = None,
        client_id: str | None = None,
        domain: str | None = None,
        consumer_key: str | None = None,
        consumer_secret: str | None = None,
        privatekey_file: str | None = None,
        privatekey: str | None = None,
        parse_float: Callable[[str], Any] | None = None,
        object_pairs_hook: PairsHook | None = OrderedDict,
        timeout: Timeout | None = None,
        retries: RetryPolicy | None = DEFAULT_RETRIES,
        on_event: Callable[[CallEvent], object] | None = None,
        refresh_token: str | None = None,
        sandbox: bool | None = None,
        login: Login | None = None,
    ) -> None:
        self.sf_version = api_version(self.default_version if version is None else version)
        self.domain = domain_of(domain, sandbox) or "login"
        self.session = new_http_session() if session is None else session
        if proxies is not None and session is not None:
            warnings.warn("proxies= is ignored: set them on the session= that you gave", stacklevel=2)
        elif proxies is not None:
            self.session.proxies = dict(proxies)
        self.json_reader = JsonReader(parse_float, object_pairs_hook)
        self.api_usage: dict[str, Usage | PerAppUsage] = {}
        chosen = choose_login(
            self.session,
            username=username,
            password=password,
            security_token=security_token,
            session_id=session_id,
            instance=instance,
            instance_url=instance_url,
            organization_id=organizationId,
            version=self.sf_version,
            client_id=client_id,
            domain=domain,
            consumer_key=consumer_key,
            consumer_secret=consumer_secret,
            privatekey_file=privatekey_file,
            privatekey=privatekey,
            refresh_token=refresh_token,
            sandbox=sandbox,
            login=login,
            timeout=DEFAULT_TIMEOUT if timeout is None else timeout,
        )
        self.auth_type = chosen.auth_type
        self._org = OrgSession.begin(chosen.grant, chosen.login, patient(chosen.login, retries))
        if client_id:
            from .headers import call_options  # few clients name themselves

            self._org.headers.update(call_options(client=f"sfgen/{client_id}"))
        self._transport = Transport(
            self.session,
            self._org,
            DEFAULT_TIMEOUT if timeout is None else timeout,
            self._note_usage,
            retries=retries,
            on_event=on_event,
            known_fields=self._known_fields,
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.sf_instance} v{self.sf_version}>"

    # -- driving operations ------------------------------------------------------------------------------------------

    def execute(self, operation: Operation[T], **call: Unpack[CallOptions]) -> T:
        """Send an operation's request and return what it reads from the answer.

        `headers`, `timeout` and `params` are added to the request for this call; `retries` takes the place of the
        client's own policy.

        Example:
            >>> sf.execute(sf.Contact.getting(contact.id))["LastName"]
            'Smith'

        Raises:
            SalesforceError: the org refused, or did not answer.
        """
        return operation.parse(self.send(operation.request(), **call))

    def pages(self, operation: PagedOperation[P], **call: Unpack[CallOptions]) -> Iterator[P]:
        """Yield page after page, each fetched when it is asked for.

        Example:
            >>> pages = sf.pages(sf.query_operation("SELECT Id FROM Account"))
            >>> next(pages).totalSize > 0
            True
        """
        following: PagedOperation[P] | None = operation
        while following is not None:
            page = self.execute(following, **call)
            yield page
            # Only the first request takes parameters: the next page's URL has them in it.
            call.pop("params", None)
            following = following.following(page)

    def send(self, request: Request, **call: Unpack[CallOptions]) -> Response:
        """Send one request and return the successful answer.

        Example:
            >>> sf.send(sf.Contact.getting(contact.id).request()).status
            200

        Raises:
            SalesforceError: the org refused, or did not answer.
        """
        retries = call.pop("retries", UNSET)
        request = request.extended(call)
        if not request.url.startswith("/") and not _WHOLE_URL.match(request.url):
            request = replace(request, url=f"/services/data/v{self.sf_version}/{request.url}")
        if "q" in request.params and len(str(request.params["q"])) > _LONG_QUERY:
            from .long_queries import send_query  # few queries are

            return send_query(request, self.sf_version, lambda wrapped: self._transport.send(wrapped, retries))
        return self._transport.send(request, retries)

    def with_retries(self, retries: RetryPolicy | None) -> Self:
        """Return a client of the same session and connections that repeats by another policy; None repeats nothing.

        Example:
            >>> sf.with_retries(None).Contact.create({"LastName": "Smith"}).success
            True
        """
        return self.with_transport(lambda transport: transport.with_retries(retries))

    def with_transport(self, change: Callable[[Transport], Transport]) -> Self:
        """Return a client of the same session that sends through what `change` makes of this client's transport.

        Example:
            >>> sf.with_transport(lambda transport: transport).session_id == sf.session_id
            True
        """
        twin = copy.copy(self)
        for name, value in self.__dict__.items():
            # What has this client in it is made anew when it is asked for.
            if getattr(value, "client", None) is self:
                del twin.__dict__[name]
        twin._transport = change(self._transport).telling(twin._note_usage)
        return twin

    def tries(self, **call: Unpack[CallOptions]) -> Tries:
        """Return the tries for work of several requests, such as rows that failed for a passing reason.

        Example:
            >>> sf.tries(retries=None).again()
            False
        """
        return self._transport.tries(call.get("retries", UNSET))

    def _known_fields(self, object_name: str) -> Mapping[str, tuple[str, ...]]:
        """Return an object's fields, each with the values of its picklist if it is a restricted one."""
        return {}

    # -- the session -------------------------------------------------------------------------------------------------

    @property
    def session_id(self) -> str:
        """The session id or access token in use."""
        return self._org.session_id

    @session_id.setter
    def session_id(self, session_id: str) -> None:
        self._org.use(Grant(session_id, self._org.origin))

    @property
    def headers(self) -> MutableMapping[str, str]:
        """The headers that every call sends, to be changed at will, with the Authorization in use."""
        return self._org.headers

    @headers.setter
    def headers(self, headers: Mapping[str, str]) -> None:
        self._org.headers = Headers(headers)

    @property
    def proxies(self) -> MutableMapping[str, str]:
        """The proxies of the HTTP session."""
        return self.session.proxies

    @property
    def sf_instance(self) -> str:
        """The org's host, with its port if that isn't the scheme's own."""
        return host_of(self._org.origin)

    @property
    def auth_site(self) -> str:
        """Where users of this domain log in."""
        return origin_of_domain(self.domain)

    @property
    def base_url(self) -> str:
        """The root of the REST API's data resources at this client's version; ends with a slash, as all roots here."""
        return f"{self._org.origin}/services/data/v{self.sf_version}/"

    @property
    def apex_url(self) -> str:
        """The root of Apex REST classes."""
        return f"{self._org.origin}/services/apexrest/"

    @property
    def bulk_url(self) -> str:
        """The root of the Bulk API 1.0."""
        return f"{self._org.origin}/services/async/{self.sf_version}/"

    @property
    def bulk2_url(self) -> str:
        """The root of the Bulk API 2.0."""
        return f"{self.base_url}jobs/"

    @property
    def metadata_url(self) -> str:
        """The endpoint of the Metadata API."""
        return f"{self._org.origin}/services/Soap/m/{self.sf_version}/"

    @property
    def tooling_url(self) -> str:
        """The root of the Tooling API."""
        return f"{self.base_url}tooling/"

    @property
    def oauth2_url(self) -> str:
        """The root of the OAuth endpoints."""
        return f"{self._org.origin}/services/oauth2/"

    @property
    def org_session(self) -> OrgSession:
        """The token in use and how it is renewed: for APIs that don't carry it in the Authorization header."""
        return self._org

    # -- the Bulk APIs -----------------------------------------------------------------------------------------------

    @property
    def bulk(self) -> SFBulkHandler:
        """The Bulk API 1.0: ``sf.bulk.Contact.insert([...])``. For new code ``sf.Contact.bulk`` tells more."""
        from .bulk import SFBulkHandler  # few scripts need it

        return SFBulkHandler(client=self)

    @property
    def bulk2(self) -> SFBulk2Handler:
        """The Bulk API 2.0: ``sf.bulk2.Contact.insert(records=[...])``. For new code ``sf.Contact.bulk`` tells more."""
        from .bulk import SFBulk2Handler

        return SFBulk2Handler(client=self)

    # -- the Metadata API --------------------------------------------------------------------------------------------

    @property
    def mdapi(self) -> MetadataApi:
        """The Metadata API: ``sf.mdapi.deploy(...)``, ``sf.mdapi.CustomField.read([...])``."""
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
            >>> sf.set_password(user_id, "correct horse battery staple")  # doctest: +SKIP
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

    def _note_usage(self, headers: Mapping[str, str]) -> None:
        if info := headers.get("Sforce-Limit-Info"):
            self.api_usage = parse_api_usage(info)

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
        for page in self.pages(first, **call):
            for record in page["records"]:
                complete_children(record, self.more_records)
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
        """Search for a text as it is, what means something in SOSL escaped; `search` takes wildcards.

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
        return QueryPage(**where, parse=as_query_result(self.json_reader))

    def more_records(self, url: str) -> Iterator[Any]:
        """Yield the records of a ``nextRecordsUrl`` and of the pages after it.

        Example:
            >>> page = sf.query("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})
            >>> page.done or len(list(sf.more_records(page.nextRecordsUrl))) > 0
            True
        """
        for page in self.pages(self._query_page(url=url)):
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
        return _or_none(self._free_call(method, path, "restful", self.json_reader.if_any, params=params, **kwargs))

    def oauth2(self, path: str, params: Mapping[str, Any] | None = None, method: str = "GET") -> Any:
        """Call an OAuth endpoint, like ``userinfo``; None if the answer is empty or isn't JSON.

        Example:
            >>> sf.oauth2("userinfo")["preferred_username"] == server.username
            True
        """
        request = Request(method, f"/services/oauth2/{path.lstrip('/')}", params=params or {}, resource=path)
        response = self.send(request)
        is_json = "json" in response.headers.get("Content-Type", "")
        return _or_none(self.json_reader.if_any(response)) if is_json else None

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
        )
        return read(self.send(request, **call))

    def _call_salesforce(
        self, method: str, url: str, name: str = "", retries: object = 0, max_retries: int = 0, **kwargs: Any
    ) -> requests.Response:
        """Send any request to the org and return the HTTP library's response: what scripts call behind the scenes.

        `retries` and `max_retries` are simple-salesforce's own count, and taken for compatibility.
        """
        return cast("requests.Response", self._free_call(method, url, name, raw_of, **kwargs))

    def _refresh_session(self) -> None:
        """Log in again now. It is done by itself when the session has expired."""
        if not self._org.renewable:
            raise RuntimeError("this client was made from a session id: it has nothing to log in with")
        self._org.renew(self._org.session_id, self._org.logins)

    def _get(self, request: Request, **call: Unpack[CallOptions]) -> Any:
        return _or_none(self.json_reader(self.send(request, **call)))


def _or_none(result: Any) -> Any:
    """Return None for an empty list, object or text: what simple-salesforce makes of an answer that says nothing."""
    return None if isinstance(result, (Mapping, list, str)) and not result else result
