"""The base install has what loading and querying need; exports say what to install."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HEAVY = ("pyarrow", "pandas", "polars", "zeep", "datamodel_code_generator", "rich", "numpy")


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_bulk_imports_nothing_heavy() -> None:
    modules = "sfgen_runtime.bulk, sfgen_runtime.bulk.resource, sfgen_runtime.bulk.query, sfgen_runtime.model.bulk"
    assert run(f"import sys, {modules}; print([name for name in {HEAVY} if name in sys.modules])") == "[]"


def installed_with(name: str, extras: set[str]) -> set[str]:
    """What pip installs with a distribution: what it requires, what that requires, and so on."""
    found: set[str] = set()
    waiting = [(name, frozenset(extras))]
    while waiting:
        one, wanted = waiting.pop()
        try:
            needed = [Requirement(text) for text in requires(one) or []]
        except PackageNotFoundError:
            continue
        for needs in needed:
            applies = any(needs.marker is None or needs.marker.evaluate({"extra": extra}) for extra in wanted | {""})
            if applies and canonicalize_name(needs.name) not in found:
                found.add(canonicalize_name(needs.name))
                waiting.append((needs.name, frozenset(needs.extras)))
    return found


def test_the_base_install_brings_nothing_heavy() -> None:
    heavy = {canonicalize_name(name) for name in HEAVY}
    base = installed_with("sfgen", set())
    assert {"requests", "pydantic", "urllib3", "cryptography"} <= base
    assert not base & heavy
    assert installed_with("sfgen", {"arrow", "cli", "polars"}) >= {"pyarrow", "polars", "datamodel-code-generator"}


def test_the_client_imports_no_bulk_before_it_is_used() -> None:
    assert run("import sys, sfgen_runtime; print('sfgen_runtime.bulk' in sys.modules)") == "False"


@pytest.mark.parametrize(("method", "extra"), [("to_arrow", "arrow"), ("to_pandas", "pandas"), ("to_polars", "polars")])
def test_a_missing_extra_is_named(method: str, extra: str) -> None:
    library = "pyarrow" if extra == "arrow" else extra
    code = f"""
import sys
sys.modules[{library!r}] = None
from sfgen_runtime import Salesforce
sf = Salesforce(session_id="x" * 20, instance_url="https://acme.my.salesforce.com")
try:
    sf.Contact.bulk.query("SELECT Id FROM Contact").{method}()
except ImportError as error:
    print(error)
"""
    assert run(code) == f'this needs {library}, which is not installed: pip install "sfgen[{extra}]"'
