"""The base install has what loading and querying need; exports say what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("pyarrow", "pandas", "polars", "zeep", "datamodel_code_generator", "rich", "numpy")


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_bulk_imports_nothing_heavy() -> None:
    modules = "sfgen_runtime.bulk, sfgen_runtime.bulk.resource, sfgen_runtime.bulk.query, sfgen_runtime.model.bulk"
    assert run(f"import sys, {modules}; print([name for name in {HEAVY} if name in sys.modules])") == "[]"


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
