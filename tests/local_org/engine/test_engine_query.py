"""What WHERE finds, how ORDER BY sorts, and what the org refuses in a query."""

from typing import Any

import pytest
from sfgen_local_org.org import Org, OrgError

THINGS: list[dict[str, Any]] = [
    {"Name": "alpha", "Whole__c": 1, "Double__c": 0.1, "Date__c": "2024-05-15", "Moment__c": "2024-05-15T09:00:00Z"},
    {"Name": "Beta", "Whole__c": 2, "Double__c": 0.2, "Date__c": "2024-05-14", "Moment__c": "2024-05-14T23:59:59Z"},
    {
        "Name": "ÉCLAIR",
        "Whole__c": 3,
        "Date__c": "2024-04-30",
        "Moment__c": "2024-04-30T12:00:00Z",
        "Text__c": "50%_a\\b",
    },
    {"Name": "delta", "Whole__c": 10, "Text__c": "it's", "Colors__c": "Red;Green", "Stage__c": "Three"},
    {"Name": "Epsilon", "Text__c": "500 apples", "Colors__c": "Green;Blue", "Stage__c": "One", "Time__c": "10:00:00Z"},
    {"Name": "zeta", "Flag__c": False, "Stage__c": None, "Place__Latitude__s": 51.5, "Place__Longitude__s": 0},
]


@pytest.fixture
def things(org: Org) -> Org:
    for thing in THINGS:
        org.create("Thing__c", thing)
    return org


