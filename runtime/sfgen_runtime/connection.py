"""A client's connection to its org: logging in, sending operations, the session and the addresses.

`SalesforceClient` adds the calls.
"""

from __future__ import annotations

import copy
import re
import sys
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, Unpack

from .http import CallOptions, Operation, PagedOperation, Request, Response, Timeout
from .instance import DEFAULT_API_VERSION, api_version, host_of, origin_of_domain, origin_of_instance
from .json_codec import JsonReader, PairsHook
from .login import LoginWays, choose_login, domain_of, patient
from .retries import DEFAULT_RETRIES, UNSET, Tries, checked_policy
from .session import Grant, Headers, Login, OrgSession
from .transport import DEFAULT_TIMEOUT, Transport, new_http_session
from .usage import PerAppUsage, Usage, parse_api_usage

if TYPE_CHECKING:
    import requests

    from .events import CallEvent
    from .retries import RetryPolicy

T = TypeVar("T")
P = TypeVar("P")
# Characters of a query below which it surely fits an address, even if each is percent-encoded as four bytes.
_LONG_QUERY = 1_000
_WHOLE_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class OrgConnection(LoginWays):
    """What every client of an org has, whichever calls it offers.

    Example:
        >>> sf.sf_version, sf.auth_type, sf.domain
        ('59.0', 'client-credentials', 'login')
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
        self._http = new_http_session() if session is None else session
        if proxies is not None and session is not None:
            warnings.warn("proxies= is ignored: set them on the session= that you gave", stacklevel=2)
        elif proxies is not None:
            if not isinstance(proxies, Mapping):
                raise TypeError("proxies= is a dict of schemes and proxies, such as {'https': 'http://proxy:8080'}")
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

    if not TYPE_CHECKING:
        # Hidden from type checkers, which say it from the signature of the constructor.
        def __new__(cls, *_: object, **options: object) -> Self:
            """Refuse keywords that the constructor doesn't have, naming the nearest one."""
            if cls.__init__ is OrgConnection.__init__:
                _check_keywords(cls.__name__, options)
            return super().__new__(cls)

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
        if retries is not UNSET:
            checked_policy(retries)
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
        """The session id or access token in use.

        Example:
            >>> client = Salesforce(session_id="00D...!old", instance_url=server.url)
            >>> client.session_id = server.session_id
            >>> client.Contact.get(contact.id)["LastName"]
            'Smith'
        """
        return self._org.session_id

    @session_id.setter
    def session_id(self, session_id: str) -> None:
        self._org.use(Grant(session_id, self._org.origin))

    @property
    def headers(self) -> MutableMapping[str, str]:
        """The headers that every call sends, to be changed at will, with the Authorization in use.

        Example:
            >>> sf.headers["Sforce-Auto-Assign"] = "FALSE"
            >>> sf.headers
            {'Content-Type': 'application/json', 'Authorization': '***', 'Sforce-Auto-Assign': 'FALSE'}
        """
        return self._org.headers

    @headers.setter
    def headers(self, headers: Mapping[str, str]) -> None:
        self._org.headers = Headers(headers)

    @property
    def session(self) -> requests.Session:
        """The HTTP session of every call; another one may take its place, which logins that are to come don't use.

        Example:
            >>> import requests
            >>> client = Salesforce(session_id=server.session_id, instance_url=server.url)
            >>> client.session = requests.Session()
            >>> client.Contact.session is client.session
            True
        """
        return self._http

    @session.setter
    def session(self, session: requests.Session) -> None:
        self._http = self._transport.http = session

    @property
    def proxies(self) -> MutableMapping[str, str]:
        """The proxies of the HTTP session.

        Example:
            >>> proxies = {"https": "proxy:8080"}
            >>> Salesforce(session_id="00D...!...", instance="acme.my.salesforce.com", proxies=proxies).proxies
            {'https': 'proxy:8080'}
        """
        return self.session.proxies

    @proxies.setter
    def proxies(self, proxies: MutableMapping[str, str]) -> None:
        self.session.proxies = proxies

    @property
    def sf_instance(self) -> str:
        """The org's host, with its port if that isn't the scheme's own.

        Example:
            >>> client = Salesforce(session_id="00D...!...", instance="acme.my.salesforce.com", version="62.0")
            >>> client.sf_instance
            'acme.my.salesforce.com'
        """
        return host_of(self._org.origin)

    @sf_instance.setter
    def sf_instance(self, instance: str) -> None:
        self._org.use(Grant(self.session_id, origin_of_instance(instance)))

    @property
    def auth_site(self) -> str:
        """Where users of this domain log in.

        Example:
            >>> Salesforce(session_id="00D...!...", instance="acme.my.salesforce.com", sandbox=True).auth_site
            'https://test.salesforce.com'
        """
        return origin_of_domain(self.domain)

    @property
    def base_url(self) -> str:
        """The root of the REST API's data resources at this client's version; ends with a slash, as all roots here.

        Example:
            >>> client = Salesforce(session_id="00D...!...", instance="acme.my.salesforce.com", version="62.0")
            >>> client.base_url
            'https://acme.my.salesforce.com/services/data/v62.0/'
        """
        return f"{self._org.origin}/services/data/v{self.sf_version}/"

    @property
    def apex_url(self) -> str:
        """The root of Apex REST classes.

        Example:
            >>> sf.apex_url.removeprefix(server.url)
            '/services/apexrest/'
        """
        return f"{self._org.origin}/services/apexrest/"

    @property
    def bulk_url(self) -> str:
        """The root of the Bulk API 1.0.

        Example:
            >>> sf.bulk_url == f"{server.url}/services/async/{sf.sf_version}/"
            True
        """
        return f"{self._org.origin}/services/async/{self.sf_version}/"

    @property
    def bulk2_url(self) -> str:
        """The root of the Bulk API 2.0.

        Example:
            >>> sf.bulk2_url.removeprefix(sf.base_url)
            'jobs/'
        """
        return f"{self.base_url}jobs/"

    @property
    def metadata_url(self) -> str:
        """The endpoint of the Metadata API.

        Example:
            >>> sf.metadata_url == f"{server.url}/services/Soap/m/{sf.sf_version}/"
            True
        """
        return f"{self._org.origin}/services/Soap/m/{self.sf_version}/"

    @property
    def tooling_url(self) -> str:
        """The root of the Tooling API.

        Example:
            >>> sf.tooling_url.removeprefix(sf.base_url)
            'tooling/'
        """
        return f"{self.base_url}tooling/"

    @property
    def oauth2_url(self) -> str:
        """The root of the OAuth endpoints.

        Example:
            >>> sf.oauth2_url.removeprefix(server.url)
            '/services/oauth2/'
        """
        return f"{self._org.origin}/services/oauth2/"

    @property
    def org_session(self) -> OrgSession:
        """The token in use and how it is renewed: for APIs that don't carry it in the Authorization header.

        Example:
            >>> sf.org_session.renewable
            True
        """
        return self._org

    def _note_usage(self, headers: Mapping[str, str]) -> None:
        if info := headers.get("Sforce-Limit-Info"):
            self.api_usage = parse_api_usage(info)


