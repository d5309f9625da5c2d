"""Every example in a docstring runs, against the local org; every public name has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import sfgen_runtime
from sfgen_runtime import SalesforceClient, SalesforceError, SFType
from sfgen_runtime.composite.steps import Steps
from sfgen_runtime.model import sobject_type
from sfgen_runtime.model.query import Query
from sfgen_runtime.results import SaveResults
from sfgen_runtime.search import Find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from acme_org import Salesforce as AcmeOrg
    from sfgen_local_org.http.apex import ApexRequest
    from sfgen_local_org.server import LocalOrg
    from sfgen_runtime import Salesforce

# What needs a browser, the Salesforce CLI, a keyring, an org with many records, or a network that breaks.
_NOT_HERE = (
    "sfgen_runtime.login",
    "sfgen_runtime.legacy",
    "sfgen_runtime.bulk.query",
    "sfgen_runtime.bulk.resource",
    "sfgen_runtime.model.bulk",
)
_NEITHER = frozenset({"sfgen_runtime.errors.OutcomeUnknown", "sfgen_runtime.model.query.Query.bulk"})
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def modules() -> list[str]:
    walked = pkgutil.walk_packages(sfgen_runtime.__path__, "sfgen_runtime.")
    return ["sfgen_runtime", *(module.name for module in walked)]


def examples() -> Iterator[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in modules():
        for found in finder.find(importlib.import_module(name), name):
            if found.examples and not found.name.startswith(_NOT_HERE) and found.name not in _NEITHER:
                yield found


ALL = list(examples())


@pytest.fixture
def names(server: LocalOrg, sf: Salesforce, acme: AcmeOrg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What examples take for granted: two clients, some records, some files."""
    import acme_org

    monkeypatch.chdir(tmp_path)
    (tmp_path / "offer.pdf").write_bytes(b"%PDF-1.7 ...")
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr("package.xml", "<Package/>")

    @server.apex("/Greeting", "POST")
    def greet(request: ApexRequest) -> str:
        return f"Hello {request.json()['name']}"

    account = sf.Account.create({"Name": "Solar Works"})
    attachment = sf.Attachment.create({"Name": "offer.pdf", "ParentId": account.id, "Body": "JVBERi0xLjcgLi4u"})
    return {
        **{name: getattr(sfgen_runtime, name) for name in sfgen_runtime.__all__},
        "server": server,
        "untyped": sf,
        "acme": acme,
        "account": account,
        "account_id": account.id,
        "user_id": server.org.user_id,
        "contact": sf.Contact.create({"LastName": "Smith"}),
        "attachment": attachment,
        "Account": acme_org.Account,
        "Contact": acme_org.Contact,
    }


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.name)
def test_the_example_runs(example: doctest.DocTest, names: dict[str, Any]) -> None:
    # In the typed layer `sf` is the client of a generated package.
    sf = names["acme"] if ".model" in example.name else names["untyped"]
    example.globs = {**names, **example.globs, "sf": sf}
    told: list[str] = []
    doctest.DocTestRunner(optionflags=_FLAGS).run(example, out=told.append, clear_globs=False)
    assert "".join(told) == ""


def public() -> Iterator[tuple[str, Any]]:
    """Yield what users call by name: the package's own names, and the methods of clients, objects and queries."""
    for name in sfgen_runtime.__all__:
        yield name, getattr(sfgen_runtime, name)
    for kind in (SalesforceClient, SFType, sobject_type.SFType, Query, Steps, Find, SaveResults):
        for name, member in inspect.getmembers(kind, inspect.isroutine):
            if not name.startswith("_") and str(getattr(member, "__module__", "")).startswith("sfgen_runtime"):
                yield member.__qualname__, member


PUBLIC = dict(public())


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_documented(name: str) -> None:
    assert inspect.getdoc(PUBLIC[name])


@pytest.mark.parametrize(
    "name",
    [name for name, thing in PUBLIC.items() if not (inspect.isclass(thing) and issubclass(thing, SalesforceError))],
)
def test_every_public_name_has_an_example(name: str) -> None:
    assert ">>>" in str(inspect.getdoc(PUBLIC[name]))
