"""Invocable actions: Python functions under `/actions/custom`, as an org's invocable Apex methods and flows would be.

Salesforce document: Actions Developer Guide, "Invocable Actions Custom", "Apex Actions", "Flow Actions".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sfgen_local_org.http.apex import run_user_code
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError, not_found
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from sfgen_local_org.org import Org

__all__ = ["ActionParameter"]

_ACTIONS = "/services/data/v{version}/actions"

ActionKind: TypeAlias = Literal["apex", "flow"]
KINDS: tuple[ActionKind, ...] = ("apex", "flow")
# An action gets the values of one input and the org, and returns the values of the output.
Action: TypeAlias = Callable[[Mapping[str, Any], "Org"], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class ActionParameter:
    """An input or output of an action. `type` is one of describe's: STRING, NUMBER, BOOLEAN, REFERENCE, SOBJECT, ...

    `max_occurs` above 1 makes it a list.

    Example:
        >>> stars, rating = ActionParameter("stars", "NUMBER", required=True), ActionParameter("rating")
        >>> @server.action("Rate", inputs=[stars], outputs=[rating])
        ... def rate(values: Mapping[str, Any], org: Org) -> dict[str, Any]:
        ...     return {"rating": "*" * values["stars"]}
        >>> answers = sf.restful("actions/custom/apex/Rate", method="POST", json={"inputs": [{"stars": 3}]})
        >>> answers[0]["outputValues"]["rating"]
        '***'
        >>> stars.describe(is_input=True)["required"]
        True
    """

    name: str
    type: str = "STRING"
    required: bool = False
    label: str | None = None
    description: str | None = None
    max_occurs: int = 1
    sobject_type: str | None = None
    picklist_values: tuple[str, ...] | None = None

    def describe(self, *, is_input: bool) -> dict[str, Any]:
        """Return the parameter as an action's describe has it."""
        values = self.picklist_values
        described: dict[str, Any] = {
            "description": self.description,
            "label": self.label or self.name,
            "maxOccurs": self.max_occurs,
            "name": self.name,
            "picklistValues": None if values is None else [{"label": value, "value": value} for value in values],
            "sobjectType": self.sobject_type,
            "type": self.type,
        }
        return described | ({"byteLength": 0, "required": self.required} if is_input else {})


@dataclass(frozen=True, slots=True)
class RegisteredAction:
    """A function and what its describe says."""

    kind: ActionKind
    name: str
    function: Action
    label: str
    description: str | None
    inputs: tuple[ActionParameter, ...]
    outputs: tuple[ActionParameter, ...]


@dataclass(slots=True)
class ActionRegistry:
    """The actions that were registered."""

    actions: dict[tuple[str, str], RegisteredAction] = field(default_factory=dict)

    def add(self, action: RegisteredAction) -> None:
        """Register an action; a later one of the same kind and name takes its place."""
        if action.kind not in KINDS:
            raise ValueError(f"an action is one of {', '.join(KINDS)}, not {action.kind!r}")
        self.actions[action.kind, action.name.lower()] = action

    def of(self, kind: str) -> list[RegisteredAction]:
        """Return the actions of a kind."""
        return [action for (of_kind, _), action in self.actions.items() if of_kind == kind]


class Actions:
    """The endpoints of invocable actions."""

    def __init__(self, org: Org, registry: ActionRegistry) -> None:
        self._org = org
        self._registry = registry

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        custom = _ACTIONS + "/custom"
        return [
            Route("GET", _ACTIONS, self.kinds),
            Route("GET", custom, self.custom),
            Route("GET", custom + "/{kind}", self.listing),
            Route("GET", custom + "/{kind}/{name}", self.describe),
            Route("POST", custom + "/{kind}/{name}", self.invoke),
        ]

    def kinds(self, call: Call) -> Answer:
        """List the groups of actions."""
        return Answer(200, {"custom": call.data_url("actions/custom")})

    def custom(self, call: Call) -> Answer:
        """List the kinds of custom actions."""
        return Answer(200, {kind: call.data_url(f"actions/custom/{kind}") for kind in KINDS})

    def listing(self, call: Call) -> Answer:
        """List the actions of a kind."""
        if call.args["kind"] not in KINDS:
            raise not_found()
        actions = [
            {"label": action.label, "name": action.name, "type": action.kind.upper(), "url": _url(call, action)}
            for action in self._registry.of(call.args["kind"])
        ]
        return Answer(200, {"actions": actions})

    def describe(self, call: Call) -> Answer:
        """Describe an action."""
        action = self._action(call)
        return Answer(
            200,
            {
                "category": None,
                "description": action.description,
                "inputs": [each.describe(is_input=True) for each in action.inputs],
                "label": action.label,
                "name": action.name,
                "outputs": [each.describe(is_input=False) for each in action.outputs],
                "standard": False,
                "targetEntityName": None,
                "type": action.kind.upper(),
            },
        )

    def invoke(self, call: Call) -> Answer:
        """Run an action once for each input. One that fails makes the status 400; the others are run all the same."""
        action = self._action(call)
        inputs = call.json_object().get("inputs")
        if not isinstance(inputs, list) or not all(isinstance(each, dict) for each in inputs):
            raise ApiError(400, "INVALID_INPUT", 'The request needs inputs: {"inputs": [{...}]}')
        results = [self._run(action, values) for values in inputs]
        return Answer(200 if all(result["isSuccess"] for result in results) else 400, results)

    def _run(self, action: RegisteredAction, values: Mapping[str, Any]) -> dict[str, Any]:
        errors = list(_wrong_inputs(action, values))
        output: Mapping[str, Any] | None = None
        if not errors:
            try:
                output = run_user_code(lambda: action.function(values, self._org))
            except ApiError as error:
                errors.append({"statusCode": error.code, "message": error.message, "fields": []})
        if not errors and action.kind == "flow":
            output = {**(output or {}), "Flow__InterviewStatus": "Finished"}
        return {
            "actionName": action.name,
            "errors": errors or None,
            "isSuccess": not errors,
            "outputValues": None if errors or output is None else dict(output),
        }

    def _action(self, call: Call) -> RegisteredAction:
        found = self._registry.actions.get((call.args["kind"], call.args["name"].lower()))
        if found is None:
            raise not_found()
        return found


def _wrong_inputs(action: RegisteredAction, values: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for parameter in action.inputs:
        if parameter.required and values.get(parameter.name) is None:
            message = f"Missing required input parameter: {parameter.name}"
            yield {"statusCode": "REQUIRED_FIELD_MISSING", "message": message, "fields": []}
    known = {parameter.name for parameter in action.inputs}
    for name in values:
        if name not in known:
            message = f"The action {action.name} has no input parameter {name}"
            yield {"statusCode": "INVALID_API_INPUT", "message": message, "fields": []}


def _url(call: Call, action: RegisteredAction) -> str:
    return call.data_url(f"actions/custom/{action.kind}/{action.name}")
