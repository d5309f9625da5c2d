"""SOSL: words, operators, fields, what is returned, and what is refused and where."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from local_org_client import Client
from sfgen_local_org.demo import describes
from sfgen_local_org.search.terms import Text, parse_expression
from sfgen_local_org.server import LocalOrg
from simple_salesforce import Salesforce

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "RETURNING Account(Name)"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with LocalOrg(describes().values()) as server, Client(server) as client:
        for name in (
            "Sun & Sons",
            "Sunny Hill",
            "O'Brien 100%",
            "Wind (north)",
            "100 Suns",
            "ERP2000 Ltd",
            "東京都 KK",
        ):
            client.make("Account", Name=name)
        client.make("Account", Name="Gadget", Phone="(555) 123-4567", Description="A sunny\nplace for wind")
        client.make("Contact", LastName="Sunman", FirstName="Jo", Email="sun@example.com")
        client.make("Contact", LastName="Windman", FirstName="Jo", Email="wind@sun.example")
        gone = client.make("Account", Name="Sun that set")
        client.delete(f"sobjects/Account/{gone}")
        yield client


def records(client: Client, sosl: str) -> list[dict[str, Any]]:
    response = client.get("search/", params={"q": sosl})
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["searchRecords"]
    return found


def names(client: Client, sosl: str) -> list[str]:
    return [row["Name"] for row in records(client, sosl)]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("sun", ["Sun & Sons"]),
        ("SUN*", ["Sun & Sons", "Sunny Hill", "100 Suns", "Gadget"]),
        ("S?nny", ["Sunny Hill", "Gadget"]),
        ("s*s", ["Sun & Sons", "100 Suns"]),
        ("sun sons", ["Sun & Sons"]),
        ("sons sun", ["Sun & Sons"]),
        ('"sons sun"', []),
        ('"sunny hill"', ["Sunny Hill"]),
        ('"sunny place"', ["Gadget"]),
        ("sun OR hill", ["Sun & Sons", "Sunny Hill"]),
        ("sun* AND hill", ["Sunny Hill"]),
        ("sun* and not hill", ["Sun & Sons", "100 Suns", "Gadget"]),
        ("sun* AND NOT (hill OR 100)", ["Sun & Sons", "Gadget"]),
        ("(sun OR wind) AND NOT gadget", ["Sun & Sons", "Wind (north)"]),
        ("hill OR sun AND gadget", ["Sunny Hill"]),
        ("sun* AND NOT hill AND sunny", ["Sun & Sons", "100 Suns", "Gadget"]),
        ("o'brien 100%", ["O'Brien 100%"]),
        (r"wind \(north\)", ["Wind (north)"]),
        ("ERP", ["ERP2000 Ltd"]),
        ("ERP2000", ["ERP2000 Ltd"]),
        ("ERP20*", ["ERP2000 Ltd"]),
        ("*un", []),
        ("京都", ["東京都 KK"]),
        ('"AND"', []),
        (r"sun\*", ["Sun & Sons"]),
        ("5551234567", ["Gadget"]),
        ("123-4567", ["Gadget"]),
        (r"\'\/\*\*\/ xx", []),
    ],
)
def test_expressions(client: Client, expression: str, found: list[str]) -> None:
    assert names(client, f"FIND {{{expression}}} {ACCOUNT}") == found


def test_fields_that_are_searched(client: Client) -> None:
    contact = "RETURNING Contact(Name)"
    assert names(client, f"FIND {{sun}} IN ALL FIELDS {contact}") == ["Jo Sunman", "Jo Windman"]
    assert names(client, f"FIND {{sun*}} IN NAME FIELDS {contact}") == ["Jo Sunman"]
    assert names(client, f"find {{wind}} in email fields {contact}") == ["Jo Windman"]
    assert names(client, f"FIND {{sunny}} IN NAME FIELDS {ACCOUNT}") == ["Sunny Hill"]
    assert names(client, f"FIND {{555}} IN PHONE FIELDS {ACCOUNT}") == ["Gadget"]
    assert names(client, f"FIND {{555}} IN EMAIL FIELDS {ACCOUNT}") == []


def test_what_is_returned(client: Client) -> None:
    found = records(client, "FIND {sun*} RETURNING Account, Contact(FirstName, toLabel(LeadSource) ORDER BY LastName)")
    assert [(row["attributes"]["type"], sorted(row)) for row in found] == [
        *[("Account", ["Id", "attributes"])] * 4,
        *[("Contact", ["FirstName", "LeadSource", "attributes"])] * 2,
    ]
    where = "Account(Name WHERE Name LIKE '%s' AND (Phone = null OR Name = 'LIMIT 1')"
    assert names(client, f"FIND {{sun*}} RETURNING {where} ORDER BY Name DESC)") == ["Sun & Sons", "100 Suns"]
    assert names(client, "FIND {sun*} RETURNING Account(Name ORDER BY Name LIMIT 2 OFFSET 1)") == [
        "Gadget",
        "Sun & Sons",
    ]
    assert len(records(client, "FIND {sun*} RETURNING Account(Id LIMIT 2), Contact(Id LIMIT 1) LIMIT 2")) == 2
    everything = records(client, "FIND {sunman OR hill}")
    assert [(row["attributes"]["type"], sorted(row)) for row in everything] == [
        ("Account", ["Id", "attributes"]),
        ("Contact", ["Id", "attributes"]),
    ]


def test_clauses_after_returning(client: Client) -> None:
    sosl = f"FIND {{sunny}} {ACCOUNT} WITH SPELL_CORRECTION = false LIMIT 1 UPDATE TRACKING, VIEWSTAT"
    assert names(client, sosl) == ["Sunny Hill"]


def test_old_versions_answer_a_list(client: Client) -> None:
    answer = client.get("/services/data/v36.0/search", params={"q": f"FIND {{hill}} {ACCOUNT}"}).json()
    assert [row["Name"] for row in answer] == ["Sunny Hill"]


@pytest.mark.parametrize(
    ("sosl", "code", "place", "message"),
    [
        ("", "MALFORMED_SEARCH", 1, "FIND"),
        ("FIND sun", "MALFORMED_SEARCH", 6, "braces"),
        ("FIND {a}", "INVALID_SEARCH", None, "search term must be longer than one character: a"),
        ("FIND {}", "INVALID_SEARCH", None, "longer than one character"),
        ("FIND {*}", "INVALID_SEARCH", None, "longer than one character"),
        ("FIND {sun|moon}", "MALFORMED_SEARCH", 10, "line 1:9 mismatched character '|' expecting '}'"),
        ("FIND {sun OR}", "MALFORMED_SEARCH", 13, "unexpected token: '}'"),
        ("FIND {AND sun}", "MALFORMED_SEARCH", 7, "unexpected token: 'AND'"),
        ("FIND {sun NOT moon}", "MALFORMED_SEARCH", 11, "unexpected token: 'NOT'"),
        ("FIND {(sun}", "MALFORMED_SEARCH", 11, "unexpected token: '}'"),
        ("FIND {sun)}", "MALFORMED_SEARCH", 10, "unexpected token: ')'"),
        ('FIND {"sun}', "MALFORMED_SEARCH", 7, "mismatched character"),
        ("FIND {sun} IN SOME FIELDS", "MALFORMED_SEARCH", 15, "SOME"),
        ("FIND {sun} RETURNING", "MALFORMED_SEARCH", 21, "name of an object"),
        ("FIND {sun} RETURNING Account(Name", "MALFORMED_SEARCH", 29, "not closed"),
        ("FIND {sun} RETURNING Account()", "MALFORMED_SEARCH", 30, "at least one field"),
        ("FIND {sun} RETURNING Account(Name, )", "MALFORMED_SEARCH", 36, "ends too early"),
        ("FIND {sun} RETURNING Account(Name WHERE Name ! 'x')", "MALFORMED_SEARCH", 46, "unexpected token: '!'"),
        ("FIND {sun} RETURNING Account(Nope)", "INVALID_FIELD", 30, "No such column 'Nope' on entity 'Account'"),
        ("FIND {sun} RETURNING Contact(Id), Account(Id WHERE Nope = 1)", "INVALID_FIELD", 52, "Nope"),
        ("FIND {sun} RETURNING Account(Id ORDER BY Nope)", "INVALID_FIELD", 42, "Nope"),
        ("FIND {sun} RETURNING Nope(Id)", "INVALID_TYPE", 22, "'Nope' is not supported"),
        ("FIND {sun} RETURNING RecordType(Id)", "INVALID_TYPE", 22, "can't be searched"),
        ("FIND {sun} RETURNING Account(COUNT())", "MALFORMED_SEARCH", 30, "aggregate"),
        ("FIND {sun} RETURNING Account((SELECT Id FROM Contacts))", "MALFORMED_SEARCH", 22, "nothing else of SOQL"),
        ("FIND {sun} RETURNING Account(Id LIMIT 1 FOR VIEW)", "MALFORMED_SEARCH", 22, "nothing else of SOQL"),
        ("FIND {sun} RETURNING Account(Id USING ListView=x)", "MALFORMED_SEARCH", 33, "USING ListView"),
        ("FIND {sun} RETURNING Account(Id OFFSET 1), Contact(Id)", "MALFORMED_SEARCH", 22, "OFFSET"),
        ("FIND {sun} WITH SNIPPET", "MALFORMED_SEARCH", 12, "does not have WITH SNIPPET"),
        ("FIND {sun} LIMIT 1 nonsense", "MALFORMED_SEARCH", 20, "'nonsense'"),
        ("FIND {sun}\nRETURNING Account(\nNope)", "INVALID_FIELD", "Row:3:Column:1", "Nope"),
        ("FIND {" + "(" * 70 + "sun" + ")" * 70 + "}", "MALFORMED_SEARCH", 68, "nested"),
    ],
)
def test_refusals(client: Client, sosl: str, code: str, place: int | str | None, message: str) -> None:
    response = client.get("search", params={"q": sosl})
    (error,) = response.json()
    assert (response.status_code, error["errorCode"]) == (400, code), error
    assert message in error["message"]
    if place is None:
        assert "ERROR at" not in error["message"]
        return
    where = f"Row:1:Column:{place}" if isinstance(place, int) else place
    assert f"ERROR at {where}\n" in error["message"]
    if isinstance(place, int):
        _, line, caret, *_ = error["message"].split("\n")
        assert line[caret.index("^") :][:1] == sosl[place - 1 : place]


def test_an_expression_that_is_too_long_finds_nothing(client: Client) -> None:
    body = {"batchRequests": [{"method": "GET", "url": f"v62.0/search?q=FIND {{sun OR {'x' * 10_000}}} {ACCOUNT}"}]}
    assert client.post("composite/batch", json=body).json()["results"] == [
        {"statusCode": 200, "result": {"searchRecords": []}}
    ]
    words = " OR ".join(["sun", *(f"w{number}" for number in range(1_000))])
    assert names(client, f"FIND {{{words}}} {ACCOUNT}") == ["Sun & Sons"]


def test_parameterized_search(client: Client) -> None:
    query = {"q": "sun*", "sobject": "Account", "Account.fields": "Id,Name", "Account.limit": "2", "in": "NAME"}
    found = client.get("parameterizedSearch", params=query).json()["searchRecords"]
    assert [row["Name"] for row in found] == ["Sun & Sons", "Sunny Hill"]
    body = {
        "q": "sun* OR wind",
        "fields": ["Name"],
        "sobjects": [
            {"name": "Account", "where": "Phone = null", "orderBy": "Name DESC", "limit": 2},
            {"name": "Contact", "fields": ["LastName"]},
        ],
        "overallLimit": 3,
    }
    found = client.post("parameterizedSearch/", json=body).json()["searchRecords"]
    assert [row.get("Name") or row["LastName"] for row in found] == ["Wind (north)", "Sunny Hill", "Sunman"]
    assert client.get("parameterizedSearch", params={"q": "hill"}).json()["searchRecords"][0].keys() == {
        "attributes",
        "Id",
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "MISSING_ARGUMENT"),
        ({"q": "sun", "sobjects": "Account"}, "JSON_PARSER_ERROR"),
        ({"q": "sun", "snippet": 20}, "INVALID_SEARCH"),
        ({"q": "sun} RETURNING User(Email"}, "MALFORMED_SEARCH"),
        ({"q": "sun", "sobjects": [{"name": "Account", "fields": ["Nope"]}]}, "INVALID_FIELD"),
    ],
)
def test_parameterized_search_that_is_refused(client: Client, body: dict[str, Any], code: str) -> None:
    response = client.post("parameterizedSearch", json=body)
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, code), response.text


def test_simple_salesforce_searches(client: Client) -> None:
    sf = Salesforce(session_id=client.server.session_id, instance="x", version="62.0")
    sf.base_url = f"{client.server.url}/services/data/v62.0/"
    assert [row["Name"] for row in sf.search(f"FIND {{sun AND sons}} {ACCOUNT}")["searchRecords"]] == ["Sun & Sons"]
    assert len(sf.quick_search("sunman OR hill")["searchRecords"]) == 2


@pytest.mark.parametrize(
    ("expression", "python"),
    [
        ("aa AND bb", "aa and bb"),
        ("aa bb OR cc", "aa and bb or cc"),
        ("aa OR bb cc", "aa or bb and cc"),
        ("(aa OR bb) AND cc", "(aa or bb) and cc"),
        ("aa AND NOT (bb OR cc)", "aa and not (bb or cc)"),
        ("aa OR bb AND NOT cc", "aa or bb and not cc"),
        ("aa AND NOT bb AND cc", "aa and not (bb and cc)"),
        ("aa AND NOT bb AND NOT cc", "aa and not (bb and not cc)"),
    ],
)
def test_operators(expression: str, python: str) -> None:
    read = parse_expression(expression, 0)
    for present in itertools.product((True, False), repeat=3):
        known = dict(zip(("aa", "bb", "cc"), present, strict=True))
        text = Text([" ".join(word for word, there in known.items() if there)])
        assert read.holds(text) == eval(python, {}, known), known
