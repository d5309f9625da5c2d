"""Scripts against both libraries: what each call returned is compared."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPT = Path(__file__).with_name("script.py")
TUTORIALS = Path(__file__).with_name("tutorials.py")
# What differs from run to run: moments, ports, and the numbers of processes.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+0000|Z)")
_CLASSES = {
    "InvalidField": "SalesforceMalformedRequest",
    "RequiredFieldMissing": "SalesforceMalformedRequest",
    "RestrictedPicklistValue": "SalesforceMalformedRequest",
    "MalformedQuery": "SalesforceMalformedRequest",
}


class ToLocalOrg(HTTPAdapter):
    """Takes requests for any https host to the local org."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        parts = urlsplit(request.url)
        request.url = self.url + parts.path + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *args, **kwargs)


def namespace_of(script: Path, library: str) -> dict[str, Any]:
    """Run a script's text with its import changed to a library; return what it defines."""
    namespace: dict[str, Any] = {"__name__": "script"}
    source = script.read_text(encoding="utf-8").replace("simple_salesforce", library)
    exec(compile(source, str(script), "exec"), namespace)
    return namespace


def run(script: Path, library: str, name: str) -> dict[str, Any]:
    """Return what each call of a script's function gave, as JSON, with the type of the outermost container."""
    results: dict[str, Any] = {}

    def note(what: str, value: Any) -> None:
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        results[what] = json.loads(_MOMENT.sub("NOW", json.dumps(text)))

    def record(what: str, call: Callable[[], Any]) -> Any:
        value = call()
        note(what, value)
        return value

    with LocalOrg(demo.describes()) as server:
        session = requests.Session()
        session.mount("https://", ToLocalOrg(server.url))
        login = {
            "username": server.username,
            "password": server.password,
            "security_token": server.security_token,
            "session": session,
        }
        function = namespace_of(script, library)[name]
        given = {"login": login, "record": record, "out": note, "expire": server.expire_sessions}
        function(*(given[parameter] for parameter in inspect.signature(function).parameters))
    return results


@pytest.mark.slow
def test_a_script_moves_by_changing_its_import() -> None:
    pytest.importorskip("simple_salesforce")
    theirs, ours = run(SCRIPT, "simple_salesforce", "main"), run(SCRIPT, "sfgen_runtime", "main")
    assert list(ours) == list(theirs)
    for value in ours.values():
        if isinstance(value, list) and value and value[0] in _CLASSES:
            # Finer classes of ours, each a subclass of what such a script catches.
            value[0] = _CLASSES[value[0]]
    different = {name: (theirs[name], ours[name]) for name in theirs if theirs[name] != ours[name]}
    assert different == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", re.findall(r"^def (\w+)\(login, out", TUTORIALS.read_text(encoding="utf-8"), re.MULTILINE)
)
def test_tutorials_work_with_either(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("simple_salesforce")
    pytest.importorskip("pandas")
    monkeypatch.setattr("simple_salesforce.bulk.sleep", lambda seconds: None)
    theirs, ours = (run(TUTORIALS, library, name) for library in ("simple_salesforce", "sfgen_runtime"))
    assert theirs
    assert ours == theirs
