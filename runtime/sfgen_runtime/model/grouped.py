"""Reading the answers of grouped queries, whose rows are tuples and no records.

Salesforce document: SOQL and SOSL Reference, "GROUP BY" and "Using Aliases with GROUP BY".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as cs

from ..http import Response
from .aggregates import Aggregate, Computed
from .expressions import AnyExpr
from .reading import Page, parse_with, read_schema


def is_grouped(columns: tuple[AnyExpr, ...]) -> bool:
    """Tell whether selecting these columns makes groups of records and not records."""
    return any(isinstance(column, Aggregate | Computed) for column in columns)


def selected(columns: tuple[AnyExpr, ...]) -> list[tuple[str, str]]:
    """Return each column's text in SELECT and its key in the answer.

    Functions are answered as ``expr0``, ``expr1`` ..., fields by the last part of their path. Two of one last part get
    an alias each, without which the org refuses the query.
    """
    names = Counter(column.path[-1] for column in columns if not _is_function(column))
    items: list[tuple[str, str]] = []
    functions = 0
    for column in columns:
        if _is_function(column):
            items.append((column.soql, f"expr{functions}"))
            functions += 1
        elif names[column.path[-1]] > 1:
            alias = "_".join(column.path)
            items.append((f"{column.soql} {alias}", alias))
        else:
            items.append((column.soql, column.path[-1]))
    return items


def _is_function(column: AnyExpr) -> bool:
    return isinstance(column, Aggregate | Computed)


def group_parser(columns: tuple[AnyExpr, ...], what: str) -> Callable[[Response], Page]:
    """Return what reads a page of groups as tuples, in the order of `columns`."""
    field = cs.typed_dict_field
    keys = [key for _, key in selected(columns)]
    row = cs.typed_dict_schema(
        {key: field(read_schema(column.row)) for key, column in zip(keys, columns, strict=True)},
        extra_behavior="ignore",
    )

    def to_tuple(group: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(group[key] for key in keys)

    validator = SchemaValidator(
        cs.typed_dict_schema(
            {
                "totalSize": field(cs.int_schema()),
                "records": field(cs.list_schema(cs.no_info_after_validator_function(to_tuple, row))),
                "nextRecordsUrl": field(cs.nullable_schema(cs.str_schema()), required=False),
            },
            extra_behavior="ignore",
        )
    )
    exact = any(column.row.type == "currency" for column in columns)

    def parse(response: Response) -> Page:
        page = parse_with(validator, response, exact=exact, what=what)
        return Page(page["records"], page["totalSize"], page.get("nextRecordsUrl"))

    return parse
