"""Which login a set of credentials means, as users of simple-salesforce expect it."""

from __future__ import annotations

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
_WAYS = (
    "session_id and instance_url; consumer_key, consumer_secret and instance_url (client credentials); "
    "consumer_key, username and privatekey_file (JWT bearer); consumer_key, consumer_secret, username and password; "
    "or username, password and security_token ('' where the org trusts this network)"
)


@dataclass(frozen=True, slots=True)
class ChosenLogin:
    """A way into an org: a session that exists, or a login that makes one."""

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
    timeout: Timeout = DEFAULT_TIMEOUT,
) -> ChosenLogin:
    """Return the login that these arguments mean, without doing it.

    A consumer key and secret are never left aside: with them a password login is OAuth's, security token or not.

    Raises:
        TypeError: they mean none; the message lists what would.
        ValueError: a host or URL that can't be one.
        SalesforceAuthenticationFailed: client credentials without the org's own host.
    """
    site = origin_of_domain(instance_url or domain or "login")
    has_app = consumer_key is not None and consumer_secret is not None
    where = instance_url or instance
    has_session = session_id is not None and where is not None
    by_soap = security_token is not None or (organization_id is not None and not has_session)
    if username is not None and password is not None and by_soap and not has_app:
        from .soap import SoapPassword

        soap = SoapPassword(
            http, site, version, username, password, security_token or "", organization_id, client_id, timeout
        )
        return ChosenLogin("ipfilter" if security_token is None else "password", login=soap)
    if session_id is not None and where is not None:
        return ChosenLogin("direct", grant=Grant(session_id.strip(), origin_of_instance(where)))
    # The ways in are imported when one is needed: a client made from a session id needs neither.
    from .oauth import ClientCredentials, JwtBearer, OAuthPassword

    if consumer_key is not None and consumer_secret is not None and username is not None and password is not None:
        secret = password + (security_token or "")
        return ChosenLogin(
            "password", login=OAuthPassword(http, site, consumer_key, consumer_secret, username, secret, timeout)
        )
    if consumer_key is not None and username is not None and (privatekey_file or privatekey):
        # Sandboxes take assertions for test.salesforce.com only.
        in_sandbox = domain is None and site.endswith(".sandbox.my.salesforce.com")
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
    raise TypeError(f"these arguments make no login; give one of: {_WAYS}")
