"""SQLite under the org: one table an object, made when first used, and the functions that SOQL has and SQL lacks.

Table and column names are checked API names (see `schema`); every value is a bound parameter.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
import threading
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .schema import SObject

SqlValue = str | int | float | None
Row = tuple[Any, ...]

# Each record has these, and few queries look for them: their indexes are made when one does.
_SELDOM_LOOKED_UP = frozenset({"CreatedById", "LastModifiedById", "OwnerId"})
# Values that every build of SQLite takes in one statement.
_MOST_PARAMETERS = 999
_EARTH_RADIUS = {"km": 6371.0, "mi": 3958.8}


class Store:
    """The rows of every object. Calls from several threads queue up on one lock."""

    def __init__(self, database: str) -> None:
        self.lock = threading.RLock()
        self._connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._made: set[str] = set()
        self._indexed: set[str] = set()
        self._depth = 0
        self._connection.create_collation("SOQL", _collate)
        functions = (("soql_like", 2, _like), ("soql_includes", 2, _includes), ("soql_distance", 5, _distance))
        for name, arguments, function in functions:
            self._connection.create_function(name, arguments, function, deterministic=True)
        # A crash of a development tool may cost its last second; waiting for the disk at each write costs every test.
        self._connection.execute("PRAGMA synchronous = OFF")
        if database != ":memory:":
            self._connection.execute("PRAGMA journal_mode = WAL")

    def close(self) -> None:
        """Give the database back."""
        with self.lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Undo what the block wrote if it raises. Nests."""
        with self.lock:
            name = f"level_{self._depth}"
            self._depth += 1
            made, indexed = frozenset(self._made), frozenset(self._indexed)
            self._connection.execute(f"SAVEPOINT {name}")
            try:
                yield
            except BaseException:
                self._connection.execute(f"ROLLBACK TO {name}")
                self._connection.execute(f"RELEASE {name}")
                self._made &= made  # tables that the block made are gone too
                self._indexed &= indexed
                raise
            else:
                self._connection.execute(f"RELEASE {name}")
            finally:
                self._depth -= 1

    def ensure(self, sobject: SObject) -> str:
        """Return the object's table; make it, or add the columns of fields that are new since the file was written."""
        # The lock even for a look: what another thread's transaction made may be taken back.
        with self.lock:
            if sobject.name not in self._made:
                self._make(sobject)
        return sobject.table

    def _make(self, sobject: SObject) -> None:
        columns = {field.name: sobject.column_type(field) for field in sobject.stored}
        body = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        execute = self._connection.execute
        execute(
            f'CREATE TABLE IF NOT EXISTS {sobject.table} ("Id" TEXT PRIMARY KEY, '
            f'"_deleted" INTEGER NOT NULL DEFAULT 0, "_modified" TEXT{", " + body if body else ""})'
        )
        present = {row[1] for row in execute(f"PRAGMA table_info({sobject.table})")}
        for name in columns.keys() - present:
            execute(f'ALTER TABLE {sobject.table} ADD COLUMN "{name}" {columns[name]}')
        self._made.add(sobject.name)
        for field in sobject.stored:
            # A field like Contact.Email, by which records may be looked up but seldom are, gets its index when one is.
            looked_up = field.unique or field.external_id
            if looked_up or (field.type == "reference" and field.name not in _SELDOM_LOOKED_UP):
                self.index(sobject, field.name)

    def index(self, sobject: SObject, column: str) -> None:
        """Make looking up a column's values fast, null excepted. Collating text costs time at each insert."""
        name = f'"i_{sobject.name}_{column}"'
        with self.lock:
            if name in self._indexed:
                return
            table = self.ensure(sobject)
            sql = f'CREATE INDEX IF NOT EXISTS {name} ON {table} ("{column}") WHERE "{column}" IS NOT NULL'
            self._connection.execute(sql)
            self._indexed.add(name)

    def fetch(self, sql: str, parameters: Sequence[SqlValue] = ()) -> list[Row]:
        """Run a SELECT."""
        with self.lock:
            return self._connection.execute(sql, parameters).fetchall()

    def stream(self, sql: str, parameters: Sequence[SqlValue], size: int) -> Iterator[list[Row]]:
        """Run a SELECT and yield its rows, up to `size` at a time; others may read and write in between."""
        with self.lock:
            cursor = self._connection.execute(sql, parameters)
        while True:
            with self.lock:
                rows = cursor.fetchmany(size)
            if not rows:
                return
            yield rows

    def insert(self, sobject: SObject, values: Mapping[str, SqlValue]) -> None:
        """Add one row."""
        self.insert_many(sobject, tuple(values), [tuple(values.values())])

    def insert_many(
        self,
        sobject: SObject,
        columns: Sequence[str],
        rows: Iterable[Sequence[SqlValue]],
        constant: Mapping[str, SqlValue] = MappingProxyType({}),
    ) -> None:
        """Add rows, which all have the `constant` columns too; one that has the id of another takes its place."""
        with self.lock:
            table = self.ensure(sobject)
            remaining = iter(rows)
            # Many rows a statement, with what they have in common bound once: a third of the time of a statement a row.
            while batch := list(islice(remaining, max(1, (_MOST_PARAMETERS - len(constant)) // len(columns)))):
                sql = _insertion(table, (*columns, *constant), len(columns), len(batch))
                self._connection.execute(sql, [*constant.values(), *chain.from_iterable(batch)])

    def update(self, sobject: SObject, record_id: str, values: Mapping[str, SqlValue]) -> None:
        """Change some columns of one row."""
        with self.lock:
            table = self.ensure(sobject)
            changes = ", ".join(f'"{name}" = ?' for name in values)
            self._connection.execute(f'UPDATE {table} SET {changes} WHERE "Id" = ?', (*values.values(), record_id))

    def purge(self, sobject: SObject, record_id: str) -> None:
        """Remove a row for good."""
        with self.lock:
            self._connection.execute(f'DELETE FROM {self.ensure(sobject)} WHERE "Id" = ?', (record_id,))

    def row(self, sobject: SObject, record_id: str) -> dict[str, SqlValue] | None:
        """Return one row by id, deleted or not, with its hidden columns."""
        with self.lock:
            cursor = self._connection.execute(f'SELECT * FROM {self.ensure(sobject)} WHERE "Id" = ?', (record_id,))
            row = cursor.fetchone()
            if row is None:
                return None
            return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}

    def find(self, sobject: SObject, column: str, value: SqlValue, *, limit: int = 200) -> list[str]:
        """Return the ids of live records with this value."""
        table = self.ensure(sobject)
        self.index(sobject, column)
        sql = f'SELECT "Id" FROM {table} WHERE "{column}" = ? AND "_deleted" = 0 ORDER BY rowid LIMIT ?'
        return [row[0] for row in self.fetch(sql, (value, limit))]

    def taken(self, sobject: SObject, column: str, values: Sequence[SqlValue]) -> list[Any]:
        """Return those of the values that live records have, as the records have them."""
        table = self.ensure(sobject)
        self.index(sobject, column)
        wanted = f'"{column}" IN (SELECT value FROM json_each(?))'
        sql = f'SELECT "{column}" FROM {table} WHERE {wanted} AND "_deleted" = 0'
        return [row[0] for row in self.fetch(sql, (json.dumps(values),))]


def _collate(left: str, right: str) -> int:
    if left == right:
        return 0
    left, right = left.casefold(), right.casefold()
    return (left > right) - (left < right)


@lru_cache(maxsize=256)
def _pattern(like: str) -> re.Pattern[str]:
    r"""Turn a LIKE pattern, with `\` as its escape, into a regular expression that runs in linear time.

    What stands between two `%` is taken where it is first found and never tried again (an atomic group); only the
    last part must reach the end.
    """
    segments = [""]
    characters = iter(like)
    for character in characters:
        if character == "%":
            segments.append("")
        elif character == "_":
            segments[-1] += "."
        else:
            segments[-1] += re.escape(next(characters, "\\") if character == "\\" else character)
    first, *others = segments
    last = f".*{others.pop()}" if others else ""
    middle = "".join(f"(?>.*?{segment})" for segment in others if segment)
    return re.compile(first + middle + last, re.IGNORECASE | re.DOTALL)


def _like(value: object, pattern: str) -> bool | None:
    return None if value is None else _pattern(pattern).fullmatch(str(value)) is not None


def _includes(value: str | None, wanted: str) -> bool | None:
    """Whether a multi-select picklist has all of the values that `wanted` joins by semicolons."""
    if value is None:
        return None
    return {item.casefold() for item in wanted.split(";")} <= {item.casefold() for item in value.split(";")}


def _distance(
    latitude: float | None, longitude: float | None, to_latitude: float, to_longitude: float, unit: str
) -> float | None:
    """Return the great-circle distance in miles or kilometres."""
    if latitude is None or longitude is None:
        return None
    a, b = math.radians(latitude), math.radians(to_latitude)
    east = math.radians(to_longitude - longitude) / 2
    haversine = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east) ** 2
    return 2 * _EARTH_RADIUS[unit] * math.asin(min(1.0, math.sqrt(haversine)))


@lru_cache(maxsize=64)
def _insertion(table: str, columns: tuple[str, ...], own: int, rows: int) -> str:
    """Return the INSERT of so many rows; the columns after the first `own` have one value, and the first parameters."""
    common = len(columns) - own
    same = [f"?{number}" for number in range(1, common + 1)]
    values = (
        ", ".join([*(f"?{common + row * own + place}" for place in range(1, own + 1)), *same]) for row in range(rows)
    )
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT OR REPLACE INTO {table} ({names}) VALUES {', '.join(f'({row})' for row in values)}"
