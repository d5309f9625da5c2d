"""Every example in a docstring runs, against the local org; every public name has one."""

from __future__ import annotations

import doctest
import importlib
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import sfgen
import sfgen_local_org
import sfgen_runtime
from example_world import SETTINGS, names_for, register_code
from public_names import LOCAL, modules, named_in, public_names
from sfgen_local_org import demo
from sfgen_local_org.http.site import Credentials
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
CREDENTIALS = Credentials("jo@acme.example", "password", "token", "3MVG9...", "SECRET")


def examples() -> Iterator[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    for package in (sfgen_runtime, sfgen_local_org, sfgen):
        for module in modules(package):
            yield from (found for found in finder.find(module, module.__name__) if found.examples)


ALL = list(examples())
PUBLIC = [*public_names(sfgen_runtime), *named_in(sfgen_local_org, LOCAL)]


@pytest.fixture(scope="module")
def org() -> Iterator[LocalOrg]:
    served = Org(demo.describes().values())
    served.seed(demo.records())
    with LocalOrg(served, credentials=CREDENTIALS, device_interval=0) as running:
        register_code(running)
        yield running


@pytest.mark.filterwarnings("ignore:SalesforceAPI is the old name")
@pytest.mark.parametrize("example", ALL, ids=lambda example: example.name)
def test_the_example_runs(
    example: doctest.DocTest, org: LocalOrg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        stack.callback(org.clear_faults)
        names = names_for(example.name, org, tmp_path, monkeypatch, stack)
        example.globs = {**names, **example.globs, "sf": names["sf"]}
        told: list[str] = []
        doctest.DocTestRunner(optionflags=_FLAGS).run(example, out=told.append, clear_globs=False)
    if told:
        pytest.fail("".join(told), pytrace=False)


def test_no_example_is_skipped() -> None:
    assert [found.name for found in ALL if any(doctest.SKIP in one.options for one in found.examples)] == []


def test_what_examples_need_is_needed() -> None:
    assert SETTINGS.keys() <= {found.name for found in ALL}


def test_every_public_name_is_documented() -> None:
    assert [named.path for named in PUBLIC if not named.is_documented] == []


def test_every_public_name_has_an_example() -> None:
    # Its own, or one of its class or module that uses it.
    assert [named.path for named in PUBLIC if not named.has_example] == []


BARE = '''
from __future__ import annotations

__all__ = ["Shown", "bare"]

class Shown:
    """Shown.

    >>> Shown().used()
    """

    def used(self) -> None:
        """Used above."""

    def skipped(self) -> Made:
        """Skipped.

        >>> Shown().skipped()  # doctest: +SKIP
        """

    @property
    def silent(self) -> int:
        return 1

class Made:
    """Nothing exports it, but a method returns it."""

    def told(self) -> None:
        """Told of, and not shown."""

def bare() -> None:
    """Bare."""
'''


def test_a_name_without_an_example_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bare_package").mkdir()
    (tmp_path / "bare_package" / "__init__.py").write_text(BARE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = public_names(importlib.import_module("bare_package"))
    assert [named.name for named in found if not named.is_documented] == ["silent"]
    assert [named.name for named in found if named.has_example] == ["Shown", "used"]
    assert [named.name for named in found if not named.has_example] == ["Made", "told", "silent", "skipped", "bare"]
