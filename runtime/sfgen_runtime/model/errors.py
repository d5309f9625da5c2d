"""Errors of the typed layer that need no org: what was not selected, and what would be refused."""

from __future__ import annotations

from typing import NamedTuple


class FieldNotSelected(AttributeError):
    """A field was read that the query did not select. Its value is not known: it may be null or anything else.

    Example:
        >>> sf.Contact.select(Contact.Id).where(Contact.Id == contact.id).one().LastName
        Traceback (most recent call last):
        ...
        sfgen_runtime.model.errors.FieldNotSelected: ...
    """


class FieldProblem(NamedTuple):
    """One reason why a record would be refused: the org's error code, the field, and what to do.

    Example:
        >>> FieldProblem("STRING_TOO_LONG", "LastName", "81 characters, and it holds at most 80").field
        'LastName'
    """

    code: str
    field: str
    message: str


class InvalidRecord(ValueError):
    """A record that the org would refuse, found before a call was spent.

    `problems` lists every reason. `object_name` names the sObject, `error_code` is the code that the org would answer
    with for the first problem, and `fields` are the fields at fault.

    Example:
        >>> try:
        ...     sf.Contact.create({"FirstName": "Jo"})
        ... except InvalidRecord as error:
        ...     print(error.where, error.error_code, error.fields)
        Contact.LastName REQUIRED_FIELD_MISSING ['LastName']
    """

    def __init__(self, object_name: str, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(object_name, problems)
        self.object_name, self.problems = object_name, problems

    @property
    def error_code(self) -> str:
        """The code that the org would answer with, such as ``REQUIRED_FIELD_MISSING``."""
        return self.problems[0].code

    @property
    def where(self) -> str:
        """Where it happened: object and field of the first problem, such as ``Contact.LastName``."""
        return f"{self.object_name}.{self.problems[0].field}"

    @property
    def fields(self) -> list[str]:
        """The API names of the fields at fault."""
        return [problem.field for problem in self.problems]

    def __str__(self) -> str:
        listed = "; ".join(f"{problem.field}: {problem.message} ({problem.code})" for problem in self.problems)
        return f"{self.object_name} would be refused: {listed}"


class NoRecord(LookupError):
    """`Query.one` found nothing; the message has the query.

    Example:
        >>> sf.Contact.select(Contact.Id).where(Contact.LastName == "Nobody").one()
        Traceback (most recent call last):
        ...
        sfgen_runtime.model.errors.NoRecord: no Contact fits: ...
    """


class MoreThanOneRecord(LookupError):
    """`Query.one` found more than one record; the message has the query.

    Example:
        >>> sf.Contact.select(Contact.Id).one()
        Traceback (most recent call last):
        ...
        sfgen_runtime.model.errors.MoreThanOneRecord: ...
    """
