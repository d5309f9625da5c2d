"""Tests that people have of their scripts: they mock the web by its addresses, and subclass the library's classes."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import re
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import requests
import responses
import sfgen_runtime
from sfgen_runtime.model.client import OrgClient

if TYPE_CHECKING:
    from collections.abc import Callable


INSTANCE = "acme.my.salesforce.com"
MONDAY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
CALLS: dict[str, Callable[[Any], object]] = {
    "describe": lambda sf: sf.describe(),
    "limits": lambda sf: sf.limits(),
    "set_password": lambda sf: sf.set_password("005000000000001AAA", "secret42"),
    "query": lambda sf: sf.query("SELECT Id FROM Contact WHERE LastName = 'a b+c/é'"),
    "query with deleted": lambda sf: sf.query("SELECT Id FROM Contact", include_deleted=True),
    "query_more": lambda sf: sf.query_more("01g000000000001-2000"),
    "query_more by url": lambda sf: sf.query_more("/services/data/v59.0/query/01g000000000001-2000", True),
    "query_more with deleted": lambda sf: sf.query_more("01g000000000001-2000", include_deleted=True),
    "search": lambda sf: sf.search("FIND {Acme}"),
    "quick_search": lambda sf: sf.quick_search("Acme"),
    "toolingexecute": lambda sf: sf.toolingexecute("executeAnonymous", "POST", {"a": 1}),
    "apexecute": lambda sf: sf.apexecute("Hook/a b", "POST", {"a": 1}),
    "restful": lambda sf: sf.restful("composite", {"a": 1}, method="POST", data="{}"),
    "oauth2": lambda sf: sf.oauth2("userinfo"),
    "metadata": lambda sf: sf.Contact.metadata(),
    "describe of an object": lambda sf: sf.Contact.describe(),
    "describe_layout": lambda sf: sf.Contact.describe_layout("012000000000001AAA"),
    "get": lambda sf: sf.Contact.get("003000000000001AAA", params={"fields": "Id,LastName"}),
    "get_by_custom_id": lambda sf: sf.Account.get_by_custom_id("ERP_Id__c", "C-1"),
    "create": lambda sf: sf.Contact.create({"LastName": "Smith"}),
    "update": lambda sf: sf.Contact.update("003000000000001AAA", {"LastName": None}),
    "upsert": lambda sf: sf.Account.upsert("ERP_Id__c/C-1", {"Name": "Acme"}),
    "delete": lambda sf: sf.Contact.delete("003000000000001AAA"),
    "deleted": lambda sf: sf.Contact.deleted(MONDAY, MONDAY),
    "updated": lambda sf: sf.Contact.updated(MONDAY, MONDAY),
    "upload_base64": lambda sf: sf.Attachment.upload_base64(__file__),
    "update_base64": lambda sf: sf.Attachment.update_base64("00P000000000001AAA", __file__),
    "get_base64": lambda sf: sf.Attachment.get_base64("00P000000000001AAA"),
}


def asked(library: str, call: Callable[[Any], object]) -> tuple[str | None, str | None]:
    """Return the method and address of the request that a call sends."""
    sf = importlib.import_module(library).Salesforce(instance=INSTANCE, session_id="00D!token")
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        for method in ("GET", "POST", "PATCH", "DELETE"):
            web.add(method, re.compile(".*"), json={"done": True, "records": [], "id": "x", "success": True})
        call(sf)
        assert len(web.calls) == 1
        request = web.calls[0].request
    return request.method, request.url


@pytest.mark.parametrize("name", CALLS)
def test_a_mock_of_an_address_is_found_as_before(name: str) -> None:
    pytest.importorskip("simple_salesforce")
    assert asked("sfgen_runtime", CALLS[name]) == asked("simple_salesforce", CALLS[name])


def test_a_step_of_a_composite_request_has_the_address_of_the_documents() -> None:
    sf = sfgen_runtime.Salesforce(instance=INSTANCE, session_id="00D!token")
    with responses.RequestsMock() as web:
        answer = {"results": [{"statusCode": 201, "result": {"id": "003", "success": True, "errors": []}}]}
        web.post(f"{sf.base_url}composite/batch", json={"hasErrors": False, **answer})
        with sf.batch() as batch:
            batch.create(sf.Contact, {"LastName": "Smith"})
        (step,) = json.loads(web.calls[0].request.body or b"")["batchRequests"]
    assert step["url"] == "v59.0/sobjects/Contact"


def test_overrides_of_what_no_call_goes_through_are_told() -> None:
    def override(base: type, name: str) -> None:
        type("Wrapped", (base,), {name: lambda self, *_, **__: None})

    for base, name in (
        (sfgen_runtime.Salesforce, "_call_salesforce"),
        (sfgen_runtime.Salesforce, "_refresh_session"),
        (sfgen_runtime.SFType, "_call_salesforce"),
        (OrgClient, "_call_salesforce"),
    ):
        with pytest.warns(UserWarning, match=rf"Wrapped\.{name}: .*login=") as told:
            override(base, name)
        assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        override(sfgen_runtime.SFType, "update")


def test_a_subclass_ends_a_verb_of_its_own_as_the_others_end() -> None:
    class Quiet(sfgen_runtime.SFType):
        def touch(self, record_id: str, raw_response: bool = False) -> int | requests.Response:
            answer = self._call_salesforce("PATCH", self.base_url + record_id, json={})
            return self._raw_response(answer, raw_response)

    with responses.RequestsMock() as web:
        web.patch(f"https://{INSTANCE}/services/data/v59.0/sobjects/Contact/003", status=204)
        contacts = Quiet("Contact", "00D!token", INSTANCE)
        assert contacts.touch("003") == 204
        assert isinstance(contacts.touch("003", raw_response=True), requests.Response)


@pytest.mark.parametrize(
    ("failure", "kinds"),
    [
        (requests.ConnectionError("reset"), (requests.ConnectionError,)),
        (requests.exceptions.SSLError("untrusted"), (requests.ConnectionError,)),
        (requests.exceptions.ProxyError("refused"), (requests.ConnectionError,)),
        (requests.ReadTimeout("late"), (requests.ConnectionError, requests.Timeout)),
        (requests.ConnectTimeout("late"), (requests.ConnectionError, requests.Timeout)),
    ],
)
def test_what_requests_raises_is_caught_by_its_general_classes(
    failure: Exception, kinds: tuple[type[Exception], ...]
) -> None:
    sf = sfgen_runtime.Salesforce(instance=INSTANCE, session_id="00D!token", retries=None)
    with responses.RequestsMock() as web:
        web.get(f"{sf.base_url}limits/", body=failure)
        with pytest.raises(requests.RequestException) as caught:
            sf.limits()
    assert [kind for kind in kinds if not isinstance(caught.value, kind)] == []
