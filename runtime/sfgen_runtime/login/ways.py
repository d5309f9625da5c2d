"""The logins that are made by a class method: those where a person or another program has a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    import requests

    from ..http import Timeout
    from ..json_codec import PairsHook
    from ..session import Login


class ClientOptions(TypedDict, total=False):
    """What a client takes besides its login."""

    version: str | float | None
    proxies: MutableMapping[str, str] | None
    session: requests.Session | None
    client_id: str | None
    parse_float: Callable[[str], Any] | None
    object_pairs_hook: PairsHook | None
    timeout: Timeout | None


class LoginWays:
    """Makes clients, of the class that it is asked on, by a person's login or one that another program holds."""

    if TYPE_CHECKING:

        def __init__(self, *, login: Login, **options: Unpack[ClientOptions]) -> None: ...

    @classmethod
    def from_sf_cli(
        cls, target_org: str | None = None, *, cli_timeout: float = 60.0, **options: Unpack[ClientOptions]
    ) -> Self:
        """Use the Salesforce CLI's login to an org: by alias or user name, or its default org.

        The CLI is asked again when the session expires; each of its commands may take `cli_timeout` seconds::

            sf = Salesforce.from_sf_cli("my-sandbox")

        Raises:
            SalesforceAuthenticationFailed: ``sf`` isn't installed, isn't logged in there, or doesn't answer in time.
            ValueError: `target_org` can't be an alias or user name.
        """
        from .sf_cli import SfCli

        return cls(login=SfCli(target_org, cli_timeout), **options)
