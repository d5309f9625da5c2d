"""The examples in the docstrings of logins, run against the local org."""

from __future__ import annotations

import doctest
import importlib
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from memory_keyring import MemoryKeyring
from sfgen_local_org import demo
from sfgen_local_org.http.site import Credentials
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import KeyringTokenStore, Salesforce, SalesforceAPI, SalesforceLogin
from sfgen_runtime.login import App, DeviceCode, Grant, RefreshToken, SfCli, choice, device, ways, web
from sfgen_runtime.login.callback import CallbackServer
from sfgen_runtime.transport import new_http_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_sf import FakeSf

MODULES = ("legacy", "session", "login.ways", "login.token_store", "login.refresh", "login.sf_cli", "login.simple")
CREDENTIALS = Credentials("jo@acme.example", "password", "token", "3MVG9...", "SECRET")


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalOrg]:
    """The local org in the place of every domain, with a person who agrees to whatever they are asked."""
    shown: list[DeviceCode] = []

    def agree(seconds: float) -> None:
        form = {"user_code": shown[-1].user_code, "decision": "allow"}
        requests.post(shown[-1].verification_uri, data=form, timeout=10)

    def browse(url: str) -> None:
        threading.Thread(target=requests.get, args=(url,), kwargs={"timeout": 10}, daemon=True).start()

    with LocalOrg([demo.describes()["User"]], credentials=CREDENTIALS, device_interval=0) as server:
        monkeypatch.setattr(choice, "origin_of_domain", lambda domain: server.url)
        monkeypatch.setattr(web, "CallbackServer", lambda port, path, state: CallbackServer(0, path, state))
        monkeypatch.setattr(web, "open_in_browser", browse)
        monkeypatch.setattr(device, "tell_code", shown.append)
        monkeypatch.setattr(ways, "time", SimpleNamespace(sleep=agree))
        yield server


@pytest.mark.filterwarnings("ignore:SalesforceAPI is the old name")
@pytest.mark.parametrize("module", MODULES)
def test_examples(acme: LocalOrg, sf: FakeSf, memory: MemoryKeyring, module: str) -> None:
    sf.answer("org display", {"instanceUrl": acme.url, "accessToken": acme.session_id})
    names: dict[str, Any] = {
        "App": App,
        "Grant": Grant,
        "KeyringTokenStore": KeyringTokenStore,
        "RefreshToken": RefreshToken,
        "Salesforce": Salesforce,
        "SalesforceAPI": SalesforceAPI,
        "SalesforceLogin": SalesforceLogin,
        "SfCli": SfCli,
        "kept": acme.refresh_token,
        "new_http_session": new_http_session,
        "remember": lambda token: None,
        "url": acme.url,
    }
    result = doctest.testmod(importlib.import_module(f"sfgen_runtime.{module}"), globs=names)
    assert result.failed == 0
    assert result.attempted > 0
