"""`SalesforceLogin`: a login by itself, with simple-salesforce's arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import SalesforceAuthenticationFailed
from ..instance import DEFAULT_API_VERSION, api_version, host_of
from ..transport import DEFAULT_TIMEOUT, new_http_session
from .choice import choose_login

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    import requests

DEFAULT_CLIENT_ID_PREFIX = "sfgen"
_ENDPOINT = "/services/oauth2/token"


def SalesforceLogin(
    username: str | None = None,
    password: str | None = None,
    security_token: str | None = None,
    organizationId: str | None = None,
    sf_version: str | float = DEFAULT_API_VERSION,
    proxies: MutableMapping[str, str] | None = None,
    session: requests.Session | None = None,
    client_id: str | None = None,
    domain: str | None = None,
    instance_url: str | None = None,
    consumer_key: str | None = None,
    consumer_secret: str | None = None,
    privatekey_file: str | None = None,
    privatekey: str | None = None,
    scratch_url: str | None = None,
    sandbox: bool | None = None,
) -> tuple[str, str]:
    """Log in and return the session id and the host of the instance.

    With a user name and password alone it is SOAP's login for networks that the org trusts. `scratch_url` is where to
    log in to a scratch org whose name doesn't resolve yet; it wins over `instance_url` and `domain`.
    `sandbox=True` is ``domain="test"``.

    Example:
        >>> session_id, host = SalesforceLogin("jo@acme.example", "password", "token", domain="acme.my")
        >>> sf = Salesforce(session_id=session_id, instance=host)

    Raises:
        SalesforceAuthenticationFailed: the login was refused, or the arguments make none.
        ValueError: a URL or version that isn't one.
    """
    http = _http(session, proxies)
    has_other = organizationId is not None or (consumer_key is not None)
    try:
        chosen = choose_login(
            http,
            username=username,
            password=password,
            security_token="" if security_token is None and not has_other else security_token,
            organization_id=organizationId,
            version=api_version(sf_version),
            client_id=client_id,
            domain=domain,
            instance_url=scratch_url or instance_url,
            consumer_key=consumer_key,
            consumer_secret=consumer_secret,
            privatekey_file=privatekey_file,
            privatekey=privatekey,
            sandbox=sandbox,
        )
    except TypeError as error:
        raise SalesforceAuthenticationFailed("INVALID AUTH", str(error)) from None
    if chosen.login is None:
        raise SalesforceAuthenticationFailed("INVALID AUTH", "a session id is no login")
    grant = chosen.login()
    return grant.session_id, host_of(grant.origin)


def soap_login(
    soap_url: str,
    request_body: str,
    headers: Mapping[str, str] | None,
    proxies: Mapping[str, str] | None,
    session: requests.Session | None = None,
) -> tuple[str, str]:
    """Send a SOAP login that is written already, and return the session id and the host of the instance.

    Example:
        >>> body = (
        ...     '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login '
        ...     'xmlns="urn:partner.soap.sforce.com"><username>jo@acme.example</username>'
        ...     '<password>passwordtoken</password></login></e:Body></e:Envelope>'
        ... )
        >>> headers = {"Content-Type": "text/xml", "SOAPAction": "login"}
        >>> session_id, host = soap_login(f"{server.url}/services/Soap/u/59.0", body, headers, None)
        >>> session_id[:3]
        '00D'

    Raises:
        SalesforceAuthenticationFailed: the org refused, or answered something else than SOAP.
    """
    from .soap import post_login  # few log in by SOAP

    grant = post_login(_http(session, proxies), soap_url, request_body.encode(), headers or {}, DEFAULT_TIMEOUT)
    return grant.session_id, host_of(grant.origin)


def token_login(
    token_url: str,
    token_data: Mapping[str, str],
    domain: str,
    consumer_key: str,
    headers: Mapping[str, str] | None,
    proxies: Mapping[str, str] | None,
    session: requests.Session | None = None,
) -> tuple[str, str]:
    """Send a form to a token endpoint, and return the access token and the host of the instance.

    `domain` and `consumer_key` are taken for compatibility: the form and the address say it all.

    Example:
        >>> form = {"grant_type": "client_credentials", "client_id": "3MVG9...", "client_secret": "SECRET"}
        >>> url = f"{server.url}/services/oauth2/token"
        >>> session_id, host = token_login(url, form, "acme.my", "3MVG9...", None, None)
        >>> session_id[:3]
        '00D'

    Raises:
        SalesforceAuthenticationFailed: the org refused, or answered something else than a token.
        ValueError: `token_url` is no token endpoint of Salesforce.
    """
    from . import oauth

    site = token_url.removesuffix(_ENDPOINT)
    if site == token_url:
        raise ValueError(f"{token_url!r} does not end in {_ENDPOINT}, so it is no token endpoint of Salesforce")
    secrets = (*token_data.values(), *(headers or {}).values())
    http = _http(session, proxies)
    grant = oauth.token_login(http, site, token_data, DEFAULT_TIMEOUT, headers=headers, secrets=secrets).grant
    return grant.session_id, host_of(grant.origin)


def _http(session: requests.Session | None, proxies: Mapping[str, str] | None) -> requests.Session:
    if session is not None:
        return session
    http = new_http_session()
    if proxies is not None:
        http.proxies = dict(proxies)
    return http