# What simple-salesforce's own calls go through, so that scripts override it; here they don't.
_OVERRIDDEN_THERE = {
    "_call_salesforce": "timeout=, retries=, on_event= and login= of Salesforce(...) are for that, or session= with an "
    "adapter or a request() of its own",
    "_refresh_session": "a function given as login= logs in, and may keep what it got",
}


def warn_of_overrides(cls: type) -> None:
    """Warn of a method in `cls` that simple-salesforce's calls go through, and those of this library don't."""
    overridden = [name for name in _OVERRIDDEN_THERE if name in cls.__dict__]
    if not overridden:
        return
    # Up to the class statement, past whatever bases say of their subclasses.
    level, frame = 2, sys._getframe(1)
    while frame.f_code.co_name == "__init_subclass__" and frame.f_back is not None:
        level, frame = level + 1, frame.f_back
    for name in overridden:
        instead = _OVERRIDDEN_THERE[name]
        warnings.warn(f"no call of this library goes through {cls.__qualname__}.{name}: {instead}", stacklevel=level)


def _check_keywords(class_name: str, options: Mapping[str, object]) -> None:
    """Raise `TypeError` for a keyword that the constructor doesn't have, with the nearest one that it has."""
    known = OrgConnection.__init__.__kwdefaults__ or {}
    names = {*known, *OrgConnection.__init__.__code__.co_varnames[: OrgConnection.__init__.__code__.co_argcount]}
    for name in options:
        if name not in names:
            import difflib  # only a typo needs it

            close = difflib.get_close_matches(name.lower(), sorted(names - {"self"}), n=1)
            hint = f"; did you mean {close[0]}=?" if close else ""
            raise TypeError(f"{class_name}() has no keyword {name!r}{hint}")
