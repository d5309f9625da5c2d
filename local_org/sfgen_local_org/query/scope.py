"""Names in a query: field paths to SQL expressions, and the joins that the paths need.

Salesforce document: SOQL and SOSL Reference, "Relationship Queries", "Understanding
Polymorphic Keys and Relationships".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..schema import COMPOUND_TYPES, is_text
from .errors import QueryError, invalid_field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sfgen.describe import FieldDescribe
    from sfgen.soql import ast
    from sfgen.soql.ast import Position

    from ..schema import Schema, SObject
    from ..store import SqlValue, Store

MAX_PARENTS = 5
_HINT = "Please reference your WSDL or the describe call for the appropriate names."
# What the platform offers on a parent of more than one type (its Name object), besides Id and Type.
_NAME_FIELDS = frozenset(
    {"name", "alias", "email", "firstname", "isactive", "lastname", "phone", "profileid", "title", "username"}
    | {"userroleid", "recordtypeid"}
)


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and the values of its question marks, in order."""

    text: str
    parameters: tuple[SqlValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """An object in the query, under a SQL alias; `path` holds the relationships that lead to it from the root."""

    alias: str
    sobject: SObject
    path: tuple[str, ...] = ()

    def column(self, name: str) -> str:
        """Return the SQL of a stored field."""
        return f'{self.alias}."_deleted"' if name.lower() == "isdeleted" else f'{self.alias}."{name}"'


@dataclass(frozen=True, slots=True)
class AnyParent:
    """A parent that may be of several types, seen as the platform's Name object."""

    node: Node
    lookup: FieldDescribe
    targets: tuple[SObject, ...]
    path: tuple[str, ...]

    @property
    def key(self) -> str:
        """The SQL of the lookup's id."""
        return self.node.column(self.lookup.name)


@dataclass(frozen=True, slots=True)
class Column:
    """A field that a path names: its SQL, what it is, and where. `name` is its canonical spelling."""

    sql: str
    field: FieldDescribe
    name: str
    owner: Node | AnyParent
    at: Position | None

    @property
    def path(self) -> tuple[str, ...]:
        """The canonical names from the root to the field."""
        return (*self.owner.path, self.name)


@dataclass(slots=True)
class Names:
    """Makes SQL aliases that are unique in one statement, and knows the database."""

    schema: Schema
    store: Store
    _count: int = field(default=0)

    def node(self, sobject: SObject, path: tuple[str, ...] = ()) -> Node:
        """Give the object a fresh alias; its table exists from here on."""
        self._count += 1
        self.store.ensure(sobject)
        return Node(f"t{self._count}", sobject, path)


class Scope:
    """The sources of one SELECT: its root object, the aliases of FROM, and the parents joined so far."""

    def __init__(self, names: Names, sobject: SObject, alias: str | None = None) -> None:
        self.names = names
        self.root = names.node(sobject)
        self._joined: dict[tuple[str, ...], Node] = {}
        self._joins: list[str] = []
        self._aliases: dict[str, tuple[str, ...]] = {} if alias is None else {alias.lower(): ()}

    def from_clause(self) -> str:
        """Return the tables and joins, once every path is resolved."""
        return " ".join((f"{self.root.sobject.table} {self.root.alias}", *self._joins))

    def add_alias(self, source: ast.Source) -> None:
        """Take `c.Account a` of `FROM Contact c, c.Account a`."""
        parts = self._without_source(source.path.parts)
        if source.alias is None or parts == source.path.parts:
            raise QueryError("INVALID_TYPE", f"sObject type '{source.path}' is not supported.", source.path.at)
        self.parent(parts, source.path.at)
        self._aliases[source.alias.lower()] = tuple(parts)

    def column(self, path: ast.FieldPath) -> Column:
        """Resolve a field path; joins the parents on the way.

        Raises:
            QueryError: INVALID_FIELD, with the place.
        """
        *parents, name = self._without_source(path.parts)
        owner = self.parent(parents, path.at)
        if isinstance(owner, AnyParent):
            return self._name_column(owner, name, path.at)
        found = owner.sobject.field(name)
        if found is None:
            message = (
                f"No such column '{name}' on entity '{owner.sobject.name}'. If you are attempting to use a custom "
            )
            message += f"field, be sure to append the '__c' after the custom field name. {_HINT}"
            raise invalid_field(message, path.at)
        return Column(owner.column(found.name), found, found.name, owner, path.at)

    def parent(self, parts: Sequence[str], at: Position | None) -> Node | AnyParent:
        """Resolve relationship names from the root; joins what they lead to."""
        if len(parts) > MAX_PARENTS:
            raise invalid_field(f"SOQL relationship path exceeds the maximum of {MAX_PARENTS} parents", at)
        node: Node | AnyParent = self.root
        for part in parts:
            if isinstance(node, AnyParent):
                node = self._user_of(node, part, at)
            node = self._step(node, part, at)
        return node

    def target(self, owner: AnyParent, sobject: SObject) -> Node:
        """Join one of the types of a polymorphic parent, for TYPEOF and for `Owner:User`."""
        path = (*owner.path[:-1], f"{owner.path[-1]}:{sobject.name}")
        return self._join(owner.node, owner.lookup, sobject, path)

    def _user_of(self, owner: AnyParent, part: str, at: Position | None) -> Node:
        """Join the user behind `Owner.Profile.Name`: what leads on from a parent of several types is a user's."""
        users = [target for target in owner.targets if target.name == "User"]
        if not users or part.lower() not in ("profile", "userrole"):
            raise _not_understood(part, at)
        return self.target(owner, users[0])

    def _step(self, node: Node, part: str, at: Position | None) -> Node | AnyParent:
        name, _, wanted = part.partition(":")
        lookup = node.sobject.parents.get(name.lower())
        if lookup is None or lookup.relationship_name is None:
            raise _not_understood(name, at)
        path = (*node.path, lookup.relationship_name)
        schema = self.names.schema
        targets = tuple(target for each in lookup.reference_to if (target := schema.get(each)) is not None)
        if not targets:
            raise _not_understood(name, at)
        if wanted:
            chosen = next((target for target in targets if target.name.lower() == wanted.lower()), None)
            if chosen is None:
                raise _not_understood(part, at)
            return self.target(AnyParent(node, lookup, targets, path), chosen)
        if len(lookup.reference_to) > 1:
            return AnyParent(node, lookup, targets, path)
        return self._join(node, lookup, targets[0], path)

    def _join(self, node: Node, lookup: FieldDescribe, target: SObject, path: tuple[str, ...]) -> Node:
        key = tuple(part.lower() for part in path)
        if key not in self._joined:
            joined = self.names.node(target, path)
            on = f'{joined.alias}."Id" = {node.column(lookup.name)}'
            self._joins.append(f"LEFT JOIN {target.table} {joined.alias} ON {on}")
            self._joined[key] = joined
        return self._joined[key]

    def _without_source(self, parts: Sequence[str]) -> tuple[str, ...]:
        """Drop a leading alias or object name: `c.Name FROM Contact c`, `Contact.Name FROM Contact`."""
        first, rest = parts[0].lower(), tuple(parts[1:])
        if rest and first in self._aliases:
            return (*self._aliases[first], *rest)
        is_own_name = first == self.root.sobject.name.lower() and first not in self.root.sobject.parents
        return rest if rest and is_own_name else tuple(parts)

    def _name_column(self, owner: AnyParent, name: str, at: Position | None) -> Column:
        lowered = name.lower()
        if lowered == "id":
            return Column(owner.key, owner.lookup, "Id", owner, at)
        found = dict(self._of_each_target(owner, lowered))
        if not found:
            raise invalid_field(f"No such column '{name}' on entity 'Name'. {_HINT}", at)
        whens = "".join(f" WHEN '{prefix}' THEN {sql}" for prefix, (sql, _) in found.items())
        described = next(iter(found.values()))[1]
        # An expression has no collation of its own.
        collation = " COLLATE SOQL" if is_text(described) else ""
        canonical = {"name": "Name", "type": "Type"}.get(lowered, described.name)
        sql = f"(CASE substr({owner.key}, 1, 3){whens} END{collation})"
        return Column(sql, described, canonical, owner, at)

    def _of_each_target(self, owner: AnyParent, name: str) -> Iterator[tuple[str, tuple[str, FieldDescribe]]]:
        """Yield key prefix, SQL and field for each type that has the field."""
        for target in owner.targets:
            found = target.name_field if name == "name" else target.field(name) if name in _NAME_FIELDS else None
            if name == "type" and target.name_field is not None:
                yield target.key_prefix, (f"'{target.name}'", target.name_field)
            elif found is not None and found.type not in COMPOUND_TYPES:
                self.names.store.ensure(target)
                sql = f'(SELECT "{found.name}" FROM {target.table} WHERE "Id" = {owner.key})'
                yield target.key_prefix, (sql, found)


def _not_understood(name: str, at: Position | None) -> QueryError:
    message = (
        f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, "
    )
    message += f"be sure to append the '__r' after the custom relationship name. {_HINT}"
    return invalid_field(message, at)
