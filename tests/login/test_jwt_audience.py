"""Who a signed assertion is for: sandboxes and scratch orgs refuse those for login.salesforce.com."""

from __future__ import annotations

import pytest
import requests
from sfgen_runtime.login import choose_login
from sfgen_runtime.login.oauth import JwtBearer


@pytest.mark.parametrize(
    ("instance_url", "audience"),
    [
        ("https://acme.my.salesforce.com", "https://login.salesforce.com"),
        ("https://acme--qa.sandbox.my.salesforce.com", "https://test.salesforce.com"),
        ("https://fun-otter-1.scratch.my.salesforce.com", "https://test.salesforce.com"),
        ("https://acme--qa.my.salesforce.com", "https://test.salesforce.com"),
        ("https://acme--qa.cs5.my.salesforce.com", "https://test.salesforce.com"),
        ("https://orgfarm-1-dev-ed.develop.my.salesforce.com", "https://login.salesforce.com"),
    ],
)
def test_the_audience_of_an_instance(instance_url: str, audience: str) -> None:
    http = requests.Session()
    chosen = choose_login(http, username="jo", consumer_key="app", privatekey="key", instance_url=instance_url)
    assert isinstance(chosen.login, JwtBearer)
    assert (chosen.login.site, chosen.login.audience) == (instance_url, audience)


@pytest.mark.parametrize(("sandbox", "audience"), [(True, "test"), (False, "login")])
def test_sandbox_names_the_audience(sandbox: bool, audience: str) -> None:
    url = "https://acme.my.salesforce.com"
    http = requests.Session()
    chosen = choose_login(http, username="jo", consumer_key="app", privatekey="key", instance_url=url, sandbox=sandbox)
    assert isinstance(chosen.login, JwtBearer)
    assert (chosen.login.site, chosen.login.audience) == (url, f"https://{audience}.salesforce.com")
