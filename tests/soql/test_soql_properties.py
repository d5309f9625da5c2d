"""Properties that hold for every query: writing and reading are inverse, and no text makes the parser crash."""

import datetime as dt
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from sfgen.soql import SoqlSyntaxError, ast, parse, unparse
from sfgen.soql.literals import COUNTED_DATES, RELATIVE_DATES, read_string, write_string

# A name that is a keyword reads as one where both may stand, as on the platform.
KEYWORDS = frozenset(
    [
        *("all", "and", "as", "asc", "cube", "desc", "for", "from", "group", "having", "in", "like", "limit", "not"),
        *("null", "offset", "or", "order", "rollup", "select", "typeof", "update", "using", "where", "with"),
    ]
)
names = st.from_regex(r"[A-Z][a-z]{0,6}(__c)?", fullmatch=True).filter(lambda name: name.lower() not in KEYWORDS)
paths = st.builds(ast.FieldPath, st.lists(names, min_size=1, max_size=4).map(tuple))
numbers = st.one_of(
    st.integers(-(10**18), 10**18),
    st.decimals(-(10**9), 10**9, places=3, allow_nan=False, allow_infinity=False),
    st.just(Decimal("1E+20")),
)
literals = st.one_of(
    st.text().map(ast.StringLiteral.of),
    st.builds(ast.NumberLiteral, numbers),
    st.builds(ast.CurrencyLiteral, st.sampled_from(["USD", "EUR"]), st.integers(0, 10**9)),
    st.builds(ast.DateLiteral, st.dates()),
    st.builds(ast.DateTimeLiteral, st.datetimes(timezones=st.just(dt.UTC))),
    st.builds(ast.TimeLiteral, st.times()),
    st.builds(ast.RelativeDate, st.sampled_from(sorted(RELATIVE_DATES))),
    st.builds(ast.RelativeDate, st.sampled_from(sorted(COUNTED_DATES)), st.integers(0, 999)),
    st.builds(ast.Constant, st.sampled_from([True, False, None])),
)
calls = st.builds(ast.FunctionCall, names, st.lists(paths, max_size=2).map(tuple))
expressions = st.one_of(paths, calls)
value_lists = st.lists(literals, min_size=1, max_size=4).map(tuple)
leaves = st.one_of(
    st.builds(ast.Comparison, expressions, st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "LIKE"]), literals),
    st.builds(ast.InValues, expressions, value_lists, st.booleans()),
    st.builds(ast.Includes, expressions, value_lists, st.booleans()),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(ast.And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(ast.Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(ast.Not, inner),
    ),
    max_leaves=6,
)
queries = st.builds(
    ast.Query,
    select=st.lists(st.builds(ast.SelectExpression, expressions, st.none() | names), min_size=1, max_size=4).map(tuple),
    sources=st.builds(ast.Source, paths, st.none() | names).map(lambda source: (source,)),
    where=st.none() | conditions,
    group_by=st.none()
    | st.builds(
        ast.GroupBy, st.lists(paths, min_size=1, max_size=3).map(tuple), st.sampled_from([None, "ROLLUP", "CUBE"])
    ),
    having=st.none() | conditions,
    order_by=st.lists(
        st.builds(ast.OrderBy, expressions, st.booleans(), st.sampled_from([None, "FIRST", "LAST"])), max_size=2
    ).map(tuple),
    limit=st.none() | st.integers(0, 50_000),
    offset=st.none() | st.integers(0, 2_000),
)


@given(st.text())
def test_any_text_survives_as_a_string_literal(text: str) -> None:
    literal = ast.StringLiteral.of(text)
    assert literal.value == text
    assert read_string(write_string(literal.pattern)) == literal.pattern
    query = parse(f"SELECT Id FROM A WHERE F = {write_string(literal.pattern)}")
    assert query.where == ast.Comparison(ast.FieldPath(("F",)), "=", literal)


@settings(deadline=None)
@given(queries)
def test_a_written_query_reads_as_the_same(query: ast.Query) -> None:
    assert parse(unparse(query)) == query


@settings(deadline=None)
@given(st.text(alphabet="SELECTFROMWHEREIdAaBb01'\"\\()=<>!,.:;%-_ \n\t\0é", max_size=60))
def test_no_text_crashes_the_parser(text: str) -> None:
    for soql in (text, f"SELECT Id FROM A WHERE {text}"):
        try:
            query = parse(soql)
        except SoqlSyntaxError:
            continue
        assert parse(unparse(query)) == query
