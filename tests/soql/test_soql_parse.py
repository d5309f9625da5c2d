"""What SOQL the grammar takes, what it refuses, and where it says the fault is."""

import datetime as dt
from decimal import Decimal

import pytest
from sfgen.soql import SoqlSyntaxError, ast, parse, unparse

ACCEPTED = [
    "SELECT Id FROM Account",
    "SELECT Id, Account.Owner.Name, Owner:User.Name FROM Contact",
    "SELECT Contact.Account.Name FROM Contact",
    "SELECT c.Name, a.Name FROM Contact c, c.Account a",
    "SELECT COUNT() FROM Account",
    "SELECT COUNT(Id) x_sf_count, MAX(CreatedDate) FROM Contact GROUP BY AccountId HAVING COUNT(Id) > 1",
    "SELECT Status, GROUPING(Status) g FROM Case GROUP BY ROLLUP(Status)",
    "SELECT Status FROM Case GROUP BY CUBE(Status, Priority)",
    "SELECT DAY_ONLY(convertTimezone(CreatedDate)) day FROM Case GROUP BY DAY_ONLY(convertTimezone(CreatedDate))",
    "SELECT Id, (SELECT Id FROM Contacts WHERE Name LIKE 'a%' ORDER BY Name LIMIT 3) FROM Account",
    "SELECT TYPEOF What WHEN Account THEN Phone, Name WHEN Opportunity THEN Amount ELSE Name END FROM Task",
    "SELECT FIELDS(ALL) FROM Account LIMIT 200",
    "SELECT toLabel(Status), FORMAT(convertCurrency(Amount)) amount FROM Opportunity",
    "SELECT Id FROM Site__c WHERE DISTANCE(Place__c, GEOLOCATION(37.77, -122.4), 'mi') < 20",
    "SELECT Id FROM Account USING SCOPE mine WHERE Name != NULL",
    "SELECT Id FROM Account WHERE (A = 1 OR B = 2) AND (NOT C = 3)",
    "SELECT Id FROM Account WHERE NOT (A = 1 AND B = 2)",
    "SELECT Id FROM Account WHERE Name IN ('a', 'b') AND Industry NOT IN ('c') AND X__c INCLUDES ('a;b', 'c')",
    "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) AND Id NOT IN (SELECT AccountId FROM Case)",
    "SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:30 AND D__c >= TODAY AND M__c > USD100.50",
    "SELECT Id FROM Account WHERE D__c = 2024-02-29 AND T__c < 12:30:00.500Z AND M__c > 2024-01-02T03:04:05.678+01:00",
    "SELECT Id FROM Account WITH SECURITY_ENFORCED",
    "SELECT Id FROM Account WITH USER_MODE",
    "SELECT Id FROM KB__kav WITH DATA CATEGORY Geo__c AT (usa__c) AND Product__c ABOVE_OR_BELOW (a__c, b__c)",
    "SELECT Id FROM Account ORDER BY Name DESC NULLS LAST, Id LIMIT 10 OFFSET 20",
    "SELECT Id FROM Account FOR VIEW FOR REFERENCE",
    "SELECT Id FROM Account FOR UPDATE",
    "SELECT Id FROM KB__kav UPDATE TRACKING, VIEWSTAT",
    "SELECT Id FROM Account ALL ROWS",
]


@pytest.mark.parametrize("soql", ACCEPTED)
def test_a_query_is_read_and_written_back(soql: str) -> None:
    query = parse(soql)
    assert parse(unparse(query)) == query


@pytest.mark.parametrize(
    ("soql", "column", "message"),
    [
        ("", 1, "unexpected token: '<EOF>'"),
        ("SELECT", 7, "unexpected token: '<EOF>'"),
        ("SELECT FROM Account", 8, "unexpected token: 'FROM'"),
        ("SELECT Id FROM Account WHERE", 29, "unexpected token: '<EOF>'"),
        ("SELECT Id, FROM Account", 12, "unexpected token: 'FROM'"),
        ("SELECT Id FROM Account WHERE A = 1 AND B = 2 OR C = 3", 46, "unexpected token: 'OR'"),
        ("SELECT Id FROM Account WHERE A = 1 OR B = 2 AND C = 3", 45, "unexpected token: 'AND'"),
        ("SELECT Id FROM Account WHERE A = 1 AND NOT B = 2", 40, "unexpected token: 'NOT'"),
        ("SELECT Id FROM Account WHERE NOT A = 1 AND B = 2", 40, "unexpected token: 'AND'"),
        ("SELECT Id FROM Account WHERE A NOT LIKE 'x'", 36, "unexpected token: 'LIKE'"),
        ("SELECT Id FROM Account WHERE A = :name", 34, "Bind variables only allowed in Apex code"),
        ("SELECT Id FROM Account WHERE A = name", 34, "Bind variables only allowed in Apex code"),
        ("SELECT Id FROM Account WHERE A = 'open", 34, "string literal is not closed"),
        (r"SELECT Id FROM Account WHERE A = '\q'", 34, r"illegal character sequence '\q' in string literal"),
        ("SELECT Id FROM Account LIMIT five", 30, "unexpected token: 'five'"),
        ("SELECT Id FROM Account; DROP TABLE x", 23, "unexpected token: ';'"),
        ("SELECT * FROM Account", 8, "unexpected token: '*'"),
        ("SELECT (SELECT Id FROM Contacts FROM Account", 33, "unexpected token: 'FROM'"),
    ],
)
def test_an_error_says_what_and_where(soql: str, column: int, message: str) -> None:
    with pytest.raises(SoqlSyntaxError) as caught:
        parse(soql)
    assert (caught.value.message, caught.value.position.line, caught.value.position.column) == (message, 1, column)


