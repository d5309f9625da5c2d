"""Logging in: which way a set of credentials means, and the ways themselves.

Example:
    >>> SalesforceLogin("jo@acme.example", "password", "token", client_id=f"{DEFAULT_CLIENT_ID_PREFIX}/nightly")[0][:3]
    '00D'
    >>> DEFAULT_API_VERSION
    '59.0'
"""

from typing import TYPE_CHECKING, Any

from ..errors import SalesforceAuthenticationFailed
from ..instance import DEFAULT_API_VERSION
from ..session import Grant, Login
from .choice import ChosenLogin, choose_login, domain_of
from .patient import patient
from .refresh import RefreshToken
from .simple import DEFAULT_CLIENT_ID_PREFIX, SalesforceLogin, soap_login, token_login
from .token_store import KeyringTokenStore, TokenStore
from .ways import ClientOptions, LoginWays

if TYPE_CHECKING:
    from .app import App
    from .device import DeviceCode
    from .sf_cli import SfCli

_LAZY = {"App": "app", "DeviceCode": "device", "SfCli": "sf_cli"}

__all__ = [
    "DEFAULT_API_VERSION",
    "DEFAULT_CLIENT_ID_PREFIX",
    "App",
    "ChosenLogin",
    "ClientOptions",
    "DeviceCode",
    "Grant",
    "KeyringTokenStore",
    "Login",
    "LoginWays",
    "RefreshToken",
    "SalesforceAuthenticationFailed",
    "SalesforceLogin",
    "SfCli",
    "TokenStore",
    "choose_login",
    "domain_of",
    "patient",
    "soap_login",
    "token_login",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
