"""Fixtures of the login tests: an org on loopback that every one of them logs in to over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keyring
import pytest
from fake_sf import FakeSf
from memory_keyring import MemoryKeyring
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from keyring.backend import KeyringBackend

OBJECTS = ("Account", "Contact", "User", "Organization")


@pytest.fixture
def server() -> Iterator[LocalOrg]:
    described = demo.describes()
    with LocalOrg([described[name] for name in OBJECTS]) as running:
        yield running


@pytest.fixture
def sf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSf:
    folder = tmp_path / "bin with blanks"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return FakeSf(folder)


@pytest.fixture
def use_keyring() -> Iterator[Callable[[KeyringBackend], None]]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def memory(use_keyring: Callable[[KeyringBackend], None]) -> MemoryKeyring:
    backend = MemoryKeyring()
    use_keyring(backend)
    return backend