def test_lines_are_counted() -> None:
    with pytest.raises(SoqlSyntaxError) as caught:
        parse("SELECT Id\n  FROM Account\n  WHERE = 1")
    assert (caught.value.position.line, caught.value.position.column, caught.value.token) == (3, 9, "=")


def test_keywords_may_be_names() -> None:
    query = parse("select Group, Order, Limit__c, View, Data, End from Group order by Order desc")
    assert [str(item.expression) for item in query.select if isinstance(item, ast.SelectExpression)] == [
        *("Group", "Order", "Limit__c", "View", "Data", "End")
    ]
    assert str(query.sources[0].path) == "Group"
    assert query.order_by == (ast.OrderBy(ast.FieldPath(("Order",)), descending=True),)


def test_keywords_and_literals_have_no_case() -> None:
    spelled = parse("sElEcT Id fRoM Account wHeRe A = nUlL aNd B = tRuE oRdEr By Id aSc nUlLs lAsT")
    assert spelled == parse("SELECT Id FROM Account WHERE A = NULL AND B = TRUE ORDER BY Id NULLS LAST")


def test_literals_have_their_python_values() -> None:
    query = parse(
        r"SELECT Id FROM A WHERE F IN ('it\'s\n', -5, 1.50, EUR3, 2024-02-29, 2024-01-02T03:04:05-08:00, 10:00:00Z,"
        r" N_DAYS_AGO:7, FALSE, NULL)"
    )
    assert isinstance(query.where, ast.InValues)
    text, whole, decimal, currency, day, moment, time, relative, false, null = query.where.values
    assert isinstance(text, ast.StringLiteral)
    assert text.value == "it's\n"
    assert whole == ast.NumberLiteral(-5)
    assert decimal == ast.NumberLiteral(Decimal("1.50"))
    assert currency == ast.CurrencyLiteral("EUR", 3)
    assert day == ast.DateLiteral(dt.date(2024, 2, 29))
    assert moment == ast.DateTimeLiteral(dt.datetime(2024, 1, 2, 11, 4, 5, tzinfo=dt.UTC))
    assert time == ast.TimeLiteral(dt.time(10))
    assert relative == ast.RelativeDate("N_DAYS_AGO", 7)
    assert (false, null) == (ast.Constant(False), ast.Constant(None))


@pytest.mark.parametrize(
    "text", ["2024-02-30", "2024-13-01T00:00:00Z", "2024-01-01T00:00:00", "LAST_N_DAYS", "TODAY:3", "25:00"]
)
def test_literals_without_a_meaning_are_refused(text: str) -> None:
    with pytest.raises(SoqlSyntaxError):
        parse(f"SELECT Id FROM A WHERE F = {text}")


def test_like_tells_an_escaped_wildcard_from_a_wildcard() -> None:
    query = parse(r"SELECT Id FROM A WHERE F LIKE '50\%\_%'")
    assert isinstance(query.where, ast.Comparison)
    assert query.where.value == ast.StringLiteral(r"50\%\_%")


def test_halves_of_surrogate_pairs_are_joined_or_replaced() -> None:
    query = parse(r"SELECT Id FROM A WHERE F IN ('\uD83D\uDE00', '\ud83d', '\u0041')")
    assert isinstance(query.where, ast.InValues)
    assert query.where.values == tuple(ast.StringLiteral.of(text) for text in ("\U0001f600", "\ufffd", "A"))


def test_deep_nesting_is_an_error_and_not_a_crash() -> None:
    with pytest.raises(SoqlSyntaxError, match="nested parentheses"):
        parse("SELECT Id FROM A WHERE " + "(" * 50_000)
    with pytest.raises(SoqlSyntaxError, match="longer than"):
        parse("SELECT Id FROM A WHERE F = '" + "x" * 100_000 + "'")


def test_numbers_beyond_all_reason_are_refused() -> None:
    for clause in ("LIMIT 99999999999", "WHERE F = LAST_N_DAYS:9999999999"):
        with pytest.raises(SoqlSyntaxError):
            parse(f"SELECT Id FROM A {clause}")
    assert parse(f"SELECT Id FROM A WHERE F = {'9' * 5000}")


def test_parentheses_in_text_do_not_count_as_nesting() -> None:
    assert parse(f"SELECT Id FROM A WHERE F = '{'(' * 500}'")
