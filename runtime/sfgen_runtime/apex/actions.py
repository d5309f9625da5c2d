"""Invocable actions and flows: many inputs in one call, a result for each.

Salesforce document: Actions Developer Guide, "Invocable Actions Custom".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ..error_bodies import ErrorDetail, error_details
from ..errors import SalesforceMalformedRequest
from ..http import Request, Response
from ..json_codec import JsonReader, encode_json, unreadable
from ..paths import segment

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from ..http import Timeout

T = TypeVar("T")
_read = JsonReader(None, dict)


@dataclass(frozen=True, slots=True)
class ActionResult(Generic[T]):
    """What became of one input: `values` are the outputs of an action that succeeded, `errors` say why one didn't."""

    success: bool
    values: T | None
    errors: tuple[ErrorDetail, ...] = ()


@dataclass(frozen=True, slots=True)
class InvokeAction(Generic[T]):
    """One call of an action or flow; `kind` is ``apex`` or ``flow``."""

    kind: str
    name: str
    inputs: Sequence[Mapping[str, Any]]

    def request(self) -> Request:
        """Return ``POST actions/custom/{kind}/{name}``."""
        return Request(
            "POST",
            f"actions/custom/{segment(self.kind, 'the kind')}/{segment(self.name, 'the action')}",
            headers={"Content-Type": "application/json"},
            body=encode_json({"inputs": list(self.inputs)}),
            resource=self.name,
        )

    @property
    def parse(self) -> Callable[[Response], list[ActionResult[T]]]:
        """What reads the results, in the order of the inputs."""
        return self._results

    def _results(self, response: Response) -> list[ActionResult[T]]:
        found = results_of(_read(response), len(self.inputs))
        if found is None:
            raise unreadable(response, "the answer is no list of a result for each input")
        return cast("list[ActionResult[T]]", found)


def results_of(content: object, expected: int) -> list[ActionResult[Any]] | None:
    """Return the results that a body holds, or None if it is something else, such as an error of the call."""
    if not isinstance(content, list) or len(content) != expected:
        return None
    if not all(isinstance(item, Mapping) and isinstance(item.get("isSuccess"), bool) for item in content):
        return None
    return [
        ActionResult(item["isSuccess"], item.get("outputValues"), tuple(error_details(item.get("errors") or [])))
        for item in content
    ]


class ActionResource:
    """The invocable actions and flows of an org: the base of the generated class."""

    def __init__(self, client: SalesforceClient) -> None:
        self.client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.client.sf_instance}>"

    def _invoke(
        self,
        kind: str,
        name: str,
        inputs: Sequence[Mapping[str, Any]],
        headers: Mapping[str, str] | None,
        timeout: Timeout | None,
    ) -> list[ActionResult[Any]]:
        if isinstance(inputs, Mapping):
            raise TypeError(f"{name} takes many inputs and not one: give a list of dicts")
        # What can be read once only would be gone when the results are counted.
        inputs = list(inputs)
        call: InvokeAction[Any] = InvokeAction(kind, name, inputs)
        try:
            return self.client.execute(call, headers=headers, timeout=timeout)
        except SalesforceMalformedRequest as error:
            # One input that fails makes the whole answer a 400, with the results of all.
            if (results := results_of(error.content, len(inputs))) is None:
                raise
            return results
