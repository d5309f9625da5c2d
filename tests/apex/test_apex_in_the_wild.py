"""Documents as others write them: what is taken over by `allOf`, unions beside properties, several files, odd names."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sfgen.apex.generate import build_apex
from sfgen.apex.reading import DocumentError
from sfgen_local_org import demo
from sfgen_local_org.http.apex import ApexRequest, ApexResponse
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce, SalesforceMalformedRequest
from sfgen_runtime.apex import error_body

DOCUMENTS = Path(__file__).parent / "documents"
NOW = datetime(2024, 2, 29, 10, 20, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("wild")
    documents = {"order_desk": DOCUMENTS / "order_desk.yaml", "crm": DOCUMENTS / "crm.json"}
    files = build_apex(documents)
    assert files == build_apex(dict(reversed(documents.items())))
    for path, text in files.items():
        file = folder / "wild_org" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for module in [module for module in sys.modules if module.partition(".")[0] == "wild_org"]:
        del sys.modules[module]


@pytest.fixture
def org(package: Path) -> Iterator[SimpleNamespace]:
    """Both clients, their models, and an org that answers each call with `answer` and keeps the requests."""
    found = SimpleNamespace(requests=[], answer=None)

    def endpoint(request: ApexRequest) -> Any:
        found.requests.append(request)
        return found.answer

    with LocalOrg([demo.describes()["User"]]) as server:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            server.apex("/acme/*", method)(endpoint)
            server.apex("/crm/*", method)(endpoint)
        client = Salesforce(instance_url=server.url, session_id=server.session_id)
        found.desk = import_module("wild_org.apex.order_desk").OrderDesk(client)
        found.crm = import_module("wild_org.apex.crm").Crm(client)
        found.m = import_module("wild_org.apex.order_desk_models")
        found.c = import_module("wild_org.apex.crm_models")
        yield found


@pytest.mark.slow
def test_both_checkers_are_silent(package: Path) -> None:
    for checker in (["mypy", "--strict", "--config-file", ""], ["pyright", "--pythonpath", sys.executable]):
        found = subprocess.run(
            [sys.executable, "-m", *checker, "wild_org"], cwd=package, capture_output=True, text=True
        )
        assert found.returncode == 0, found.stdout


def test_modules_import_without_a_warning(package: Path) -> None:
    code = "import wild_org.apex.crm_models, wild_org.apex.order_desk_models"
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=package, check=True)


def test_what_is_taken_over_is_written_out(org: SimpleNamespace) -> None:
    m = org.m
    assert set(m.NewOrder.model_fields) | set(m.Audit.model_fields) < set(m.Order.model_fields)
    org.answer = ApexResponse({"customer": "c1", "lines": [{"sku": "ABC-1", "quantity": 1}], "id": "7"}, status=201)
    order = m.NewOrder(customer=m.Customer(name="n"), lines=[m.Line(sku="ABC-1", quantity=2)], due=date(2024, 2, 29))
    made = org.desk.orders_create(order, tenant="x\\")
    assert isinstance(made, m.Order)
    assert made.id == "7"
    (request,) = org.requests
    assert request.params == {"tenant": "x\\"}
    assert request.json() == {
        "customer": {"name": "n"},
        "lines": [{"sku": "ABC-1", "quantity": 2}],
        "due": "2024-02-29",
    }
    org.answer = ApexResponse(None, status=202)
    assert org.desk.orders_create(order, tenant="main") is None


def test_options_that_share_a_base_are_told_apart(org: SimpleNamespace) -> None:
    m = org.m
    line = {"customer": "c", "lines": [{"sku": "S", "quantity": 1, "options": ["a", 1, {"sku": "T", "quantity": 2}]}]}
    payments = [{"method": "card", "last4": "1234"}, {"method": "invoice", "days": 3}, {"method": "Cash", "coins": [1]}]
    org.answer = {"items": [{**line, "id": str(at), "payment": payment} for at, payment in enumerate(payments)]}
    page = org.desk.orders_list(tenant="", X_Count=3)
    assert [type(item.payment) for item in page.items] == [m.CardPayment, m.Invoice, m.Cash]
    assert isinstance(page.items[0].lines[0].options[2], m.Line)
    org.answer = [{"petType": "Cat", "lives": 9}, {"petType": "dog", "bark": True}][0]
    assert org.crm.class_() == org.c.Cat(petType="Cat", lives=9)
    org.answer = {"petType": "dog", "bark": True}
    assert org.crm.class_() == org.c.Dog(petType="dog", bark=True)


def test_properties_beside_a_union_are_in_each_option(org: SimpleNamespace) -> None:
    c = org.c
    org.answer = {"id": "1", "side": 2.5}
    made = org.crm.add_shape(c.ShapeOption1(id="1", radius=1))
    assert (type(made), made.id, made.side) == (c.ShapeOption2, "1", 2.5)
    assert org.requests[0].json() == {"id": "1", "radius": 1.0}
    org.answer = [{"kind": "car", "wheels": 4, "a": "x"}]
    assert org.crm.list_vehicles() == [c.Vehicle(kind="car", wheels=4, a="x")]


def test_other_files_of_the_folder_are_read(org: SimpleNamespace) -> None:
    m = org.m
    site = m.Site(at=m.Address(city="Ghent", region="emea", previous=m.Address(city="Aalst")))
    customer = m.Customer(name="n", sites=[site], address=site.at)
    assert m.Customer.model_validate_json(customer.model_dump_json(by_alias=True)) == customer


def test_parameters_of_every_kind(org: SimpleNamespace) -> None:
    org.answer = {"items": []}
    org.desk.orders_list(
        tenant='a"b',
        X_Count=3,
        status=["in progress", "ça"],
        priority=2,
        ratio=0.5,
        day=date(2024, 2, 29),
        since=NOW,
        deep=False,
        from_="x",
        class_="&=",
        filter_name="%",
        If_None_Match='"e"',
    )
    (request,) = org.requests
    assert request.headers["x-count"] == "3"
    assert request.headers["if-none-match"] == '"e"'
    assert {"tenant": 'a"b', "priority": "2", "ratio": "0.5", "day": "2024-02-29", "deep": "false"}.items() <= dict(
        request.params
    ).items()
    assert request.params["__class__"] == "&="
    assert request.params["filter[name]"] == "%"
    org.answer = {"any": ["thing"]}
    org.crm.import_(5, "p", x_="y", sid="a b;c", obj={"k": "v", "n": 1}, j={"k": [1, None]}, u=7)
    request = org.requests[1]
    assert request.path == "/crm/a/5/b/p.json"
    assert request.params == {"x": "y", "obj[k]": "v", "obj[n]": "1", "j": '{"k":[1,null]}', "u": "7"}
    assert request.headers["cookie"] == "sid=a%20b%3Bc"
    org.crm.import_(5, "q")
    assert "cookie" not in org.requests[2].headers
    assert org.requests[2].params == {}


@pytest.mark.parametrize("hostile", ["../../x", "a/b", "a?b=c", "a#b", "%2e%2e", "é 𝄞", "a\r\nb", "{}", "{0}", "*"])
def test_hostile_text_stays_in_its_place(org: SimpleNamespace, hostile: str) -> None:
    org.answer = ApexResponse(b"\x00\xff", media_type="application/octet-stream")
    assert org.desk.get_attachment(hostile, hostile) == b"\x00\xff"
    assert org.requests[0].args["*"] == f"v1/orders/{hostile}/attachments/{hostile}"
    org.answer = {"items": []}
    # A header has no line breaks, and no more than Latin-1.
    try:
        org.desk.orders_list(tenant="main", X_Count=1, X_Trace_Id=hostile)
    except ValueError:
        assert not hostile.isprintable() or not hostile.isascii()
    else:
        assert org.requests[-1].headers["x-trace-id"] == hostile


def test_bodies_that_are_no_json(org: SimpleNamespace) -> None:
    org.answer = ApexResponse(b"kept", status=201, media_type="text/plain")
    assert org.desk.put_attachment("1", "a.pdf", b"%PDF\x00") == "kept"
    assert (org.requests[0].body, org.requests[0].headers["content-type"]) == (b"%PDF\x00", "application/pdf")
    org.answer = ApexResponse(b"<a/>", media_type="application/xml")
    assert org.desk.xml(b"<b/>") == b"<a/>"
    org.answer = "pong"
    assert org.desk.ping() == "pong"


def test_odd_values_survive(org: SimpleNamespace) -> None:
    c = org.c
    sent = c.Misc(
        multi=True,
        nullable1=None,
        NaN=1.5,
        not_={"x": 1},
        mixed=None,
        neg=-1,
        objmap=c.MiscObjmap.model_validate({"known": "k", "more": 3}),
        field_model_dump="m",
        s_="long s",
        s="s",
        a_b_="1",
        a_b__="2",
        a_b="3",
        described=c.Problem(title="t"),
        nullable2=None,
        field__dunder__="d",
    )
    expected = {
        "multi": True,
        "nullable1": None,
        "NaN": 1.5,
        "not": {"x": 1},
        "mixed": None,
        "neg": -1,
        "objmap": {"known": "k", "more": 3},
        "model_dump": "m",
        "ſ": "long s",
        "s": "s",
        "a.b": "1",
        "a-b": "2",
        "a_b": "3",
        "described": {"title": "t"},
        "nullable2": None,
        "__dunder__": "d",
    }
    org.answer = expected
    assert org.crm.misc(sent) == sent
    assert org.requests[0].json() == expected
    order = {"customer": "c", "lines": [{"sku": "S", "quantity": 1}], "total": 1234567890123456.78}
    assert org.m.Order.model_validate(order).total == Decimal("1234567890123456.8")


def test_a_documented_error_body_is_read(org: SimpleNamespace) -> None:
    org.answer = ApexResponse({"code": "E1", "details": [1, "x", None]}, status=400)
    with pytest.raises(SalesforceMalformedRequest) as caught:
        org.desk.orders_create(org.m.NewOrder(customer="c", lines=[org.m.Line(sku="S", quantity=1)]), tenant="main")
    assert error_body(caught.value, org.m.Error) == org.m.Error(code="E1", details=[1, "x", None])


def test_one_client_serves_many_threads(org: SimpleNamespace) -> None:
    org.answer = {"items": []}
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(org.desk.orders_list(tenant="main", X_Count=1))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [org.m.OrderPage(items=[])] * 8


def test_faults_of_other_files_name_them(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "secret.yaml").write_text("type: string")
    main = tmp_path / "api" / "main.yaml"
    answer = "{content: {application/json: {schema: {$ref: 'REF'}}}}"
    text = f"openapi: 3.0.0\npaths: {{/a: {{get: {{responses: {{200: {answer}}}}}}}}}"
    (tmp_path / "api" / "types.yaml").write_text("A: {type: text}\nB: {$ref: '#/C'}\n")
    (tmp_path / "api" / "broken.yaml").write_text("a: {")
    for reference, told in {
        "types.yaml#/A": "types.yaml#/A/type: 'text' is no type",
        "types.yaml#/B": "types.yaml#/B/$ref: 'types.yaml#/C' names nothing",
        "none.yaml": "none.yaml can't be read: No such file or directory. 'none.yaml' in main.yaml names it.",
        "broken.yaml#/a": "broken.yaml: broken YAML at line 1",
        "../secret.yaml": "'../secret.yaml' leaves the document's folder",
        "/etc/passwd": "'/etc/passwd' leaves the document's folder",
        "a%00b.yaml": "'a%00b.yaml' leaves the document's folder",
        "https://evil.example/x.yaml": "'https://evil.example/x.yaml' leaves the document's folder",
    }.items():
        main.write_text(text.replace("REF", reference))
        with pytest.raises(DocumentError) as caught:
            build_apex({"main": main})
        assert told in str(caught.value), reference
