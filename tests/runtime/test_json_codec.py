"""Bodies out, answers in."""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sfgen_runtime import SalesforceGeneralError
from sfgen_runtime.http import Response
from sfgen_runtime.json_codec import JsonReader, encode_json


class Plain(Enum):
    A = "a"


class Text(StrEnum):
    B = "b"


class Number(IntEnum):
    C = 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("10.50"), "10.5"),
        (Decimal("7.00"), "7"),
        (Decimal("123456789012345678.1234"), '"123456789012345678.1234"'),
        (Decimal("-0.1"), "-0.1"),
        (Decimal("1E+400"), '"1E+400"'),
        (date(2024, 1, 31), '"2024-01-31"'),
        (datetime(2024, 1, 31, 9, 30, tzinfo=UTC), '"2024-01-31T09:30:00+00:00"'),
        (datetime(2024, 1, 31, 9, 30, 0, 5999, tzinfo=UTC), '"2024-01-31T09:30:00.005+00:00"'),
        (time(9, 30), '"09:30:00.000Z"'),
        (Plain.A, '"a"'),
        (Text.B, '"b"'),
        (Number.C, "3"),
        (MappingProxyType({"a": 1}), '{"a":1}'),
        ({"a": [None, True, "é"]}, '{"a":[null,true,"\\u00e9"]}'),
    ],
)
def test_what_python_has_and_json_lacks(value: object, text: str) -> None:
    assert encode_json(value).decode() == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14))
def test_decimals_keep_their_value(value: Decimal) -> None:
    sent = json.loads(encode_json(value), parse_float=Decimal, parse_int=Decimal)
    assert Decimal(sent) == value


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"CloseDate": datetime(2024, 1, 1)}, "CloseDate: .*no UTC offset"),
        ({"records": [{"Amount": float("nan")}]}, r"records\[0\].Amount: nan"),
        ({"Amount": Decimal("Infinity")}, "Amount: Infinity"),
    ],
)
def test_a_value_that_means_nothing_is_named(value: object, place: str) -> None:
    with pytest.raises(ValueError, match=place):
        encode_json(value)


def test_a_value_that_json_cannot_carry_is_named() -> None:
    with pytest.raises(TypeError, match=r"Body: a value of type bytes"):
        encode_json({"Body": b"x"})


def response(content: bytes, status: int = 200) -> Response:
    return Response(status, {}, content, "https://acme.my.salesforce.com/x", resource="Contact")


def test_hooks_are_honoured_at_every_depth() -> None:
    read = JsonReader(Decimal, lambda pairs: tuple(pairs))
    assert read(response(b'{"a":[{"b":0.1}]}')) == (("a", [(("b", Decimal("0.1")),)]),)
    assert type(JsonReader()(response(b"{}"))) is OrderedDict


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_no_body_is_none(body: bytes) -> None:
    assert JsonReader()(response(body, 204)) is None


@pytest.mark.parametrize(
    "body", [b"<html><title>Down for maintenance</title>", b'{"a":', b"\xff\xfe\xfa", b"[" * 100_000]
)
def test_an_answer_that_is_not_json_is_an_error(body: bytes) -> None:
    with pytest.raises(SalesforceGeneralError, match=r"the body is not JSON") as caught:
        JsonReader()(response(body))
    assert caught.value.status == 200
    assert len(str(caught.value)) < 1000
