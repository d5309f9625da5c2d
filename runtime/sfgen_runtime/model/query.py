"""Queries: typed SELECTs of one object, sent when they are iterated, page by page.

A query is a value: each method returns a new one, and nothing is sent before records are asked for.
Salesforce document: SOQL and SOSL Reference, "SOQL SELECT Syntax"; REST API Developer Guide, "Query".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

from ..http import Response
from ..operations import QueryPage
from .clauses import Clauses, check_conditions, same_object, whole_number, with_children
from .conditions import Condition, HavingCondition, Ordering
from .errors import MoreThanOneRecord, NoRecord
from .expressions import AnyExpr, Column, Expr, Groupable, Sortable
from .grouped import group_parser, is_grouped, selected
from .reading import ChildRecords, Page, Selection, count_of, list_parser, page_parser
from .registry import table_of
from .selecting import attribute_path, select_columns

if TYPE_CHECKING:
    from ..bulk.query import BulkQuery
    from ..client import SalesforceClient
    from .sobject import SObject
    from .table import ChildRow

M = TypeVar("M", bound="SObject")
S = TypeVar("S", bound="SObject")
T_co = TypeVar("T_co", covariant=True)


class Query(Generic[M, T_co]):
    """A query of `M` whose results are `T_co`: records of `M`, or tuples of values.

    Iterating sends it and yields results, fetching page after page as they are needed.

    Example:
        >>> query = sf.Contact.select(Contact.LastName, Contact.Account.Name).where(Contact.Email.is_not_null())
        >>> query.soql
        'SELECT LastName, Account.Name FROM Contact WHERE Email != null'
    """

    __slots__ = (
        "_all_rows",
        "_batch_size",
        "_children",
        "_clauses",
        "_client",
        "_columns",
        "_model",
        "_scope",
        "_tuples",
    )

    def __init__(
        self, client: SalesforceClient, model: type[M], columns: tuple[AnyExpr, ...], *, tuples: bool = False
    ) -> None:
        if not columns:
            raise TypeError(f"a query of {model.__name__} needs at least one column")
        for column in columns:
            if not isinstance(column, Expr):
                raise TypeError(f"{column!r} is not a column: select fields, such as {model.__name__}.Id")
            same_object(model, column.root, repr(column))
        if not tuples and is_grouped(columns):
            raise TypeError("aggregates make groups and not records: use values() in place of select()")
        self._client, self._model, self._columns, self._tuples = client, model, columns, tuples
        self._clauses, self._children = Clauses(), cast("tuple[ChildQuery[Any, Any], ...]", ())
        self._all_rows, self._batch_size, self._scope = False, cast("int | None", None), ""

    def _with(self, **changes: Any) -> Query[M, Any]:
        query: Query[M, Any] = object.__new__(Query)
        for name in Query.__slots__:
            setattr(query, name, changes.get(name, getattr(self, name)))
        return query

    # ---- building ----------------------------------------------------------------------------------------------------

    def where(self, *conditions: Condition[M]) -> Query[M, T_co]:
        """Keep the records that fit all `conditions`, and those of earlier calls.

        Example:
            >>> sf.Contact.select(Contact.Id).where(Contact.LastName == "Smith", Contact.Email.is_not_null()).soql
            "SELECT Id FROM Contact WHERE LastName = 'Smith' AND Email != null"
        """
        return self._with(_clauses=self._clauses.where(self._model, conditions))

    def order_by(self, *orderings: Sortable[M, Any] | Ordering[M]) -> Query[M, T_co]:
        """Sort by columns, or by `asc()` and `desc()` of them, after those of earlier calls.

        Example:
            >>> sf.Contact.select(Contact.Id).order_by(Contact.LastName, Contact.CreatedDate.desc()).soql
            'SELECT Id FROM Contact ORDER BY LastName, CreatedDate DESC'
        """
        return self._with(_clauses=self._clauses.order_by(self._model, orderings))

    def limit(self, count: int) -> Query[M, T_co]:
        """Return at most `count` results.

        Example:
            >>> len(sf.Contact.select(Contact.Id).limit(1).all())
            1
        """
        return self._with(_clauses=replace(self._clauses, limit=whole_number("limit", count)))

    def offset(self, count: int) -> Query[M, T_co]:
        """Leave out the first `count` results; the org allows at most 2,000.

        Example:
            >>> sf.Contact.select(Contact.Id).limit(1).offset(2).soql
            'SELECT Id FROM Contact LIMIT 1 OFFSET 2'
        """
        return self._with(_clauses=replace(self._clauses, offset=whole_number("offset", count)))

    def include(self: Query[M, SObject], *children: ChildQuery[M, Any]) -> Query[M, T_co]:
        """Fetch child records with each record: ``.include(Account.Contacts.select(Contact.LastName))``.

        Example:
            >>> query = sf.Account.select(Account.Name).include(Account.Contacts.select(Contact.LastName))
            >>> query.soql
            'SELECT Name, (SELECT LastName FROM Contacts) FROM Account'
        """
        if self._tuples:
            raise TypeError("values() makes tuples, which have no children: use select() with include()")
        return self._with(_children=with_children(self._model, self._children, children))

    def group_by(self: Query[M, tuple[Any, ...]], *columns: Groupable[M, Any]) -> Query[M, T_co]:
        """Make a group of the records that are alike in `columns`; `values` says what of each group.

        Example:
            >>> sf.Contact.values(Contact.LastName).group_by(Contact.LastName).soql
            'SELECT LastName FROM Contact GROUP BY LastName'
        """
        if not self._tuples:
            raise TypeError("group_by() makes groups and not records: use values() in place of select()")
        for column in columns:
            if not isinstance(column, Groupable):
                raise TypeError(f"group_by({column!r}): the org can't group by it")
            same_object(self._model, column.root, repr(column))
        groups = (*self._clauses.groups, *(column.soql for column in columns))
        return self._with(_clauses=replace(self._clauses, groups=groups))

    def having(self: Query[M, tuple[Any, ...]], *conditions: HavingCondition[M]) -> Query[M, T_co]:
        """Keep the groups that fit all `conditions` on aggregates.

        Example:
            >>> sf.Contact.values(Contact.LastName).group_by(Contact.LastName).having(Contact.Id.count() > 1).soql
            'SELECT LastName FROM Contact GROUP BY LastName HAVING COUNT(Id) > 1'
        """
        check_conditions("having", self._model, conditions)
        return self._with(_clauses=replace(self._clauses, having=(*self._clauses.having, *conditions)))

    def all_rows(self) -> Query[M, T_co]:
        """Also find records in the recycle bin and archived ones (the API's queryAll).

        Example:
            >>> sf.Contact.select(Contact.Id).where(Contact.IsDeleted == True).all_rows().count() >= 0
            True
        """
        return self._with(_all_rows=True)

    def using_scope(self, scope: Literal["mine", "team", "delegated", "everything"]) -> Query[M, T_co]:
        """Query only records of a scope, such as the user's own.

        Example:
            >>> sf.Contact.select(Contact.Id).using_scope("mine").soql
            'SELECT Id FROM Contact USING SCOPE mine'
        """
        return self._with(_scope=scope)

    def with_security_enforced(self) -> Query[M, T_co]:
        """Fail if the user may not see a field or object that the query names.

        Example:
            >>> sf.Contact.select(Contact.Id).with_security_enforced().soql
            'SELECT Id FROM Contact WITH SECURITY_ENFORCED'
        """
        return self._with(_clauses=replace(self._clauses, security="SECURITY_ENFORCED"))

    def with_user_mode(self) -> Query[M, T_co]:
        """Query with the permissions and sharing of the user.

        Example:
            >>> sf.Contact.select(Contact.Id).with_user_mode().soql
            'SELECT Id FROM Contact WITH USER_MODE'
        """
        return self._with(_clauses=replace(self._clauses, security="USER_MODE"))

    def for_update(self) -> Query[M, T_co]:
        """Lock the records that are found.

        Example:
            >>> sf.Contact.select(Contact.Id).for_update().soql
            'SELECT Id FROM Contact FOR UPDATE'
        """
        return self._with(_clauses=replace(self._clauses, view="UPDATE"))

    def for_view(self) -> Query[M, T_co]:
        """Note that the user has viewed the records.

        Example:
            >>> sf.Contact.select(Contact.Id).for_view().soql
            'SELECT Id FROM Contact FOR VIEW'
        """
        return self._with(_clauses=replace(self._clauses, view="VIEW"))

    def for_reference(self) -> Query[M, T_co]:
        """Note that the user has seen references to the records.

        Example:
            >>> sf.Contact.select(Contact.Id).for_reference().soql
            'SELECT Id FROM Contact FOR REFERENCE'
        """
        return self._with(_clauses=replace(self._clauses, view="REFERENCE"))

    def batch_size(self, count: int) -> Query[M, T_co]:
        """Ask for pages of `count` records, 200 to 2,000; the org may choose fewer.

        Example:
            >>> next(sf.Contact.select(Contact.Id).batch_size(200).pages()) != []
            True
        """
        return self._with(_batch_size=whole_number("batch_size", count))

    # ---- reading -----------------------------------------------------------------------------------------------------

    @property
    def soql(self) -> str:
        """The query as SOQL text."""
        own = [text for text, _ in selected(self._columns)] if self._grouped else [c.soql for c in self._columns]
        listed = ", ".join([*own, *(f"({child.soql})" for child in self._children)])
        return f"SELECT {listed} FROM {self._from}{self._clauses.soql()}"

    @property
    def _from(self) -> str:
        name = table_of(self._model).name
        return f"{name} USING SCOPE {self._scope}" if self._scope else name

    @property
    def _grouped(self) -> bool:
        return bool(self._clauses.groups) or is_grouped(self._columns)

    def __repr__(self) -> str:
        return f"<query {self.soql}>"

    def __iter__(self) -> Iterator[T_co]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[T_co]]:
        """Yield the results page by page, each fetched when it is asked for.

        Example:
            >>> len(next(sf.Contact.select(Contact.Id).limit(1).pages()))
            1
        """
        first, results = self.paged()
        for page in self._client.pages(first):
            yield results(page)

    def paged(self) -> tuple[QueryPage[Page], Callable[[Page], list[T_co]]]:
        """Return the operation of the first page, and what makes the results of a page: to send it in a batch.

        Example:
            >>> first, results = sf.Contact.select(Contact.LastName).where(Contact.Id == contact.id).paged()
            >>> results(sf.execute(first))[0].LastName
            'Smith'
        """
        if self._clauses.having and not self._clauses.groups:
            raise TypeError("having() chooses groups: say with group_by() which")
        if self._grouped:
            self._check_groups()
            groups = group_parser(self._columns, f"a query of {table_of(self._model).name}")
            return self._operation(groups), lambda page: page.records
        selection = select_columns(self._model, self._columns, tuple(child.selection for child in self._children))
        if not self._tuples:
            return self._operation(page_parser(selection)), partial(self._completed, selection)
        to_tuple = values_of([attribute_path(self._model, column.path) for column in self._columns])
        return (
            self._operation(page_parser(selection)),
            lambda page: [to_tuple(record) for record in self._completed(selection, page)],
        )

    def _check_groups(self) -> None:
        for column in self._columns:
            if not column.aggregated and column.soql not in self._clauses.groups:
                raise TypeError(f"{column.soql} differs within a group: add it to group_by(), or aggregate it")
        self._clauses.check_groups()

    def searched(self) -> tuple[str, str, Callable[[Response], list[T_co]]]:
        """Return the object's name, this query as a part of a search's RETURNING, and what reads its records.

        Example:
            >>> sf.Contact.select(Contact.LastName).limit(3).searched()[:2]
            ('Contact', 'Contact(LastName LIMIT 3)')

        Raises:
            TypeError: the query has something that a search can't do.
        """
        clauses = self._clauses
        if self._grouped or self._children or self._scope or self._all_rows or clauses.security or clauses.view:
            raise TypeError("a search returns columns by where(), order_by(), limit() and offset(), and nothing else")
        name = table_of(self._model).name
        listed = ", ".join(column.soql for column in self._columns)
        selection = select_columns(self._model, self._columns)
        read = cast("Callable[[Response], list[T_co]]", list_parser(selection))
        if self._tuples:
            to_tuple = values_of([attribute_path(self._model, column.path) for column in self._columns])
            return name, f"{name}({listed}{clauses.soql()})", lambda response: list(map(to_tuple, read(response)))
        return name, f"{name}({listed}{clauses.soql()})", read

    def _operation(self, parse: Callable[[Response], Page]) -> QueryPage[Page]:
        return QueryPage(self.soql, self._all_rows, self._batch_size, parse=parse)

    def _completed(self, selection: Selection, page: Page) -> list[Any]:
        # The org cuts long child lists off and says where the rest is; a list that silently lacks records is worse.
        for attribute, child in selection.children:
            for record in page.records:
                children: ChildRecords[Any] = record.__dict__[attribute]
                if children.nextRecordsUrl is not None:
                    children.extend(self._rest(child, children.nextRecordsUrl))
                    children.nextRecordsUrl = None
        return page.records

    def _rest(self, selection: Selection, url: str) -> Iterator[Any]:
        for page in self._client.pages(QueryPage(url=url, parse=page_parser(selection))):
            yield from self._completed(selection, page)

    def all(self) -> list[T_co]:
        """Return all results.

        Example:
            >>> sf.Contact.values(Contact.LastName).where(Contact.Id == contact.id).all()
            [('Smith',)]
        """
        return list(self)

    def first(self) -> T_co | None:
        """Return the first result, or None if there is none.

        Example:
            >>> sf.Contact.values(Contact.LastName).where(Contact.LastName == "Nobody").first() is None
            True
        """
        return next(iter(self._at_most(1)), None)

    def one(self) -> T_co:
        """Return the only result.

        Example:
            >>> sf.Contact.select(Contact.LastName).where(Contact.Id == contact.id).one().LastName
            'Smith'

        Raises:
            NoRecord: nothing was found.
            MoreThanOneRecord: more than one was.
        """
        found = self._at_most(2).all()
        if not found:
            raise NoRecord(f"no {table_of(self._model).name} fits: {self.soql}")
        if len(found) > 1:
            raise MoreThanOneRecord(f"more than one {table_of(self._model).name} fits: {self.soql}")
        return found[0]

    def _at_most(self, count: int) -> Query[M, T_co]:
        limit = self._clauses.limit
        return self.limit(count if limit is None else min(limit, count))

    def bulk(self) -> BulkQuery[T_co]:
        """Return the same query for the Bulk API, which is made for millions of records: a job, run when iterated.

        Results are the same; also ``.to_csv(path)``, ``.to_arrow()``, ``.to_parquet(path)``, ``.to_pandas()`` and
        ``.to_polars()``.

        Example:
            >>> sf.Contact.select(Contact.LastName, Contact.Email).limit(5).bulk().to_csv("contacts.csv")
            5

        Raises:
            TypeError: the query has what the Bulk API doesn't take: child records, groups, an offset, TYPEOF.
        """
        from .bulk_reading import bulk_query, check_bulk

        check_bulk(
            self._columns,
            children=bool(self._children),
            offset=self._clauses.offset is not None,
            grouped=self._grouped,
        )
        return bulk_query(
            self._client,
            self._model,
            self._columns,
            lambda columns: self._with(_columns=columns).soql,
            tuples=self._tuples,
            include_deleted=self._all_rows,
        )

    def count(self) -> int:
        """Return how many records fit, without fetching them.

        Example:
            >>> sf.Contact.select(Contact.Id).where(Contact.Id == contact.id).count()
            1
        """
        if self._grouped:
            raise TypeError("count() counts records, and this query has groups: use len(query.all())")
        clauses = replace(self._clauses, orderings=(), view="")
        soql = f"SELECT COUNT() FROM {self._from}{clauses.soql()}"
        return self._client.execute(QueryPage(soql, self._all_rows, parse=count_of))


class ChildQuery(Generic[S, M]):
    """A query of children `M` inside a query of `S`.

    Example:
        >>> children = Account.Contacts.select(Contact.Id).where(Contact.LastName == "S").order_by(Contact.Id).limit(3)
        >>> children.soql, children.selection[0]
        ("SELECT Id FROM Contacts WHERE LastName = 'S' ORDER BY Id LIMIT 3", 'Contacts')
    """

    __slots__ = ("_clauses", "_columns", "_model", "_row", "parent")

    def __init__(
        self, parent: type[S], row: ChildRow, model: type[M], columns: tuple[AnyExpr, ...], clauses: Clauses
    ) -> None:
        self.parent, self._row, self._model, self._columns, self._clauses = parent, row, model, columns, clauses

    def __repr__(self) -> str:
        return f"<child query {self.soql}>"

    @property
    def soql(self) -> str:
        """The child query as SOQL text, without its parentheses."""
        return f"SELECT {', '.join(c.soql for c in self._columns)} FROM {self._row.name}{self._clauses.soql()}"

    @property
    def selection(self) -> tuple[str, Selection]:
        """The relationship's attribute and what is selected of the children."""
        return self._row.attribute, select_columns(self._model, self._columns)

    def where(self, *conditions: Condition[M]) -> ChildQuery[S, M]:
        """Keep the children that fit all `conditions`."""
        return self._with(self._clauses.where(self._model, conditions))

    def order_by(self, *orderings: Sortable[M, Any] | Ordering[M]) -> ChildQuery[S, M]:
        """Sort the children."""
        return self._with(self._clauses.order_by(self._model, orderings))

    def limit(self, count: int) -> ChildQuery[S, M]:
        """Return at most `count` children of each record."""
        return self._with(replace(self._clauses, limit=whole_number("limit", count)))

    def _with(self, clauses: Clauses) -> ChildQuery[S, M]:
        return ChildQuery(self.parent, self._row, self._model, self._columns, clauses)


class ChildRelationship(Generic[S, M]):
    """The children of `S` under one relationship, to select from: `Account.Contacts`."""

    __slots__ = ("_parent", "_row")

    def __init__(self, parent: type[S], row: ChildRow) -> None:
        self._parent, self._row = parent, row

    def __repr__(self) -> str:
        return f"<children {self._row.name} of {self._parent.__name__}>"

    def select(self, column: Column[M, Any], /, *columns: Column[M, Any]) -> ChildQuery[S, M]:
        """Select columns of the children, for `Query.include`."""
        from .registry import model_for, package_of

        model = model_for(package_of(self._parent), self._row.child)
        if model is None:
            raise TypeError(f"{self._row.child} was not generated; add it to the objects of the configuration")
        chosen = (column, *columns)
        for one in chosen:
            same_object(model, one.root, repr(one))
        return ChildQuery(self._parent, self._row, cast("type[M]", model), chosen, Clauses())


def values_of(paths: Iterable[tuple[str, ...]]) -> Callable[[Any], Any]:
    """Return what makes a tuple of a record's values at `paths` of attributes; None where a parent is missing."""
    readers = [_walker(path) for path in paths]
    return lambda record: tuple(reader(record) for reader in readers)


def _walker(path: tuple[str, ...]) -> Callable[[Any], Any]:
    def walk(record: Any) -> Any:
        for attribute in path:
            if record is None:
                return None
            record = record.__dict__[attribute]
        return record

    return walk
