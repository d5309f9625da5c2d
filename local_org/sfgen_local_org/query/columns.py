"""The description of a query's columns that `?columns=true` asks for; the Salesforce CLI builds its tables from it.

Not part of a published document: the keys are those that jsforce and the Salesforce CLI read.
"""

from __future__ import annotations

from typing import Any

from sfgen.soql import ast


def column_metadata(query: ast.Query) -> list[dict[str, Any]]:
    """Return one item a column; parents and subqueries nest their columns in `joinColumns`."""
    columns: list[dict[str, Any]] = []
    unnamed = 0
    for item in query.select:
        match item:
            case ast.SelectExpression(ast.FieldPath(parts)):
                _add_path(columns, _own(parts, query))
            case ast.SelectExpression(ast.FunctionCall(name), alias):
                if alias is None:
                    alias, unnamed = f"expr{unnamed}", unnamed + 1
                columns.append(_column(alias, name, aggregate=True))
            case ast.SubQuery(inner):
                column = _column(str(inner.sources[0].path), str(inner.sources[0].path), aggregate=True)
                column["joinColumns"] = column_metadata(inner)
                columns.append(column)
            case ast.TypeOf(relationship, whens, otherwise):
                for _, paths in (*whens, ("", otherwise)):
                    for path in paths:
                        _add_path(columns, (*relationship.parts, *path.parts))
    return columns


def _own(parts: tuple[str, ...], query: ast.Query) -> tuple[str, ...]:
    """Drop a leading object name or alias."""
    source = query.sources[0]
    names = {str(source.path).lower(), (source.alias or "").lower()}
    return parts[1:] if len(parts) > 1 and parts[0].lower() in names else parts


def _add_path(columns: list[dict[str, Any]], parts: tuple[str, ...]) -> None:
    for part in parts[:-1]:
        name = part.partition(":")[0]
        joined = next((column for column in columns if column["columnName"] == name and column["joinColumns"]), None)
        if joined is None:
            joined = _column(name, name, aggregate=False)
            columns.append(joined)
        columns = joined["joinColumns"]
    if all(column["columnName"] != parts[-1] for column in columns):
        columns.append(_column(parts[-1], parts[-1], aggregate=False))


def _column(name: str, display: str, *, aggregate: bool) -> dict[str, Any]:
    return {"columnName": name, "displayName": display, "aggregate": aggregate, "joinColumns": []}
