"""Whatever is asked, the org answers or refuses: no query and no record makes it fail in another way."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sfgen_local_org.org import Org, OrgError
from small_org import NOW, describes

DESCRIBES = {item["name"]: item for item in describes()}
NAMES = sorted(DESCRIBES)
LITERALS = ["'x'", "'%a_'", "''", "'001000000000001'", "'Red;Blue'", "1", "-1.5", "99999999999999999999", "1e400"]
LITERALS += ["TODAY", "LAST_N_DAYS:3", "N_YEARS_AGO:999999999", "2024-01-01", "2024-01-01T00:00:00Z", "10:00:00Z"]
LITERALS += ["null", "true", "USD5"]
FUNCTIONS = [
    "COUNT",
    "SUM",
    "MAX",
    "AVG",
    "COUNT_DISTINCT",
    "CALENDAR_YEAR",
    "DAY_ONLY",
    "toLabel",
    "FORMAT",
    "GROUPING",
]
literals = st.sampled_from(LITERALS)


@st.composite
def paths(draw: st.DrawFn, name: str, depth: int = 0) -> str:
    field = draw(st.sampled_from(DESCRIBES[name]["fields"]))
    targets = [target for target in field["referenceTo"] if target in DESCRIBES]
    if field["relationshipName"] and targets and depth < 3 and draw(st.booleans()):
        return f"{field['relationshipName']}.{draw(paths(draw(st.sampled_from(targets)), depth + 1))}"
    return str(field["name"])


@st.composite
def expressions(draw: st.DrawFn, name: str) -> str:
    path = draw(paths(name))
    wrap = draw(st.sampled_from([None, None, None, *FUNCTIONS]))
    return path if wrap is None else f"{wrap}({path})"


@st.composite
def conditions(draw: st.DrawFn, name: str, depth: int = 0) -> str:
    kind = draw(st.integers(0, 8))
    if kind < 2 and depth < 3:
        word = draw(st.sampled_from([" AND ", " OR "]))
        return "(" + word.join(draw(conditions(name, depth + 1)) for _ in range(2)) + ")"
    if kind == 2 and depth < 3:
        return f"(NOT {draw(conditions(name, depth + 1))})"
    left = draw(expressions(name))
    if kind == 3:
        return f"{left} {draw(st.sampled_from(['', 'NOT ']))}IN ({', '.join(draw(st.lists(literals, min_size=1)))})"
    if kind == 4:
        other = draw(st.sampled_from(NAMES))
        return f"{left} IN (SELECT {draw(paths(other))} FROM {other})"
    if kind == 5:
        return f"{left} {draw(st.sampled_from(['INCLUDES', 'EXCLUDES']))} ({draw(literals)})"
    return f"{left} {draw(st.sampled_from(['=', '!=', '<', '>=', 'LIKE']))} {draw(literals)}"


@st.composite
def queries(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(NAMES))
    selected = draw(st.lists(expressions(name), min_size=1, max_size=3))
    soql = f"SELECT {', '.join(selected)} FROM {name}"
    if draw(st.booleans()):
        soql += f" WHERE {draw(conditions(name))}"
    group = draw(st.sampled_from([None, None, "{}", "ROLLUP({})", "CUBE({})"]))
    if group is not None:
        soql += f" GROUP BY {group.format(', '.join(selected[:2]))}"
        if draw(st.booleans()):
            soql += f" HAVING {draw(conditions(name))}"
    if draw(st.booleans()):
        soql += f" ORDER BY {draw(expressions(name))} DESC NULLS LAST LIMIT 3"
    return soql


@st.composite
def records(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    name = draw(st.sampled_from(NAMES))
    # With halves of surrogate pairs, which JSON can carry and no database can store.
    texts = st.text(st.characters(exclude_categories=()), max_size=40)
    values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts, st.just([]), st.just({}))
    keys = [field["name"] for field in DESCRIBES[name]["fields"] if field["createable"]]
    record = draw(st.dictionaries(st.sampled_from(keys), values, max_size=5))
    return name, {"Name": "x", "LastName": "x", **record} if draw(st.booleans()) else record


def made() -> Org:
    org = Org(describes(), clock=lambda: NOW)
    account = org.create("Account", {"Name": "a", "AnnualRevenue": 1})
    org.create("Thing__c", {"Name": "t", "Whole__c": 1, "Colors__c": "Red", "Account__c": account})
    org.create("Task", {"Subject": "s", "WhatId": account})
    org.create("Contact", {"LastName": "c", "AccountId": account})
    return org


ORG = made()


@settings(deadline=None, max_examples=400)
@given(queries())
def test_a_query_is_answered_or_refused(soql: str) -> None:
    try:
        answer = ORG.query(soql)
    except OrgError:
        return
    assert answer["totalSize"] == len(answer["records"])


@settings(deadline=None, max_examples=300)
@given(records())
def test_a_record_is_taken_or_refused(case: tuple[str, dict[str, Any]]) -> None:
    name, record = case
    try:
        record_id = ORG.create(name, record)
    except OrgError:
        return
    answer = ORG.retrieve(name, record_id)
    assert answer["attributes"]["type"] == name
    ORG.delete(name, record_id)
