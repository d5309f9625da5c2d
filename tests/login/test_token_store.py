"""Refresh tokens kept between runs, in the system's keyring and nowhere else."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import requests
from keyring.backends import chainer, fail
from memory_keyring import MemoryKeyring
from sfgen_runtime import Salesforce, SalesforceAuthenticationFailed
from sfgen_runtime.login.token_store import KeyringTokenStore

if TYPE_CHECKING:
    from sfgen_local_org.server import LocalOrg


def web_login(server: LocalOrg, opened: list[str], name: str = "default") -> Salesforce:
    def browse(url: str) -> None:
        opened.append(url)
        requests.get(url, timeout=10)

    return Salesforce.from_web_login(
        server.consumer_key,
        domain=server.url,
        redirect_uri="http://localhost:0/OauthRedirect",
        token_store=KeyringTokenStore(name),
        open_browser=browse,
        show=lambda text: None,
    )


def test_the_second_run_asks_nobody(server: LocalOrg, memory: MemoryKeyring) -> None:
    opened: list[str] = []
    for _ in range(2):
        assert web_login(server, opened).limits()
    assert len(opened) == 1
    ((service, account),) = memory.kept
    assert (service, account) == ("sfgen default", f"{server.url} {server.consumer_key}")
    # What is kept renews a session, and is not the session itself.
    (kept,) = memory.kept.values()
    assert Salesforce(refresh_token=kept, consumer_key=server.consumer_key, domain=server.url).limits()


def test_every_name_is_a_person_of_its_own(server: LocalOrg, memory: MemoryKeyring) -> None:
    opened: list[str] = []
    web_login(server, opened, "jo")
    web_login(server, opened, "sam")
    assert len(opened) == 2
    assert len(memory.kept) == 2


def test_a_kept_token_that_was_revoked_is_replaced(server: LocalOrg, memory: MemoryKeyring) -> None:
    opened: list[str] = []
    web_login(server, opened)
    (old,) = memory.kept.values()
    requests.post(f"{server.url}/services/oauth2/revoke", data={"token": old}, timeout=10)
    assert web_login(server, opened).limits()
    assert len(opened) == 2
    assert list(memory.kept.values()) != [old]


def test_a_kept_token_that_was_revoked_is_forgotten_even_if_nobody_logs_in(
    server: LocalOrg, memory: MemoryKeyring
) -> None:
    KeyringTokenStore().save(f"{server.url} {server.consumer_key}", "5Aep861-revoked")
    with pytest.raises(SalesforceAuthenticationFailed, match=r"nobody logged in"):
        Salesforce.from_web_login(
            server.consumer_key,
            domain=server.url,
            redirect_uri="http://localhost:0/OauthRedirect",
            wait=0,
            token_store=KeyringTokenStore(),
            open_browser=lambda url: None,
            show=lambda text: None,
        )
    assert memory.kept == {}


def test_a_token_goes_only_where_it_came_from(server: LocalOrg, memory: MemoryKeyring) -> None:
    web_login(server, [])
    store = KeyringTokenStore()
    assert store.load(f"https://evil.example {server.consumer_key}") is None
    assert store.load(f"{server.url} other-app") is None
    store.delete("nobody")
    store.delete(f"{server.url} {server.consumer_key}")
    assert memory.kept == {}


class PlaintextKeyring(MemoryKeyring):
    """What keyrings.alt calls its backend that writes a plain file."""


def test_a_keyring_that_is_a_plain_file_is_refused(use_keyring: Any) -> None:
    use_keyring(PlaintextKeyring())
    with pytest.raises(RuntimeError, match=r"plain file.*leave out token_store"):
        KeyringTokenStore()


def test_a_chain_that_ends_in_a_plain_file_is_refused(use_keyring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # The chain finds its members among what is installed.
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [MemoryKeyring(), PlaintextKeyring()])
    use_keyring(chainer.ChainerBackend())
    with pytest.raises(RuntimeError, match=r"plain file"):
        KeyringTokenStore()


def test_no_keyring_at_all(use_keyring: Any) -> None:
    use_keyring(fail.Keyring())
    with pytest.raises(RuntimeError, match=r"no keyring"):
        KeyringTokenStore()


def test_without_the_extra_the_line_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ImportError, match=r"pip install 'sfgen\[keyring\]'"):
        KeyringTokenStore()


def test_nobody_pays_for_what_they_do_not_use() -> None:
    unused = {"keyring", "webbrowser", "http.server", "jwt"}
    program = f"import sys, sfgen_runtime; print(*({unused!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
