"""The client's own HTTP session does what `requests` does with the environment, but for when it looks."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
import requests
from sfgen_runtime.transport import new_http_session

URL = "https://acme.my.salesforce.com/services/data/v62.0/limits"


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"HTTPS_PROXY": "http://proxy.example:8080"},
        {"HTTPS_PROXY": "http://proxy.example:8080", "NO_PROXY": ".salesforce.com"},
        {"REQUESTS_CA_BUNDLE": "/etc/own-ca.pem"},
        {"CURL_CA_BUNDLE": "/etc/curl-ca.pem"},
    ],
)
@pytest.mark.parametrize(
    "own", [{}, {"proxies": {"https": "http://own.example:1"}}, {"verify": False}, {"cert": "c.pem"}]
)
@pytest.mark.parametrize(
    "of_session", [{}, {"proxies": {"https": "http://set.example:2"}}, {"verify": "/ca"}, {"trust_env": False}]
)
def test_settings_are_those_of_requests(
    environ: dict[str, str], own: dict[str, Any], of_session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    ours, theirs = new_http_session(), requests.Session()
    for session in (ours, theirs):
        for name, value in of_session.items():
            setattr(session, name, value)
    given = {"proxies": {}, "stream": False, "verify": None, "cert": None} | own
    for _ in range(2):
        settings = ours.merge_environment_settings(URL, **copy.deepcopy(given))
        assert settings == theirs.merge_environment_settings(URL, **copy.deepcopy(given))
        # What one request does with its settings is no other's.
        settings["proxies"]["https"] = "http://elsewhere.example"


def test_it_crosses_processes() -> None:
    twin = pickle.loads(pickle.dumps(new_http_session()))
    assert twin.merge_environment_settings(URL, {}, False, None, None)["stream"] is False
