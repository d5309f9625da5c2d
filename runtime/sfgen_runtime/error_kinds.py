"""The class of an error whose errorCode and HTTP status belong to different classes.

The API answers some codes with more than one status: a failing trigger is 400 to a create and 500 to an Apex REST call.
Such an error is caught by the class of its code and by the class of its status, as scripts for simple-salesforce do,
which knows the status alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import SalesforceError


def kind_of(by_code: type[SalesforceError], by_status: type[SalesforceError]) -> type[SalesforceError]:
    """Return a class that is both of these, the code's first: `by_code` itself where that is one of the status."""
    return by_code if issubclass(by_code, by_status) else _both(by_code, by_status)


_MADE: dict[tuple[type[SalesforceError], type[SalesforceError]], type[SalesforceError]] = {}


def _both(by_code: type[SalesforceError], by_status: type[SalesforceError]) -> type[SalesforceError]:
    if made := _MADE.get((by_code, by_status)):
        return made

    def reduce(error: SalesforceError) -> tuple[Any, ...]:
        # The class can't be found by its name, so an error takes the two along to another process.
        return _rebuild, (by_code, by_status, error.args, error.__dict__)

    namespace = {"__module__": by_code.__module__, "__doc__": by_code.__doc__, "__reduce__": reduce}
    # Of two threads that make it at once, one's is kept.
    return _MADE.setdefault((by_code, by_status), type(by_code.__name__, (by_code, by_status), namespace))


def _rebuild(
    by_code: type[SalesforceError], by_status: type[SalesforceError], args: tuple[Any, ...], state: dict[str, Any]
) -> SalesforceError:
    kind = _both(by_code, by_status)
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