def names(org: Org, rest: str) -> str:
    """Return the first letters of the names that a query finds, in its order."""
    return " ".join(row["Name"][0] for row in org.query(f"SELECT Name FROM Thing__c {rest}")["records"])


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Name = 'ALPHA'", "a"),
        ("Name = 'éclair'", "É"),
        ("Name != 'alpha'", "B É d E z"),
        ("Name LIKE '%TA'", "B d z"),
        ("Name LIKE '_eta'", "B z"),
        ("Name LIKE 'É%'", "É"),
        (r"Text__c LIKE '50\%%'", "É"),
        (r"Text__c LIKE '%\_a%'", "É"),
        (r"Text__c LIKE '%a\\b'", "É"),
        (r"Text__c = '50%_a\\b'", "É"),
        (r"Text__c = 'it\'s'", "d"),
        ("Text__c LIKE '50%'", "É E"),
        ("(NOT Text__c LIKE '50%')", "a B d z"),
        ("Name < 'c'", "a B"),
        ("Name >= 'delta' AND Name <= 'epsilon'", "d E"),
        # null
        ("Text__c = null", "a B z"),
        ("Text__c = ''", "a B z"),
        ("Text__c != null", "É d E"),
        ("Whole__c != 1", "B É d E z"),
        ("Whole__c > 1", "B É d"),
        ("(NOT Whole__c > 1)", "a E z"),
        ("(NOT (Whole__c > 1 AND Name = 'beta'))", "a É d E z"),
        ("Whole__c < null", ""),
        ("Whole__c IN (1, 2, null)", "a B E z"),
        ("Whole__c NOT IN (1, 2)", "É d E z"),
        ("Whole__c NOT IN (1, null)", "B É d"),
        # numbers are no text
        ("Whole__c > 9", "d"),
        ("Double__c = 0.1", "a"),
        ("Double__c >= 0.15", "B"),
        ("Double__c < USD0.15", "a"),
        ("Whole__c < 99999999999999999999999", "a B É d"),
        # booleans
        ("Flag__c = FALSE", "z"),
        ("Flag__c != false", "a B É d E"),
        ("Flag__c = null", "z"),
        ("Flag__c != null", "a B É d E"),
        # dates; the clock stands at 2024-05-15T12:00Z
        ("Date__c = TODAY", "a"),
        ("Date__c = YESTERDAY", "B"),
        ("Date__c != TODAY", "B É d E z"),
        ("Date__c < TODAY", "B É"),
        ("Date__c <= TODAY", "a B É"),
        ("Date__c > LAST_MONTH", "a B"),
        ("Date__c >= LAST_MONTH", "a B É"),
        ("Date__c = THIS_MONTH", "a B"),
        ("Date__c IN (TODAY, LAST_MONTH)", "a É"),
        ("Date__c NOT IN (TODAY, LAST_MONTH)", "B d E z"),
        ("Date__c = 2024-04-30", "É"),
        ("Moment__c = TODAY", "a"),
        ("Moment__c = YESTERDAY", "B"),
        ("Moment__c = LAST_N_DAYS:1", "a B"),
        ("Moment__c < 2024-05-15T02:00:00+02:00", "B É"),
        ("Moment__c >= 2024-05-15T09:00:00.000Z", "a"),
        ("Moment__c > 2024-05-15T09:00:00.001Z", ""),
        ("Time__c < 11:00:00Z", "E"),
        ("CALENDAR_MONTH(Moment__c) = 5", "a B"),
        ("CALENDAR_QUARTER(Date__c) = 2", "a B É"),
        ("DAY_IN_WEEK(Date__c) = 4", "a"),
        ("DAY_ONLY(Moment__c) = 2024-05-14", "B"),
        ("HOUR_IN_DAY(convertTimezone(Moment__c)) = 23", "B"),
        # picklists
        ("Stage__c = 'two'", "a B É"),
        ("toLabel(Stage__c) = 'Label of Three'", "d"),
        ("Colors__c INCLUDES ('green')", "d E"),
        ("Colors__c INCLUDES ('Red;Green', 'Blue')", "d E"),
        ("Colors__c INCLUDES ('Red;Blue')", ""),
        ("Colors__c EXCLUDES ('Red')", "a B É E z"),
        ("Colors__c INCLUDES ('Red', null)", "a B É d z"),
        ("toLabel(Name) = 'alpha'", "a"),
        ("DISTANCE(Place__c, GEOLOCATION(51.6, 0), 'km') < 20", "z"),
        ("DISTANCE(Place__c, GEOLOCATION(52.5, 0), 'mi') < 60", ""),
    ],
)
def test_where(things: Org, where: str, found: str) -> None:
    assert names(things, f"WHERE {where} ORDER BY Serial__c") == found
    count = things.query(f"SELECT COUNT() FROM Thing__c WHERE {where}")
    assert count == {"totalSize": len(found.split()), "done": True, "records": []}


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("ORDER BY Name", "a B d E z É"),
        ("ORDER BY Name DESC", "É z E d B a"),
        ("ORDER BY Whole__c", "E z a B É d"),
        ("ORDER BY Whole__c DESC", "E z d É B a"),
        ("ORDER BY Whole__c NULLS LAST", "a B É d E z"),
        ("ORDER BY Whole__c DESC NULLS LAST, Name DESC", "d É B a z E"),
        ("ORDER BY Stage__c NULLS LAST, Name", "E a B É d z"),  # as the picklist is listed: One, Two, Three
        ("ORDER BY Name LIMIT 2", "a B"),
        ("ORDER BY Name LIMIT 2 OFFSET 4", "z É"),
        ("ORDER BY Name OFFSET 5", "É"),
        ("LIMIT 0", ""),
        ("USING SCOPE mine WHERE Name = 'alpha'", "a"),
    ],
)
def test_order_and_window(things: Org, rest: str, found: str) -> None:
    assert names(things, rest) == found


def test_ids_are_found_by_15_and_18_characters(things: Org) -> None:
    thing = things.query("SELECT Id FROM Thing__c WHERE Name = 'beta'")["records"][0]["Id"]
    for text in (thing, thing[:15]):
        assert names(things, f"WHERE Id = '{text}'") == "B"
        assert names(things, f"WHERE Id IN ('{text}')") == "B"
    assert names(things, f"WHERE Id != '{thing}'") == "a É d E z"


