"""A search as a value: what to find, where, and which columns of which objects to return.

Salesforce document: SOQL and SOSL Reference, "SOSL Syntax".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from ..format import escape_sosl
from ..http import CallOptions, Request, Response
from ..json_codec import unreadable
from ..json_spans import items, members

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from ..client import SalesforceClient
    from ..model.query import Query

R1 = TypeVar("R1")
R2 = TypeVar("R2")
R3 = TypeVar("R3")
R4 = TypeVar("R4")
R5 = TypeVar("R5")
T = TypeVar("T")
_OPERATORS = frozenset({"and", "or", "not"})
_BRACE = re.compile(r"(?:[^\\{}]|\\.)*", re.DOTALL)


def search_words(text: str) -> str:
    """Return a text for between the braces of ``FIND {...}``, every word of it taken as it is.

    Example:
        >>> search_words("Rock AND Roll (live)")
        'Rock "AND" Roll \\\\(live\\\\)'

    Raises:
        ValueError: the text is empty.
    """
    words = [f'"{word}"' if word.lower() in _OPERATORS else escape_sosl(word) for word in text.split()]
    if not words:
        raise ValueError("there is nothing to search for: the text is empty")
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class Find:
    """What to search for and where; `returning` completes it. Made by ``sf.find(...)``.

    Example:
        >>> sf.find("Solar").in_name().returning("Account(Name)")
        Search(...)
        >>> Find(sf, "Solar").returning("Account(Name)").sosl
        'FIND {Solar} RETURNING Account(Name)'
    """

    client: SalesforceClient
    words: str
    scope: str = ""
    most: int | None = None

    @classmethod
    def expression(cls, client: SalesforceClient, expression: str) -> Find:
        """Return a search by an expression of SOSL, with its operators and wildcards.

        Example:
            >>> Find.expression(sf, "Sol* AND Works").returning("Account(Name)").all()[0]["Name"]
            'Solar Works'
            >>> Find.expression(sf, "Sol*").returning("Account(Name)").sosl
            'FIND {Sol*} RETURNING Account(Name)'

        Raises:
            ValueError: a brace in it isn't escaped, so that it would end the expression.
        """
        if not expression.strip() or not _BRACE.fullmatch(expression):
            raise ValueError(f"{expression!r} is empty or has a brace that isn't escaped by a backslash")
        return cls(client, expression)

    def in_all(self) -> Find:
        """Search all fields; so it is if nothing is said.

        Example:
            >>> sf.find("Solar").in_all().returning("Contact(Id)").sosl
            'FIND {Solar} IN ALL FIELDS RETURNING Contact(Id)'
        """
        return replace(self, scope="ALL")

    def in_name(self) -> Find:
        """Search name fields only.

        Example:
            >>> sf.find("Solar").in_name().returning("Contact(Id)").sosl
            'FIND {Solar} IN NAME FIELDS RETURNING Contact(Id)'
        """
        return replace(self, scope="NAME")

    def in_email(self) -> Find:
        """Search email fields only.

        Example:
            >>> sf.find("Solar").in_email().returning("Contact(Id)").sosl
            'FIND {Solar} IN EMAIL FIELDS RETURNING Contact(Id)'
        """
        return replace(self, scope="EMAIL")

    def in_phone(self) -> Find:
        """Search phone fields only.

        Example:
            >>> sf.find("Solar").in_phone().returning("Contact(Id)").sosl
            'FIND {Solar} IN PHONE FIELDS RETURNING Contact(Id)'
        """
        return replace(self, scope="PHONE")

    def in_sidebar(self) -> Find:
        """Search the fields that the sidebar's search does.

        Example:
            >>> sf.find("Solar").in_sidebar().returning("Contact(Id)").sosl
            'FIND {Solar} IN SIDEBAR FIELDS RETURNING Contact(Id)'
        """
        return replace(self, scope="SIDEBAR")

    def limit(self, count: int) -> Find:
        """Return at most `count` records of all objects together; the API's own limit is 2,000.

        Example:
            >>> sf.find("Solar").limit(5).returning("Contact(Id)").sosl
            'FIND {Solar} RETURNING Contact(Id) LIMIT 5'

        Raises:
            ValueError: `count` is not from 1 to 2,000.
        """
        if not 1 <= count <= 2_000:
            raise ValueError(f"limit({count!r}): a search returns from 1 to 2,000 records")
        return replace(self, most=count)

    @overload
    def returning(self, q1: Query[Any, R1], /) -> Search[tuple[list[R1]]]: ...
    @overload
    def returning(self, q1: Query[Any, R1], q2: Query[Any, R2], /) -> Search[tuple[list[R1], list[R2]]]: ...
    @overload
    def returning(
        self, q1: Query[Any, R1], q2: Query[Any, R2], q3: Query[Any, R3], /
    ) -> Search[tuple[list[R1], list[R2], list[R3]]]: ...
    @overload
    def returning(
        self, q1: Query[Any, R1], q2: Query[Any, R2], q3: Query[Any, R3], q4: Query[Any, R4], /
    ) -> Search[tuple[list[R1], list[R2], list[R3], list[R4]]]: ...
    @overload
    def returning(
        self, q1: Query[Any, R1], q2: Query[Any, R2], q3: Query[Any, R3], q4: Query[Any, R4], q5: Query[Any, R5], /
    ) -> Search[tuple[list[R1], list[R2], list[R3], list[R4], list[R5]]]: ...
    @overload
    def returning(self, *objects: str) -> Search[list[dict[str, Any]]]: ...
    def returning(self, *parts: Any) -> Search[Any]:
        """Say what to return: typed queries, of which the search returns a list each; or text of SOSL.

        A query's conditions, order and limit hold for its object.

        Example:
            >>> contacts, accounts = acme.find("Solar").returning(
            ...     acme.Contact.select(Contact.LastName), acme.Account.select(Account.Name).limit(5)
            ... ).all()
            >>> all("Solar" in account.Name for account in accounts)
            True

        Raises:
            ValueError: two queries of one object, whose records could not be told apart, or nothing to return.
            TypeError: a query with something that a search can't do, such as groups or child records.
        """
        if not parts:
            raise ValueError("a search needs at least one object to return")
        if all(isinstance(part, str) for part in parts):
            return Search(self, ", ".join(parts), self._untyped)
        searched = [part.searched() for part in parts]
        names = [name for name, _, _ in searched]
        if len(set(names)) < len(names):
            raise ValueError("two queries of one object can't be in one search: which record is whose is unknown")
        readers = [(name, read) for name, _, read in searched]
        return Search(self, ", ".join(clause for _, clause, _ in searched), lambda response: _typed(response, readers))

    def _untyped(self, response: Response) -> list[dict[str, Any]]:
        found = self.client.json_reader.of_object(response)
        try:
            return list(found["searchRecords"])
        except (KeyError, TypeError):
            raise unreadable(response, "no search result") from None


@dataclass(frozen=True, slots=True)
class Search(Generic[T]):
    """A search that is ready to be sent by `all`. As an operation it also fits ``sf.execute``.

    Example:
        >>> search = sf.find("Solar").returning("Account(Name)")
        >>> search.sosl, search.request().url
        ('FIND {Solar} RETURNING Account(Name)', 'search/')
        >>> search.all()[0]["Name"]
        'Solar Works'
    """

    find: Find
    returned: str
    parse: Callable[[Response], T]

    @property
    def sosl(self) -> str:
        """The search as SOSL text."""
        scope = f" IN {self.find.scope} FIELDS" if self.find.scope else ""
        most = f" LIMIT {self.find.most}" if self.find.most is not None else ""
        return f"FIND {{{self.find.words}}}{scope} RETURNING {self.returned}{most}"

    def request(self) -> Request:
        """Return ``GET search/?q=...``."""
        return Request("GET", "search/", params={"q": self.sosl}, idempotent=True, resource="search")

    def all(self, **call: Unpack[CallOptions]) -> T:
        """Send the search and return what it finds.

        Raises:
            SalesforceError: the org refused it.
        """
        return self.find.client.execute(self, **call)


def _typed(response: Response, readers: Sequence[tuple[str, Callable[[Response], list[Any]]]]) -> tuple[list[Any], ...]:
    found: dict[str, list[str]] = {name: [] for name, _ in readers}
    try:
        for text in items(members(response.content.decode())["searchRecords"]):
            kind = members(members(text)["attributes"])["type"].strip('"')
            found.setdefault(kind, []).append(text)
    except (ValueError, KeyError) as error:
        raise unreadable(response, f"no search result: {error}") from None
    return tuple(
        read(replace(response, content=f"[{','.join(found[name])}]".encode(), resource=name)) for name, read in readers
    )
