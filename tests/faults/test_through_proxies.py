"""A proxy that the client is told of: what it loses may have been done, as without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fault_proxy import Does, Fault, closed_port, proxied
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import OutcomeUnknown, RetryPolicy, Salesforce, SalesforceConnectionError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server() -> Iterator[LocalOrg]:
    described = demo.describes()
    with LocalOrg([described[name] for name in ("Account", "User", "Organization")]) as running:
        yield running


def client(server: LocalOrg, proxy: str) -> Salesforce:
    retries = RetryPolicy(sleep=lambda seconds: None)
    return Salesforce(session_id=server.session_id, instance_url=server.url, proxies={"http": proxy}, retries=retries)


def test_a_create_whose_answer_the_proxy_loses_is_not_sent_again(server: LocalOrg) -> None:
    with proxied(server.url, lambda: None) as proxy:
        sf = client(server, proxy.url)
        proxy.meet(Fault(Does.RESET, acted=True), path_has="sobjects/Account")
        with pytest.raises(OutcomeUnknown, match=r"Whether the org acted on the request is unknown"):
            sf.Account.create({"Name": "Once"})
        assert [method for method, _ in proxy.forwarded] == ["POST"]
        assert sf.query("SELECT COUNT() FROM Account WHERE Name = 'Once'").totalSize == 1


def test_a_read_is_sent_again(server: LocalOrg) -> None:
    with proxied(server.url, lambda: None) as proxy:
        proxy.meet(Fault(Does.RESET, acted=True))
        assert client(server, proxy.url).limits()
        assert len(proxy.forwarded) == 2


def test_without_the_proxy_nothing_was_sent(server: LocalOrg) -> None:
    told = r"It was tried 4 times\. The request was not sent\."
    with closed_port() as port, pytest.raises(SalesforceConnectionError, match=told) as lost:
        client(server, f"http://127.0.0.1:{port}").Account.create({"Name": "Never"})
    assert (lost.value.was_sent, isinstance(lost.value, OutcomeUnknown)) == (False, False)


def test_a_proxy_that_refuses_the_tunnel_has_sent_nothing(server: LocalOrg) -> None:
    with proxied(server.url, lambda: None) as proxy:
        sf = Salesforce(session_id="00Dxx0000000001!x", instance="acme.my.salesforce.com", proxies={"https": proxy.url})
        with pytest.raises(SalesforceConnectionError) as lost:
            sf.with_retries(None).Account.create({"Name": "Never"})
        assert not lost.value.was_sent
