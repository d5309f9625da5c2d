"""Which login a set of credentials means, as users of simple-salesforce expect it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import SalesforceAuthenticationFailed
from ..instance import DEFAULT_API_VERSION, host_of, origin_of_domain, origin_of_instance
from ..session import Grant, Login
from ..transport import DEFAULT_TIMEOUT

if TYPE_CHECKING:
    import requests

    from ..http import Timeout

# Hosts that serve every org: no client credentials login, since nothing says which org it is for.
_SHARED_HOSTS = ("https://login.salesforce.com", "https://test.salesforce.com")
_SANDBOX = re.compile(r"\.(sandbox|scratch)\.my\.salesforce\.com$|^https://[^.]+--[^.]+\.(\w+\.)?my\.salesforce\.com$")
_WAYS = (
    "session_id and instance_url; consumer_key, consumer_secret and instance_url (client credentials); "
    "consumer_key, username and privatekey_file (JWT bearer); consumer_key and refresh_token; "
    "consumer_key, consumer_secret, username and password; "
    "or username, password and security_token ('' where the org trusts this network). Where a person logs in: "
    "Salesforce.from_web_login(), from_device_login(), or from_sf_cli() with the Salesforce CLI's login"
)


def domain_of(domain: str | None, sandbox: bool | None) -> str | None:
    """Return the domain that ``domain=`` and ``sandbox=`` mean together; None where neither says.

    Example:
        >>> domain_of(None, sandbox=True), domain_of("acme.my", sandbox=None)
        ('test', 'acme.my')

    Raises:
        ValueError: both are given.
    """
    if sandbox is None:
        return domain
    if domain is not None:
        raise ValueError("sandbox= and domain= both say where to log in; give one: sandbox=True is domain='test'")
    return "test" if sandbox else "login"


def site_of(domain: str | None, instance_url: str | None) -> str:
    """Return the origin where a login goes: the org's own if it is given, else the domain's."""
    return origin_of_domain(instance_url or domain or "login")


@dataclass(frozen=True, slots=True, eq=False)
class ChosenLogin:
    """A way into an org: a session that exists, or a login that makes one.

    Example:
        >>> ChosenLogin("direct", Grant("00D...!...", "https://acme.my.salesforce.com")).auth_type
        'direct'
    """

    auth_type: str
    grant: Grant | None = None
    login: Login | None = None


def choose_login(
    http: requests.Session,
    *,
    username: str | None = None,
    password: str | None = None,
    security_token: str | None = None,
    session_id: str | None = None,
    instance: str | None = None,
    instance_url: str | None = None,
    organization_id: str | None = None,
    version: str = DEFAULT_API_VERSION,
    client_id: str | None = None,
    domain: str | None = None,
    consumer_key: str | None = None,
    consumer_secret: str | None = None,
    privatekey_file: str | None = None,
    privatekey: str | None = None,
    refresh_token: str | None = None,
    sandbox: bool | None = None,
    login: Login | None = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
) -> ChosenLogin:
    """Return the login that these arguments mean, without doing it.

    A consumer key and secret are never left aside: with them a password login is OAuth's, security token or not.
    A `refresh_token` or a `login` of the caller's own comes first; beside a session id it is what renews that.

    Example:
        >>> app = {"consumer_key": "3MVG9...", "consumer_secret": "SECRET"}
        >>> chosen = choose_login(new_http_session(), **app, domain="acme.my")
        >>> chosen.auth_type, chosen.login().origin == server.url
        ('client-credentials', True)

    Raises:
        TypeError: they mean none; the message lists what would.
        ValueError: a host or URL that can't be one, or `sandbox` beside `domain`.
        SalesforceAuthenticationFailed: client credentials without the org's own host.
    """
    domain = domain_of(domain, sandbox)
    site = site_of(domain, instance_url)
    has_app = consumer_key is not None and consumer_secret is not None
    where = instance_url or instance
    brought = None
    if session_id is not None and where is not None:
        brought = Grant(session_id.strip(), origin_of_instance(where))
    if login is not None:
        return ChosenLogin(getattr(login, "auth_type", "custom"), brought, login)
    if refresh_token is not None:
        if consumer_key is None:
            raise TypeError("refresh_token= needs consumer_key= too: the app that the token was given to")
        from .app import App
        from .refresh import RefreshToken

        app = App(http, site, consumer_key, consumer_secret, timeout)
        return ChosenLogin(RefreshToken.auth_type, brought, RefreshToken(app, refresh_token.strip()))
    by_soap = security_token is not None or (organization_id is not None and brought is None)
    if username is not None and password is not None and by_soap and not has_app:
        from .soap import SoapPassword

        # Beside a session it is the session that an instance is of; the password goes where it always went.
        door = site if brought is None else site_of(domain, None)
        # An organization id is for who has no token: with both simple-salesforce sends the token alone.
        scope = organization_id if security_token is None else None
        soap = SoapPassword(http, door, version, username, password, security_token or "", scope, client_id, timeout)
        return ChosenLogin("ipfilter" if security_token is None else "password", login=soap)
    with_token = username is not None and password is not None and security_token is not None
    if brought is not None and not with_token:
        return ChosenLogin("direct", grant=brought)
    # The ways in are imported when one is needed: a client made from a session id needs neither.
    from .oauth import ClientCredentials, JwtBearer, OAuthPassword

    if consumer_key is not None and consumer_secret is not None and username is not None and password is not None:
        secret = password + (security_token or "")
        return ChosenLogin(
            "password", login=OAuthPassword(http, site, consumer_key, consumer_secret, username, secret, timeout)
        )
    if consumer_key is not None and username is not None and (privatekey_file or privatekey):
        # Sandboxes and scratch orgs take assertions for test.salesforce.com only.
        in_sandbox = domain is None and _SANDBOX.search(site) is not None
        audience = origin_of_domain(domain or ("test" if in_sandbox else "login"))
        bearer = JwtBearer(http, site, audience, consumer_key, username, privatekey_file, privatekey, timeout)
        return ChosenLogin("jwt-bearer", login=bearer)
    if consumer_key is not None and consumer_secret is not None:
        if site in _SHARED_HOSTS:
            raise SalesforceAuthenticationFailed(
                "INVALID AUTH",
                f"a client credentials login needs the org's My Domain, and {host_of(site)} serves all orgs; give "
                "domain='acme.my' or instance_url='https://acme.my.salesforce.com'",
            )
        return ChosenLogin(
            "client-credentials", login=ClientCredentials(http, site, consumer_key, consumer_secret, timeout)
        )
    raise _no_login(
        username=username,
        password=password,
        security_token=security_token,
        session_id=session_id,
        instance=instance,
        instance_url=instance_url,
        organizationId=organization_id,
        domain=domain,
        consumer_key=consumer_key,
        consumer_secret=consumer_secret,
        privatekey_file=privatekey_file,
        privatekey=privatekey,
    )


def _no_login(**given: object) -> TypeError:
    # An environment variable that isn't set gives a None, so what isn't None is what the caller has to see.
    named = ", ".join(name for name, value in given.items() if value is not None)
    return TypeError(
        f"these arguments make no login: all are None{f' but {named}' if named else ''}; give one of: {_WAYS}"
    )
