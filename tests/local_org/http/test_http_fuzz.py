"""Whatever comes over the wire, the answer is one that the API gives: never a crash, never a 500."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sfgen_local_org.bulk.desk import BulkDesk
from sfgen_local_org.demo import describes
from sfgen_local_org.http.app import CustomCode, build_router
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.faults import Faults
from sfgen_local_org.http.site import Credentials, Sessions, Site
from sfgen_local_org.org import Org

if TYPE_CHECKING:
    from sfgen_local_org.http.router import Router

VOCABULARY = """
attributes type referenceId records Account Contact Contacts Name LastName Id id AccountId ERP_Id__c compositeRequest
batchRequests method url body richInput httpHeaders allOrNone haltOnError ids fields POST GET PATCH r1 r2 @{r1.id}
001Lc0000000001IAA AnnualRevenue ParentId Email CloseDate 12 2024-01-01 sobjects describe deleted updated query queryAll
search limits tooling composite batch tree Attachment Body /services/data/v62.0/sobjects/Account v62.0/limits
layouts compactLayouts namedLayouts listviews results recent recordCount parameterizedSearch password User NewPassword
tabs theme appMenu overallLimit in where orderBy limit offset
"""
WORD = st.sampled_from([*VOCABULARY.split(), "v62.0/query?q=SELECT Id FROM Account"]) | st.text(max_size=8)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORD
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORD, inner, max_size=5), max_leaves=20
)
METHOD = st.sampled_from(["GET", "POST", "PATCH", "DELETE", "HEAD", "PUT"])
PARAMETER = st.sampled_from(
    [
        *("q", "fields", "ids", "start", "end", "allOrNone", "columns", "_HttpMethod", "token", "explain", "sobject"),
        *("Account.fields", "Account.where", "Account.limit", "in", "limit", "offset", "sObjects"),
    ]
)
QUERY_TEXT = WORD | st.sampled_from(
    ["SELECT Id FROM Account", "SELECT Name, (SELECT Id FROM Contacts) FROM Account", "FIND {ab} RETURNING Account(Id)"]
)


@pytest.fixture(scope="module")
def router() -> Router:
    org = Org(describes().values())
    org.seed(
        [("Account", {"Name": "Sun & Sons 東京", "Phone": "+49 1 23"}), ("Account", {"Name": "ß\x00\ufdd0 Sun*1"})]
    )
    return build_router(
        Site("http://127.0.0.1:1", org, Credentials.make("u"), Sessions(org.id)), Faults(), BulkDesk(), CustomCode()
    )


def check(answer: Answer) -> None:
    assert answer.status < 500 or answer.media_type.startswith("text/xml"), answer.body
    # That code is what the router answers for an exception; composite answers have it inside.
    assert b"UNKNOWN_EXCEPTION" not in answer.encoded()
    if answer.status >= 400 and isinstance(answer.body, list):
        for item in answer.body:
            assert set(item) <= {"message", "errorCode", "fields"}


@settings(max_examples=120, deadline=None)
@given(
    method=METHOD, path=st.lists(WORD, max_size=4), query=st.dictionaries(PARAMETER, QUERY_TEXT, max_size=3), body=JSON
)
def test_any_request(router: Router, method: str, path: list[str], query: dict[str, str], body: Any) -> None:
    address = "/services/data/v62.0/" + "/".join(quote(part, safe="") for part in path)
    check(router(Call(method, address, query, {}, json.dumps(body).encode())))


@settings(max_examples=120, deadline=None)
@given(
    address=st.sampled_from(
        [
            ("POST", "composite"),
            ("POST", "composite/batch"),
            ("POST", "composite/sobjects"),
            ("PATCH", "composite/sobjects"),
            ("PATCH", "composite/sobjects/Account/ERP_Id__c"),
            ("POST", "composite/sobjects/Account"),
            ("POST", "composite/tree/Account"),
            ("POST", "sobjects/Account"),
            ("PATCH", "sobjects/Account/ERP_Id__c/x"),
        ]
    ),
    body=st.dictionaries(WORD, JSON, max_size=4)
    | st.fixed_dictionaries(
        {
            "allOrNone": st.booleans(),
            "records": st.lists(
                st.fixed_dictionaries(
                    {"attributes": st.fixed_dictionaries({"type": WORD, "referenceId": WORD})},
                    optional={"Name": SCALAR, "LastName": SCALAR, "id": SCALAR, "ERP_Id__c": SCALAR, "Contacts": JSON},
                ),
                max_size=4,
            ),
            "compositeRequest": st.lists(
                st.fixed_dictionaries({"method": METHOD, "url": WORD, "referenceId": WORD}, optional={"body": JSON}),
                max_size=3,
            ),
        }
    ),
)
def test_any_body(router: Router, address: tuple[str, str], body: Any) -> None:
    method, path = address
    check(router(Call(method, f"/services/data/v62.0/{path}", {}, {}, json.dumps(body).encode())))


@settings(max_examples=80, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=100).map(str.encode), path=st.sampled_from(["u/59.0", "x/nan"]))
def test_any_login(router: Router, body: bytes, path: str) -> None:
    check(router(Call("POST", f"/services/Soap/{path}", {}, {}, body)))
    check(router(Call("POST", "/services/oauth2/token", {}, {}, b"grant_type=password&" + body)))
    check(router(Call("POST", "/services/oauth2/revoke", {}, {}, body)))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "sun",
                    "AND",
                    "OR",
                    "NOT",
                    "(",
                    ")",
                    '"',
                    "*",
                    "?",
                    "\\",
                    "}",
                    "{",
                    "'",
                    "\x00",
                    "\ufdd0",
                    "京",
                    "ß",
                    " ",
                ),
                *(
                    "RETURNING",
                    "Account",
                    "Name",
                    ",",
                    "WHERE",
                    "ORDER BY",
                    "LIMIT",
                    "1",
                    "=",
                    "IN NAME FIELDS",
                    "WITH",
                ),
                *("OFFSET", "UPDATE TRACKING", "USING", "SELECT", "COUNT()", "FROM", "null", "Nope", "\n"),
            ]
        ),
        max_size=14,
    )
)
def test_any_words_of_a_search(router: Router, words: list[str]) -> None:
    text = " ".join(words)
    for sosl in (f"FIND {{{text}}}", f"FIND {{sun}} {text}", f"FIND {{sun}} RETURNING Account({text})"):
        check(router(Call("GET", "/services/data/v62.0/search", {"q": sosl})))
    check(router(Call("POST", "/services/data/v62.0/parameterizedSearch", {}, {}, json.dumps({"q": text}).encode())))


@settings(max_examples=120, deadline=None)
@given(st.text(alphabet="FIND{}sunRETURNIG Account(),'\"\\*?LMT19%_", max_size=60))
def test_any_search(router: Router, text: str) -> None:
    for sosl in (text, f"FIND {{{text}}}", f"FIND {{sun}} RETURNING {text}"):
        check(router(Call("GET", "/services/data/v62.0/search", {"q": sosl})))
