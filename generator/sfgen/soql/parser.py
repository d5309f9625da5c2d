"""Reading SOQL: text to `ast.Query`, or an error that says where.

Salesforce document: SOQL and SOSL Reference.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args

from . import ast
from .literals import (
    COUNTED_DATES,
    RELATIVE_DATES,
    InvalidLiteralError,
    read_date,
    read_datetime,
    read_number,
    read_string,
    read_time,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LENGTH = 100_000  # characters, the platform's own limit for a SOQL statement
MAX_NESTING = 60  # parentheses; real queries have a handful, and every reader of the tree recurses

_BIND = "Bind variables only allowed in Apex code"
_PARENTHESIS = re.compile(r"'(?:[^'\\]|\\.)*'|[()]", re.DOTALL)
_TOKEN = re.compile(r"\w+|'(?:[^'\\]|\\.)*'|\S", re.DOTALL)
_CONSTANTS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "NULL": None}
_T = TypeVar("_T")


class SoqlSyntaxError(ValueError):
    """The text is not SOQL. `message` says what is wrong, `position` where, `token` with what."""

    def __init__(self, message: str, position: ast.Position, token: str) -> None:
        super().__init__(f"{message} (line {position.line}, column {position.column})")
        self.message = message
        self.position = position
        self.token = token


def parse(text: str) -> ast.Query:
    """Read one SOQL query.

    Raises:
        SoqlSyntaxError: the text is not SOQL; nothing else.
    """
    if len(text) > MAX_LENGTH:
        raise SoqlSyntaxError(f"SOQL statements cannot be longer than {MAX_LENGTH} characters.", ast.Position(), "")
    _refuse_deep_nesting(text)
    try:
        query: ast.Query = _parser().parse(text)  # type: ignore[assignment]
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        raise _unexpected(text, len(text) if ended else error.pos_in_stream or 0) from None
    return query


def position_of(text: str, offset: int) -> ast.Position:
    """Return the line and column of an offset."""
    before = text[:offset]
    return ast.Position(offset, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


def _refuse_deep_nesting(text: str) -> None:
    depth = 0
    for match in _PARENTHESIS.finditer(text):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth > MAX_NESTING:
            message = f"more than {MAX_NESTING} nested parentheses"
            raise SoqlSyntaxError(message, position_of(text, match.start()), "(")


def _unexpected(text: str, offset: int) -> SoqlSyntaxError:
    match = _TOKEN.search(text, offset)
    if match is None:
        return SoqlSyntaxError("unexpected token: '<EOF>'", position_of(text, len(text.rstrip())), "<EOF>")
    position = position_of(text, match.start())
    if match[0] == ":":
        return SoqlSyntaxError(_BIND, position, match[0])
    if match[0] == "'":
        return SoqlSyntaxError("string literal is not closed", position, match[0])
    return SoqlSyntaxError(f"unexpected token: '{match[0]}'", position, match[0])


def _at(token: Token) -> ast.Position:
    return ast.Position(token.start_pos or 0, token.line or 1, token.column or 1)


def _read(token: Token, read: Callable[[str], _T]) -> _T:
    try:
        return read(str(token))
    except InvalidLiteralError as error:
        raise SoqlSyntaxError(str(error), _at(token), str(token)) from None


def _path(token: Token) -> ast.FieldPath:
    return ast.FieldPath(tuple(part.strip() for part in str(token).split(".")), _at(token))


@v_args(inline=True)
class _Build(Transformer[Token, Any]):
    """Makes the nodes while the parser runs. A method is a grammar rule or terminal of the same name."""

    def STRING(self, token: Token) -> ast.StringLiteral:
        return ast.StringLiteral(_read(token, read_string), _at(token))

    def NUMBER(self, token: Token) -> ast.NumberLiteral:
        return ast.NumberLiteral(read_number(str(token)), _at(token))

    def CURRENCY(self, token: Token) -> ast.CurrencyLiteral:
        return ast.CurrencyLiteral(str(token[:3]).upper(), read_number(str(token[3:])), _at(token))

    def DATE(self, token: Token) -> ast.DateLiteral:
        return ast.DateLiteral(_read(token, read_date), _at(token))

    def DATETIME(self, token: Token) -> ast.DateTimeLiteral:
        return ast.DateTimeLiteral(_read(token, read_datetime), _at(token))

    def TIME(self, token: Token) -> ast.TimeLiteral:
        return ast.TimeLiteral(_read(token, read_time), _at(token))

    def VALUE_WORD(self, token: Token) -> ast.Constant | ast.RelativeDate:
        word, _, count = str(token).upper().partition(":")
        if word in _CONSTANTS and not count:
            return ast.Constant(_CONSTANTS[word], _at(token))
        if (word in COUNTED_DATES and count) if ":" in token else (word in RELATIVE_DATES):
            if len(count) > 9:
                raise SoqlSyntaxError(f"invalid date literal: {token}", _at(token), str(token))
            return ast.RelativeDate(word, int(count) if count else None, _at(token))
        # The platform takes a bare word for a variable of Apex.
        raise SoqlSyntaxError(_BIND, _at(token), str(token))

    def INT(self, token: Token) -> int:
        if len(token) > 10:
            raise SoqlSyntaxError(f"number out of range: {token[:20]}", _at(token), str(token))
        return int(token)

    def PATH(self, token: Token) -> ast.FieldPath:
        return _path(token)

    def path(self, path: ast.FieldPath) -> ast.FieldPath:
        return path

    def call(self, name: Token, *arguments: ast.Expression | ast.Literal) -> ast.FunctionCall:
        return ast.FunctionCall(str(name), arguments, _at(name))

    def select_items(self, *items: ast.SelectItem) -> tuple[ast.SelectItem, ...]:
        return items

    def select_expression(self, expression: ast.Expression, alias: Token | None) -> ast.SelectExpression:
        return ast.SelectExpression(expression, alias and str(alias))

    def subquery(self, query: ast.Query) -> ast.SubQuery:
        return ast.SubQuery(query)

    def type_of(self, _typeof: Token, path: ast.FieldPath, *rest: Any) -> ast.TypeOf:
        *whens, otherwise, _end = rest
        return ast.TypeOf(path, tuple(whens), otherwise)

    def when(self, _when: Token, target: ast.FieldPath, _then: Token, paths: tuple[ast.FieldPath, ...]) -> Any:
        return str(target), paths

    def otherwise(self, _else: Token | None, paths: tuple[ast.FieldPath, ...] | None) -> tuple[ast.FieldPath, ...]:
        return paths or ()

    def paths(self, *paths: ast.FieldPath) -> tuple[ast.FieldPath, ...]:
        return paths

    def sources(self, *sources: ast.Source) -> tuple[ast.Source, ...]:
        return sources

    def source(self, path: ast.FieldPath, *alias: Token | None) -> ast.Source:
        return ast.Source(path, str(alias[-1]) if alias and alias[-1] else None)

    def scope(self, _using: Token | None, _scope: Token | None, name: Token | None) -> str | None:
        return name and str(name)

    def where(self, *keyword_and_condition: Any) -> ast.Condition | None:
        return keyword_and_condition[-1]  # type: ignore[no-any-return]

    having = where

    def all_of(self, *items: Any) -> ast.And:
        return ast.And(items[::2])

    def any_of(self, *items: Any) -> ast.Or:
        return ast.Or(items[::2])

    def negation(self, _not: Token, item: ast.Condition) -> ast.Not:
        return ast.Not(item)

    def comparison(self, left: ast.Expression, operator: Token, value: ast.Literal) -> ast.Comparison:
        return ast.Comparison(left, "!=" if operator == "<>" else operator.upper(), value)

    def values(self, *values: ast.Literal) -> tuple[ast.Literal, ...]:
        return values

    def in_values(self, left: ast.Expression, *rest: Any) -> ast.InValues:
        return ast.InValues(left, rest[-1], len(rest) == 3)

    def in_query(self, left: ast.Expression, *rest: Any) -> ast.InQuery:
        return ast.InQuery(left, rest[-1], len(rest) == 3)

    def includes(self, left: ast.Expression, operator: Token, values: tuple[ast.Literal, ...]) -> ast.Includes:
        return ast.Includes(left, values, operator.upper() == "EXCLUDES")

    def withs(self, *clauses: ast.With) -> tuple[ast.With, ...]:
        return clauses

    def with_clause(self, _with: Token, first: Token, *rest: Any) -> ast.With:
        if first.type == "WITH_MODE":
            return ast.With(first.upper())
        return ast.With(categories=tuple(item for item in rest if isinstance(item, ast.DataCategory)))

    def data_category(self, group: Token, operator: Token, *categories: Token) -> ast.DataCategory:
        return ast.DataCategory(str(group), operator.upper(), tuple(str(category) for category in categories))

    def group_by(self, keyword: Token | None, *items: Any) -> ast.GroupBy | None:
        if keyword is None:
            return None
        if isinstance(items[0], Token):
            return ast.GroupBy(items[1:], items[0].upper())
        return ast.GroupBy(items)

    def order_by(self, _keyword: Token | None, *keys: ast.OrderBy | None) -> tuple[ast.OrderBy, ...]:
        return tuple(key for key in keys if key is not None)

    def order_key(self, expression: ast.Expression, *words: Token) -> ast.OrderBy:
        kinds = {word.type for word in words}
        nulls = "FIRST" if "NULLS_FIRST" in kinds else "LAST" if "NULLS_LAST" in kinds else None
        return ast.OrderBy(expression, "DESC" in kinds, nulls)

    def limit(self, _keyword: Token | None, count: int | None) -> int | None:
        return count

    offset = limit

    def tails(self, *tails: list[Token]) -> list[list[Token]]:
        return list(tails)

    def tail(self, *words: Token) -> list[Token]:
        return list(words)

    def query(
        self,
        select: Token,
        items: tuple[ast.SelectItem, ...],
        sources: tuple[ast.Source, ...],
        scope: str | None,
        where: ast.Condition | None,
        withs: tuple[ast.With, ...],
        group_by: ast.GroupBy | None,
        having: ast.Condition | None,
        order_by: tuple[ast.OrderBy, ...],
        limit: int | None,
        offset: int | None,
        tails: list[list[Token]],
    ) -> ast.Query:
        words = [word for tail in tails for word in tail]
        return ast.Query(
            select=items,
            sources=sources,
            scope=scope,
            where=where,
            with_=withs,
            group_by=group_by,
            having=having,
            order_by=order_by,
            limit=limit,
            offset=offset,
            locks=tuple(word.upper() for word in words if word.type == "LOCK"),
            tracking=tuple(word.upper() for word in words if word.type == "TRACKING"),
            all_rows=any(word.type == "ALL_ROWS" for word in words),
            at=_at(select),
        )

    def start(self, query: ast.Query) -> ast.Query:
        return query


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_Build(), maybe_placeholders=True)