def test_semi_joins(org: Org) -> None:
    acme, other = (org.create("Account", {"Name": name}) for name in ("Acme", "Other"))
    org.create("Contact", {"LastName": "x", "AccountId": acme})
    org.create("Contact", {"LastName": "nobody's"})

    def found(where: str) -> list[str]:
        return [row["Id"] for row in org.query(f"SELECT Id FROM Account WHERE {where}")["records"]]

    assert found("Id IN (SELECT AccountId FROM Contact)") == [acme]
    assert found("Id NOT IN (SELECT AccountId FROM Contact)") == [other]
    assert found("Id IN (SELECT AccountId FROM Contact WHERE Account.Name = 'other')") == []
    assert found("Id NOT IN (SELECT AccountId FROM Contact WHERE LastName = 'x') AND Name != 'z'") == [other]


@pytest.mark.parametrize(
    ("soql", "code", "message"),
    [
        ("SELECT Id FROM", "MALFORMED_QUERY", "ERROR at Row:1:Column:15\nunexpected token: '<EOF>'"),
        (
            "SELECT Id FROM Nothing",
            "INVALID_TYPE",
            "ERROR at Row:1:Column:16\nsObject type 'Nothing' is not supported.",
        ),
        (
            "SELECT Id, Foo FROM Contact",
            "INVALID_FIELD",
            "ERROR at Row:1:Column:12\nNo such column 'Foo' on entity 'Contact'.",
        ),
        ("SELECT Foo.Id FROM Contact", "INVALID_FIELD", "Didn't understand relationship 'Foo' in field path."),
        ("SELECT Account.Foo FROM Contact", "INVALID_FIELD", "No such column 'Foo' on entity 'Account'."),
        ("SELECT What.AnnualRevenue FROM Task", "INVALID_FIELD", "No such column 'AnnualRevenue' on entity 'Name'."),
        (
            "SELECT (SELECT Id FROM Foos) FROM Account",
            "INVALID_TYPE",
            "Didn't understand relationship 'Foos' in FROM part",
        ),
        (
            "SELECT Id FROM Contact WHERE Description = 'x'",
            "INVALID_FIELD",
            "field 'Description' can not be filtered in a",
        ),
        ("SELECT Id FROM Contact ORDER BY Description", "INVALID_FIELD", "field 'Description' can not be sorted in a"),
        ("SELECT Description FROM Contact GROUP BY Description", "INVALID_FIELD", "can not be grouped in a query call"),
        ("SELECT Id FROM Contact WHERE LastName = 5", "INVALID_FIELD", "must be of type string and should be enclosed"),
        (
            "SELECT Id FROM Thing__c WHERE Whole__c = '5'",
            "INVALID_FIELD",
            "must be of type int and should not be enclosed",
        ),
        (
            "SELECT Id FROM Thing__c WHERE Flag__c = 'true'",
            "INVALID_FIELD",
            "must be of type boolean and should not be",
        ),
        (
            "SELECT Id FROM Thing__c WHERE Moment__c = 2024-01-01",
            "INVALID_FIELD",
            "must be of type dateTime and should not",
        ),
        (
            "SELECT Id FROM Thing__c WHERE Date__c = '2024-01-01'",
            "INVALID_FIELD",
            "must be of type date and should not be",
        ),
        ("SELECT Id FROM Thing__c WHERE Place__c = null", "INVALID_FIELD", "field 'Place__c' can not be filtered"),
        ("SELECT Id FROM Contact WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
        ("SELECT Id FROM Contact WHERE Id LIKE '003%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator"),
        (
            "SELECT Id FROM Contact WHERE LastName INCLUDES ('x')",
            "INVALID_QUERY_FILTER_OPERATOR",
            "multi-select picklist",
        ),
        ("SELECT Id FROM Contact WHERE COUNT(Id) > 1", "MALFORMED_QUERY", "only valid in the HAVING clause"),
        ("SELECT LastName, COUNT(Id) FROM Contact", "MALFORMED_QUERY", "Field must be grouped or aggregated: LastName"),
        (
            "SELECT COUNT(Id) FROM Contact HAVING LastName = 'x'",
            "MALFORMED_QUERY",
            "Field must be grouped or aggregated",
        ),
        (
            "SELECT SUM(LastName) FROM Contact",
            "MALFORMED_QUERY",
            "field LastName does not support aggregate operator SUM",
        ),
        ("SELECT Id FROM Contact OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000"),
        ("SELECT FIELDS(ALL) FROM Contact", "MALFORMED_QUERY", "must have a LIMIT of at most 200"),
        ("SELECT Id, id FROM Contact", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT LastName n FROM Contact", "MALFORMED_QUERY", "only aggregate expressions use field aliasing"),
        ("SELECT Id FROM Contact ALL ROWS", "MALFORMED_QUERY", "ALL ROWS not allowed in this context"),
        ("SELECT Id FROM Account WHERE Id IN (SELECT LastName FROM Contact)", "MALFORMED_QUERY", "one ID or reference"),
        ("SELECT NOSUCH(Id) FROM Contact", "MALFORMED_QUERY", "Unknown function: NOSUCH"),
        ("SELECT Id FROM Contact WHERE CreatedDate = LAST_N_YEARS:9999", "MALFORMED_QUERY", "out of range"),
        ("SELECT Id FROM Contact WHERE LastName LIKE 5", "INVALID_FIELD", "must be of type string"),
        ("SELECT Id FROM Thing__c WHERE Colors__c INCLUDES (5)", "INVALID_FIELD", "must be of type string"),
        ("SELECT Id FROM Contact WHERE CreatedDate < 0001-01-01T00:00:00+14:00", "MALFORMED_QUERY", "invalid dateTime"),
        ("SELECT toLabel(Id, Name) FROM Contact", "MALFORMED_QUERY", "unexpected arguments of toLabel"),
        ("SELECT toLabel(LastName) FROM Contact", "INVALID_FIELD", "only valid for picklist fields"),
        ("SELECT COUNT(), LastName FROM Contact GROUP BY LastName", "MALFORMED_QUERY", "must be the only element"),
        ("SELECT COUNT() FROM Contact ORDER BY LastName", "MALFORMED_QUERY", "COUNT() takes no ORDER BY"),
        ("SELECT MAX(BillingAddress) FROM Account", "MALFORMED_QUERY", "unexpected arguments of MAX"),
        ("SELECT CALENDAR_YEAR(Name) FROM Account", "INVALID_FIELD", "field 'Name' is not of a type that"),
        ("SELECT DISTANCE(Place__c, 'x', 'mi') FROM Thing__c", "MALFORMED_QUERY", "DISTANCE takes a location field"),
        ("SELECT DISTANCE(Name, GEOLOCATION(1, 2), 'mi') FROM Thing__c", "INVALID_FIELD", "'Name' is no geolocation"),
        ("SELECT DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'mi') FROM Account", "INVALID_FIELD", "no latitude and"),
        (
            "SELECT COUNT(Id), (SELECT Id FROM Contacts) FROM Account",
            "MALFORMED_QUERY",
            "can't be selected with GROUP BY",
        ),
        (
            "SELECT Name FROM Thing__c GROUP BY CUBE(Name, Url__c, Code__c, Date__c)",
            "MALFORMED_QUERY",
            "at most 3 fields",
        ),
        ("SELECT Name FROM Account GROUP BY COUNT(Id)", "MALFORMED_QUERY", "GROUP BY takes no aggregate function"),
        ("SELECT Name, Owner.Name FROM Account GROUP BY Name, Owner.Name", "MALFORMED_QUERY", "duplicate alias: Name"),
        ("SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account", "MALFORMED_QUERY", "a subquery selects records"),
        (
            "SELECT (SELECT Id FROM Contacts), (SELECT Id FROM Contacts) FROM Account",
            "MALFORMED_QUERY",
            "duplicate subquery",
        ),
        ("SELECT Id FROM Account WHERE Id IN (SELECT Id, OwnerId FROM Contact)", "MALFORMED_QUERY", "exactly one ID"),
        ("SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Nothing)", "INVALID_TYPE", "'Nothing' is not supported"),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact LIMIT 1)",
            "MALFORMED_QUERY",
            "take no ORDER BY",
        ),
        (
            "SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)",
            "MALFORMED_QUERY",
            "must be an ID or a",
        ),
        ("SELECT Id FROM Account ORDER BY COUNT(Id)", "MALFORMED_QUERY", "can't sort a query without GROUP BY"),
        ("SELECT Id FROM Account a, b.Owner c", "INVALID_TYPE", "sObject type 'b.Owner' is not supported"),
        ("SELECT What.Account.Name FROM Task", "INVALID_FIELD", "Didn't understand relationship 'Account'"),
        ("SELECT What:Contact.Name FROM Task", "INVALID_FIELD", "Didn't understand relationship 'What:Contact'"),
        ("SELECT FIELDS(SOME) FROM Account", "MALFORMED_QUERY", "FIELDS takes ALL, STANDARD or CUSTOM"),
        ("SELECT TYPEOF Owner WHEN User THEN Name END FROM Account", "MALFORMED_QUERY", "takes a polymorphic"),
        ("SELECT TYPEOF What WHEN User THEN Name END FROM Task", "MALFORMED_QUERY", "'User' is not a type that 'What'"),
        (f"SELECT {'Parent.' * 6}Id FROM Account", "INVALID_FIELD", "maximum of 5 parents"),
    ],
)
def test_a_query_that_the_org_refuses(org: Org, soql: str, code: str, message: str) -> None:
    with pytest.raises(OrgError) as caught:
        org.query(soql)
    assert (caught.value.status, caught.value.code) == (400, code)
    assert message in caught.value.message
    assert "fields" not in caught.value.as_json()


