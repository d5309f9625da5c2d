"""No id, external id or field leaves its place in the path, whatever is in it."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from sfgen_runtime import format_external_id
from sfgen_runtime.paths import record_path, segment, sobject_path

ROOT = "https://acme.my.salesforce.com/services/data/v62.0/"
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.text("./\\%?#@:;&+ 2eEfF", max_size=12)


def on_the_wire(path: str) -> tuple[str, str]:
    """Return host and path as `requests` sends them."""
    url = requests.Request("GET", ROOT + path).prepare().path_url
    host = requests.Request("GET", ROOT + path).prepare().url
    assert host is not None
    return host.split("/")[2], url.partition("?")[0]


@given(text)
def test_a_record_id_stays_below_its_object(record_id: str) -> None:
    try:
        path = record_path("Contact", record_id)
    except ValueError:
        assert unquote(record_id.partition("/")[2] if "/" in record_id else record_id) in ("", ".", "..")
        return
    host, sent = on_the_wire(path)
    assert host == "acme.my.salesforce.com"
    assert sent.startswith("/services/data/v62.0/sobjects/Contact/")
    rest = sent.removeprefix("/services/data/v62.0/sobjects/Contact/").split("/")
    # One segment, or a field and a value.
    assert len(rest) <= 2
    assert len(rest) == 1 or rest[0].isidentifier()


@given(text, text)
def test_an_external_id_arrives_as_it_was_given(object_name: str, value: str) -> None:
    try:
        path = sobject_path(object_name, "Ext__c", value)
    except ValueError:
        assert {"", ".", ".."} & {object_name, value}
        return
    host, sent = on_the_wire(path)
    assert host == "acme.my.salesforce.com"
    *_, name, field, last = sent.split("/")
    assert (unquote(name), field, unquote(last)) == (object_name, "Ext__c", value)


@given(text)
def test_a_formatted_external_id_arrives_as_it_was_given(value: str) -> None:
    try:
        path = record_path("Contact", format_external_id("Ext__c", value))
    except ValueError:
        assert value in ("", ".", "..")
        return
    _, sent = on_the_wire(path)
    assert unquote(sent.rpartition("/")[2]) == value
    assert sent.count("/") == 7


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("a b", "a%20b"),
        ("a+b", "a%2Bb"),
        ("a/b", "a%2Fb"),
        ("100%", "100%25"),
        (7, "7"),
        ("é", "%C3%A9"),
        (b"a b", "a%20b"),
    ],
)
def test_values_are_percent_encoded_once(value: object, encoded: str) -> None:
    assert segment(value) == encoded


@pytest.mark.parametrize("value", [None, "", ".", "..", b".."])
def test_what_no_url_carries_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"check what was passed"):
        segment(value)


@pytest.mark.parametrize("record_id", ["Ext__c/..", "Ext__c/%2E%2e", "Ext__c/", "", ".."])
def test_dot_segments_are_refused(record_id: str) -> None:
    with pytest.raises(ValueError, match=r"can't be part of a URL"):
        record_path("Contact", record_id)
