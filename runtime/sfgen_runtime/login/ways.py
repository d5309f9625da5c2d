"""The logins that are made by a class method: those where a person or another program has a part."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from ..transport import DEFAULT_TIMEOUT, new_http_session
from .choice import domain_of, site_of
from .interactive import DEFAULT_REDIRECT_URI, DEFAULT_SCOPE, tell

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    import requests

    from ..events import CallEvent
    from ..http import Timeout
    from ..json_codec import PairsHook
    from ..retries import RetryPolicy
    from ..session import Login
    from .app import App
    from .device import DeviceCode
    from .token_store import TokenStore


class ClientOptions(TypedDict, total=False):
    """What a client takes besides its login.

    Example:
        >>> options: ClientOptions = {"version": "62.0", "timeout": 30}
        >>> Salesforce.from_sf_cli("my-sandbox", **options).sf_version
        '62.0'
    """

    version: str | float | None
    proxies: MutableMapping[str, str] | None
    session: requests.Session | None
    client_id: str | None
    parse_float: Callable[[str], Any] | None
    object_pairs_hook: PairsHook | None
    timeout: Timeout | None
    retries: RetryPolicy | None
    on_event: Callable[[CallEvent], object] | None


class LoginWays:
    """Makes clients, of the class that it is asked on, by a person's login or one that another program holds.

    Example:
        >>> Salesforce.from_sf_cli().auth_type, SalesforceClient.from_sf_cli("my-sandbox").auth_type
        ('sf-cli', 'sf-cli')
    """

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            login: Login,
            domain: str | None = None,
            sandbox: bool | None = None,
            **options: Unpack[ClientOptions],
        ) -> None: ...

    @classmethod
    def from_sf_cli(
        cls, target_org: str | None = None, *, cli_timeout: float = 60.0, **options: Unpack[ClientOptions]
    ) -> Self:
        """Use the Salesforce CLI's login to an org: by alias or user name, or its default org.

        The CLI is asked again when the session expires; each of its commands may take `cli_timeout` seconds.

        Example:
            >>> sf = Salesforce.from_sf_cli("my-sandbox")
            >>> sf.auth_type
            'sf-cli'

        Raises:
            SalesforceAuthenticationFailed: ``sf`` isn't installed, isn't logged in there, or doesn't answer in time.
            ValueError: `target_org` can't be an alias or user name.
        """
        from .sf_cli import SfCli

        return cls(login=SfCli(target_org, cli_timeout), **options)

    @classmethod
    def from_web_login(
        cls,
        consumer_key: str,
        *,
        consumer_secret: str | None = None,
        domain: str | None = None,
        instance_url: str | None = None,
        sandbox: bool | None = None,
        redirect_uri: str = DEFAULT_REDIRECT_URI,
        scope: str = DEFAULT_SCOPE,
        wait: float = 300.0,
        token_store: TokenStore | None = None,
        open_browser: Callable[[str], object] | None = None,
        show: Callable[[str], object] | None = None,
        **options: Unpack[ClientOptions],
    ) -> Self:
        """Let a person log in in their browser: OAuth's authorization code flow with PKCE.

        The address is opened in the browser and written to stderr (`open_browser` and `show` do it another way), and
        127.0.0.1 is listened on, for `wait` seconds, until the browser comes back to `redirect_uri`: one of the app's
        callback URLs. The app needs no secret. With a refresh token among its scopes the session renews itself, and
        with a `token_store` the next run asks nobody.

        Example:
            >>> sf = Salesforce.from_web_login("3MVG9...", domain="acme.my", token_store=KeyringTokenStore())
            >>> sf.auth_type
            'web'

        Raises:
            SalesforceAuthenticationFailed: the person denied it or didn't decide in time, or the app is refused.
            ValueError: a redirect_uri that isn't on this machine, a domain that isn't one.
            OSError: the port of the redirect_uri is taken.
        """
        from .interactive import InteractiveLogin
        from .web import WebFlow, open_in_browser

        app = _app(consumer_key, consumer_secret, site_of(domain_of(domain, sandbox), instance_url), options)
        flow = WebFlow(app, redirect_uri, scope, wait, open_browser or open_in_browser, show or tell)
        login = InteractiveLogin("web", app, flow, token_store)
        return cls(login=login, domain=domain, sandbox=sandbox, **options)

    @classmethod
    def from_device_login(
        cls,
        consumer_key: str,
        *,
        consumer_secret: str | None = None,
        domain: str | None = None,
        instance_url: str | None = None,
        sandbox: bool | None = None,
        scope: str = DEFAULT_SCOPE,
        token_store: TokenStore | None = None,
        show: Callable[[DeviceCode], object] | None = None,
        sleep: Callable[[float], object] | None = None,
        **options: Unpack[ClientOptions],
    ) -> Self:
        """Let a person log in from another machine: OAuth's device flow, for servers and containers.

        `show` is given the code that the person has to enter and where; without it both are written to stderr. The
        server is asked as often as it allows until they did.

        Example:
            >>> sf = Salesforce.from_device_login("3MVG9...", domain="acme.my")
            >>> sf.auth_type
            'device'

        Raises:
            SalesforceAuthenticationFailed: the person denied it or let the code run out, or the app is refused.
            ValueError: a domain that isn't one.
        """
        from .device import DeviceFlow, tell_code
        from .interactive import InteractiveLogin

        app = _app(consumer_key, consumer_secret, site_of(domain_of(domain, sandbox), instance_url), options)
        flow = DeviceFlow(app, scope, show or tell_code, sleep or time.sleep)
        login = InteractiveLogin("device", app, flow, token_store)
        return cls(login=login, domain=domain, sandbox=sandbox, **options)


def _app(consumer_key: str, consumer_secret: str | None, site: str, options: ClientOptions) -> App:
    """Return the app, and let its logins go over the same HTTP session, proxies and all, as the client's calls."""
    from .app import App

    http = options.get("session")
    if http is None:
        http = options["session"] = new_http_session()
        if proxies := options.pop("proxies", None):
            http.proxies = dict(proxies)
    timeout = options.get("timeout")
    return App(http, site, consumer_key, consumer_secret, DEFAULT_TIMEOUT if timeout is None else timeout)