def test_an_error_shows_its_place(org: Org) -> None:
    with pytest.raises(OrgError) as caught:
        org.query("SELECT Id\nFROM Contact\nWHERE Nothing = 1")
    shown = caught.value.message.splitlines()
    assert shown[:4] == ["", "WHERE Nothing = 1", "      ^", "ERROR at Row:3:Column:7"]


def test_a_value_is_never_part_of_the_sql(org: Org) -> None:
    org.create("Account", {"Name": "kept"})
    for text in ("x' OR '1'='1", "x'; DROP TABLE s_Account; --", 'x" OR "1', "\0"):
        quoted = text.replace("'", "\\'")
        assert org.query(f"SELECT Id FROM Account WHERE Name = '{quoted}'")["totalSize"] == 0
        assert org.query(f"SELECT Id FROM Account WHERE Name LIKE '{quoted}'")["totalSize"] == 0
    assert org.query("SELECT COUNT() FROM Account")["totalSize"] == 1


def test_long_conditions_are_answered(org: Org) -> None:
    org.create("Thing__c", {"Name": "x", "Whole__c": 1})
    ors = " OR ".join(f"Whole__c = {number}" for number in range(3000))
    assert org.query(f"SELECT COUNT() FROM Thing__c WHERE {ors}")["totalSize"] == 1
    ids = ", ".join(f"'{number:018d}'" for number in range(4000))
    assert org.query(f"SELECT COUNT() FROM Thing__c WHERE Name NOT IN ({ids})")["totalSize"] == 1


def test_a_like_with_many_wildcards_takes_linear_time(org: Org) -> None:
    org.create("Thing__c", {"Name": "x", "Text__c": "a" * 100})
    pattern = "%a" * 40 + "b"
    assert org.query(f"SELECT COUNT() FROM Thing__c WHERE Text__c LIKE '{pattern}'")["totalSize"] == 0
    assert org.query(f"SELECT COUNT() FROM Thing__c WHERE Text__c LIKE '{'%a' * 40}'")["totalSize"] == 1
