"""Documents in the styles of their tools: FastAPI's optional and limited values, inheritance, types of themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sfgen.apex.generate import build_apex
from sfgen.models.aliases import with_plain_recursion
from sfgen_local_org import demo
from sfgen_local_org.http.apex import ApexRequest
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce, SalesforceGeneralError

DOCUMENTS = Path(__file__).parent / "documents"
_FORMS = {"items": "json", "pets": "yaml", "events": "yaml"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("styles")
    documents = {name: DOCUMENTS / f"{name}.{form}" for name, form in _FORMS.items()}
    for path, text in build_apex(documents).items():
        file = folder / "styled_org" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for module in [module for module in sys.modules if module.partition(".")[0] == "styled_org"]:
        del sys.modules[module]


@pytest.fixture
def org(package: Path) -> Iterator[SimpleNamespace]:
    """Both clients, their models, and an org that answers each call with `answer` and keeps the bodies."""
    found = SimpleNamespace(bodies=[], answer=None)

    def endpoint(request: ApexRequest) -> Any:
        found.bodies.append(request.body)
        return found.answer

    with LocalOrg([demo.describes()["User"]]) as server:
        for method in ("GET", "POST", "PATCH"):
            server.apex("/*", method)(endpoint)
        client = Salesforce(instance_url=server.url, session_id=server.session_id)
        found.items = import_module("styled_org.apex.items").Items(client)
        found.pets = import_module("styled_org.apex.pets").Pets(client)
        found.item = import_module("styled_org.apex.items_models")
        found.pet = import_module("styled_org.apex.pets_models")
        found.events = import_module("styled_org.apex.events").Events(client)
        found.event = import_module("styled_org.apex.events_models")
        yield found


# pyright sees other things of a recursive alias when a use of it is what it reads first.
@pytest.mark.parametrize(
    "order", [["apex/pets.py", "apex/pets_models.py"], ["apex/pets_models.py", "apex/pets.py"], []]
)
def test_pyright_is_silent_whatever_it_reads_first(package: Path, order: list[str]) -> None:
    files = [str(package / "styled_org" / file) for file in order] or [str(package)]
    found = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def test_mypy_is_silent(package: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(package / "cache"),
        str(package / "styled_org"),
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_limits_take_no_name_of_a_property(org: SimpleNamespace) -> None:
    org.answer = {"id": 1, "name": "x", "price": "1.50"}
    item = org.item.ItemInput(name="x", price=2.5, code=None, either="text", tags=["a"])
    assert org.items.create_item_items_post(item).price == "1.50"
    assert org.bodies == [b'{"name":"x","price":2.5,"tags":["a"],"code":null,"either":"text"}']
    for wrong in ({"price": 0}, {"price": 1, "code": "four"}, {"price": 1, "name": ""}):
        with pytest.raises(ValueError, match="Input should be|at most 3|at least 1"):
            org.item.ItemInput(**{"name": "x", **wrong})


def test_an_object_of_which_nothing_is_said_is_a_dict(org: SimpleNamespace) -> None:
    org.answer = [1]
    assert org.items.patch(1, {"a": None, "b": [1]}) == [1]
    assert org.bodies == [b'{"a":null,"b":[1]}']


def test_what_tells_options_apart_is_sent_though_nobody_has_set_it(org: SimpleNamespace) -> None:
    org.answer = 3
    org.items.shape(org.item.Circle(r=2))
    org.items.shape(org.item.Square(kind="square", a=1))
    assert org.bodies == [b'{"kind":"circle","r":2.0}', b'{"kind":"square","a":1.0}']


def test_an_answer_without_a_body_is_null_where_the_document_has_null(org: SimpleNamespace) -> None:
    assert org.items.read_item_items_item_id_get(1) is None
    assert org.pets.post_expr(1) is None
    with pytest.raises(SalesforceGeneralError, match="Invalid JSON"):
        org.pets.post_tree(org.pet.Node(value=1))


def test_types_of_themselves_go_both_ways(org: SimpleNamespace) -> None:
    org.answer = {"a": [1.5, "x", None, {"b": True}]}
    difference = org.pet.BinOp(op="-", l="x", r=2)
    assert org.pets.post_expr(org.pet.BinOp(op="+", l=1, r=difference)) == org.answer
    assert org.bodies == [b'{"op":"+","l":1.0,"r":{"op":"-","l":"x","r":2.0}}']
    org.answer = {"value": 1, "kids": {"a": {"value": 2}}}
    assert org.pets.post_tree(org.pet.Node(value=1, left=org.pet.Node(value=2))).kids["a"].value == 2


def test_heirs_are_told_apart_by_their_names(org: SimpleNamespace) -> None:
    org.answer = [{"petType": "kitty", "name": "k", "huntingSkill": "lazy"}, {"petType": "Dog", "name": "d"}]
    assert [type(pet).__name__ for pet in org.pets.list_pets()] == ["Cat", "Dog"]
    org.answer = [{"petType": "Dog", "name": {"secret": 1}}]
    with pytest.raises(SalesforceGeneralError, match=r"0\.Dog\.name: Input should be a valid string") as caught:
        org.pets.list_pets()
    assert "secret" not in str(caught.value)
    assert b"secret" in caught.value.content


def test_a_property_named_like_its_class_keeps_its_name(org: SimpleNamespace) -> None:
    made = org.event.Event
    inner = made(type="inner", Date=date(2026, 1, 2))
    event = made(
        type="outer", Date=date(2026, 1, 1), State="open", nested=org.event.EventNested(Event=inner), opt=inner
    )
    org.answer = {
        "items": [{"type": "a", "Date": "2026-01-03", "nested": {"Event": {"type": "b", "Date": "2026-01-04"}}}]
    }
    (found,) = org.events.get("a", 1, ids=["x"]).items
    assert found.nested.Event.Date == date(2026, 1, 4)
    org.answer = "done"
    assert org.events.post(event) == "done"
    told = b'{"type":"inner","Date":"2026-01-02"}'
    assert org.bodies[1] == b'{"type":"outer","Date":"2026-01-01","State":"open","opt":%b,"nested":{"Event":%b}}' % (
        told,
        told,
    )


def test_a_body_that_may_be_left_out_is(org: SimpleNamespace) -> None:
    org.answer = [True]
    assert org.events.post() == [True]
    assert org.events.post([org.event.Event(type="a", Date=date(2026, 1, 1))]) == [True]
    assert org.bodies == [b"", b'[{"type":"a","Date":"2026-01-01"}]']


def test_aliases_of_each_other_have_a_plain_form_without_what_only_pydantic_reads() -> None:
    source = """from __future__ import annotations
from typing import Annotated, Literal
from typing_extensions import TypeAliasType
A = TypeAliasType("A", Annotated["list[B]", Field(max_length=2, alias="A")] | Literal["B"])
B = TypeAliasType(
    "B", "dict[str, A]"
)
C = TypeAliasType("C", "list[A]")
"""
    plain = with_plain_recursion(source)
    assert "    A: _t.TypeAlias = \"list[B] | Literal['B']\"\nelse:\n    A = TypeAliasType(" in plain
    assert "    B: _t.TypeAlias = 'dict[str, A]'\nelse:\n    B = TypeAliasType(\n" in plain
    assert '\nC = TypeAliasType("C", "list[A]")\n' in plain
    assert with_plain_recursion(plain) == plain
