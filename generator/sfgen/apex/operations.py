"""The operations of an OpenAPI document as methods: names, parameters, bodies and answers, as text for a template."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from sfgen_runtime.apex import ApexResource

from sfgen.apex.document import Document, escape
from sfgen.apex.schemas import Schema, Schemas, is_text
from sfgen.text import literal, sentence

VERBS = ("get", "put", "post", "delete", "patch", "head", "options")
APEX_REST = "/services/apexrest"

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
# Characters of a parameter's type; a thousand values of a picklist take some tens of thousands.
_MAX_TYPE = 200_000
_HOST = re.compile(r"^(?:[a-z]+:)?//[^/?#]*")
_STATUS = re.compile(r"[1-5](?:\d\d|XX)|default")
_WORD_END = re.compile(r"([a-z0-9])([A-Z])")
# Names that a method uses itself, or that its module imports.
_RESERVED = frozenset(
    {
        "self",
        "body",
        "ApexCall",
        "as_json",
        "flat",
        "joined",
        "spread",
        "headers",
        "timeout",
        "bool",
        "bytes",
        "float",
        "int",
        "list",
        "str",
        "object",
        "Literal",
        "Mapping",
        "Sequence",
    }
)
# OpenAPI has these headers said elsewhere.
_OWN_HEADERS = frozenset({"accept", "content-type", "authorization"})
_PLACES = ("path", "query", "header", "cookie")
_SEPARATORS = {"form": "joined({})", "spaceDelimited": 'joined({}, " ")', "pipeDelimited": 'joined({}, "|")'}
_SIMPLE = {
    ("string", "date"): "_dt.date",
    ("string", "date-time"): "_dt.datetime",
    ("string", "time"): "_dt.time",
    ("string", None): "str",
    ("integer", None): "int",
    ("number", None): "float",
    ("boolean", None): "bool",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name in Python and over the wire (as a literal), where it goes, and its type.

    `writer` is the call of the runtime that brings it into its form on the wire, with ``{}`` for its name; one with
    stars makes several parameters of it.
    """

    name: str
    wire: str
    place: str
    annotation: str
    required: bool
    writer: str
    doc: str

    @property
    def entry(self) -> str:
        """The item of a dict of parameters that it is."""
        value = self.writer.format(self.name) if self.writer else self.name
        return value if value.startswith("**") else f"{self.wire}: {value}"


@dataclass(frozen=True, slots=True)
class Body:
    """A body or an answer: its type, and the model that reads or writes it; without one it is text or bytes."""

    annotation: str
    model: str | None
    content_type: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Method:
    """One operation. `answers` are by status, `errors` the documented ones."""

    name: str
    verb: str
    path: str
    arguments: tuple[Parameter, ...]
    options: tuple[Parameter, ...]
    body: Body | None
    answers: tuple[tuple[str, Body], ...]
    doc: tuple[str, ...]

    @property
    def returns(self) -> str:
        """The type of the result."""
        return " | ".join(dict.fromkeys(answer.annotation for _, answer in self.answers))


class Reader:
    """Reads the operations of one document; what is wrong with them becomes faults of it."""

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas
        self._parameter_types: dict[str, str] = {}

    def methods(self) -> list[Method]:
        """Return the methods, sorted by name."""
        found = list(self._operations())
        if not found and not self._document.faults:
            self._document.fault("/paths", "has no operation")
        self._check_alike(found)
        verbs = Counter(verb for _, verb, *_ in found)
        # A method hides what the signatures after it mean by its name.
        taken = {*dir(ApexResource), *_RESERVED, "client", "Mapping", "Timeout"}
        base = self._base()
        methods = []
        for path, verb, operation, item, place in sorted(found, key=lambda each: each[:2]):
            wanted = verb if verbs[verb] == 1 else self._operation_name(operation, path, verb, place)
            name = _free(wanted, taken)
            taken.add(name)
            methods.append(self._method(name, verb, base + path, operation, item, place))
        return sorted(methods, key=lambda method: method.name)

    def _check_alike(self, found: list[tuple[str, str, Mapping[str, Any], Mapping[str, Any], str]]) -> None:
        """Fault operations of one id, and those of paths that differ in the names of their parameters alone."""
        ids: dict[str, str] = {}
        paths: dict[tuple[str, str], str] = {}
        for path, verb, operation, _, place in found:
            given = operation.get("operationId")
            if isinstance(given, str) and (other := ids.setdefault(given, place)) != place:
                self._document.fault(f"{place}/operationId", f"{given[:80]!a} is the id of {other} too")
            if (other := paths.setdefault((_TEMPLATE.sub("{}", path), verb), place)) != place:
                self._document.fault(place, f"is the same address as {other}, whatever its parameters are called")

    def _operations(self) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any], str]]:
        document = self._document
        for path, item in document.mapping(document.data.get("paths"), "/paths").items():
            place = f"/paths/{escape(str(path))}"
            if not str(path).startswith("/") or not is_text(path):
                document.fault(place, "a path begins with a slash, and has whole characters")
                continue
            item, place = document.resolve(item, place)
            for verb in VERBS:
                if verb in item:
                    where = f"{place}/{verb}"
                    yield str(path), verb, document.mapping(item[verb], where), item, where

    def _base(self) -> str:
        """Return the path that the first server puts before each: below Apex REST, whatever the host."""
        for place, server in self._document.items(self._document.data.get("servers"), "/servers"):
            server = self._document.mapping(server, place)
            url = self._document.text(server.get("url"), f"{place}/url")
            path = _HOST.sub("", self._filled(url, server, place)).partition("?")[0].partition("#")[0].rstrip("/")
            if "{" in path or ".." in path or not is_text(path):
                message = "the path must be plain: no variable without a default, no dots, no half characters"
                self._document.fault(f"{place}/url", message)
                return APEX_REST
            return quote(path if path.startswith("/services/") else APEX_REST + path, safe="/-._~")
        return APEX_REST

    def _filled(self, url: str, server: Mapping[str, Any], place: str) -> str:
        """Return a server's URL with the defaults of its variables; one in a default is none."""
        variables = self._document.mapping(server.get("variables"), f"{place}/variables")

        def default(found: re.Match[str]) -> str:
            where = f"{place}/variables/{escape(found[1])}"
            value = self._document.mapping(variables.get(found[1]), where).get("default")
            return value if isinstance(value, str) else found[0]

        return _TEMPLATE.sub(default, url)

    def _operation_name(self, operation: Mapping[str, Any], path: str, verb: str, place: str) -> str:
        given = self._document.text(operation.get("operationId"), f"{place}/operationId")
        if name := snake_case(given):
            return name
        parts = [_TEMPLATE.sub(r"by_\1_", part) for part in path.split("/") if part]
        return snake_case("_".join([verb, *parts]))

    def _method(
        self, name: str, verb: str, path: str, operation: Mapping[str, Any], item: Mapping[str, Any], place: str
    ) -> Method:
        parameters = self._parameters(operation, item, place)
        in_path = [parameter for parameter in parameters if parameter.place == "path"]
        filled, arguments = self._path(path, in_path, place)
        title = "".join(word.capitalize() for word in name.strip("_").split("_"))
        body = self._body(operation, place, f"{title}Request")
        answers, errors = self._answers(operation, place, f"{title}Response")
        options = [parameter for parameter in parameters if parameter.place != "path"]
        return Method(
            name=name,
            verb=verb.upper(),
            path=filled,
            arguments=tuple(arguments),
            options=tuple(sorted(options, key=lambda parameter: not parameter.required)),
            body=body,
            answers=tuple(answers),
            doc=tuple(self._doc(verb, path, operation, parameters, errors, place)),
        )

    # -- parameters ----------------------------------------------------------------------------------------------------

    def _parameters(self, operation: Mapping[str, Any], item: Mapping[str, Any], place: str) -> list[Parameter]:
        """Return the parameters of the operation and of its path; the operation's own win."""
        found: dict[tuple[str, str], tuple[Mapping[str, Any], str]] = {}
        for owner, where in ((item, place.rpartition("/")[0]), (operation, place)):
            here: set[tuple[str, str]] = set()
            for at, given in self._document.items(owner.get("parameters"), f"{where}/parameters"):
                parameter, at = self._document.resolve(given, at)
                name = self._document.text(parameter.get("name"), f"{at}/name")
                if not name or not is_text(name):
                    self._document.fault(f"{at}/name", "a parameter needs a name, of whole characters")
                    continue
                key = (name, str(parameter.get("in")))
                if key in here:
                    self._document.fault(at, f"the parameter {name!a} in: {key[1]} is there twice")
                here.add(key)
                found[key] = (parameter, at)
        taken = set(_RESERVED)
        parameters = []
        for (name, _), (parameter, at) in found.items():
            if made := self._parameter(name, parameter, at, taken):
                taken.add(made.name)
                parameters.append(made)
        return parameters

    def _parameter(self, name: str, parameter: Mapping[str, Any], place: str, taken: set[str]) -> Parameter | None:
        where = parameter.get("in")
        if where not in _PLACES:
            self._document.fault(f"{place}/in", f"must be {', '.join(_PLACES[:-1])} or {_PLACES[-1]}")
            return None
        if where == "header" and name.lower() in _OWN_HEADERS:
            return None
        schema, at, as_json = self._parameter_schema(parameter, place)
        annotation = "object" if as_json else self._parameter_type(schema, at)
        many, keyed = annotation.startswith("Sequence["), annotation.startswith("Mapping[")
        if (many or keyed) and where != "query":
            self._document.fault(at, "a list or an object is taken in the query only")
        writer = "as_json({})" if as_json else _writer(parameter, literal(name), keyed=keyed) if many or keyed else ""
        return Parameter(
            name=_free(_python_name(name), taken),
            wire=literal(name),
            place=str(where),
            annotation=annotation,
            required=where == "path" or parameter.get("required") is True,
            writer=writer,
            doc=self._document.text(parameter.get("description"), f"{place}/description"),
        )

    def _parameter_schema(self, parameter: Mapping[str, Any], place: str) -> tuple[Schema, str, bool]:
        """Return the schema of a parameter, its place, and whether the parameter is JSON."""
        if "schema" in parameter:
            at = f"{place}/schema"
            return self._schemas.normal(parameter["schema"], at, "Parameter"), at, False
        for media, given in self._document.mapping(parameter.get("content"), f"{place}/content").items():
            at = f"{place}/content/{escape(str(media))}"
            schema = self._document.mapping(given, at).get("schema", True)
            as_json = str(media).partition(";")[0].strip().lower().endswith(("/json", "+json"))
            return ({} if as_json else self._schemas.normal(schema, f"{at}/schema", "Parameter")), at, as_json
        self._document.fault(place, "a parameter needs a schema")
        return {}, place, False

    def _parameter_type(self, schema: Schema, place: str) -> str:
        if "$ref" not in schema:
            return self._written_out(schema, place)
        # Once for each definition: unions of unions would take twice the time with each level.
        known = self._parameter_types.get(schema["$ref"])
        if known is None:
            known = self._written_out(self._schemas.resolved(schema), place)
            if len(known) > _MAX_TYPE:
                self._document.fault(place, "has too many alternatives for a parameter")
                known = "str"
            self._parameter_types[schema["$ref"]] = known
        return known

    def _written_out(self, schema: Schema, place: str) -> str:
        for key in ("oneOf", "anyOf"):
            options = [option for option in schema.get(key, ()) if option != {"type": "null"}]
            if options:
                return " | ".join(dict.fromkeys(self._parameter_type(option, place) for option in options))
        values = [schema["const"]] if "const" in schema else schema.get("enum", ())
        values = [value for value in values if value is not None]
        if values and all(isinstance(value, (str, int)) for value in values):
            return f"Literal[{', '.join(map(_constant, values))}]"
        given = schema.get("type", [] if schema else "string")
        kinds = [kind for kind in ([given] if isinstance(given, str) else given) if kind != "null"]
        found = []
        for kind in kinds:
            if kind == "array":
                found.append(f"Sequence[{self._parameter_type(schema.get('items', {}), f'{place}/items')}]")
            elif kind == "object":
                found.append("Mapping[str, object]")
            else:
                found.append(_SIMPLE.get((kind, schema.get("format"))) or _SIMPLE[kind, None])
        if not found:
            self._document.fault(place, "a parameter is text, a number, true or false, or a list or object of these")
            return "str"
        return " | ".join(found)

    def _path(self, path: str, parameters: list[Parameter], place: str) -> tuple[str, list[Parameter]]:
        """Return the path as a literal with `{}` for its parameters, and these in their order."""
        by_name = {parameter.wire: parameter for parameter in parameters}
        arguments: list[Parameter] = []
        for name in _TEMPLATE.findall(path):
            if found := by_name.pop(literal(name), None):
                arguments.append(found)
            elif any(argument.wire == literal(name) for argument in arguments):
                self._document.fault(place, f"the path has {{{name}}} twice")
            else:
                self._document.fault(place, f"the path has {{{name}}}, which no parameter in: path says")
        for left in by_name.values():
            self._document.fault(place, f"the parameter {left.wire} is in: path, and the path doesn't have it")
        parts = _TEMPLATE.split(path)[::2]
        fixed = [quote(part, safe="/-._~%") for part in parts]
        if any(part in (".", "..") for part in unquote(path).split("/")) or any(
            char in part for part in parts for char in "{}?#"
        ):
            self._document.fault(place, "the path must be plain: no dots alone, '?', '#' or unpaired braces")
        return literal("{}".join(fixed)), arguments

    # -- bodies --------------------------------------------------------------------------------------------------------

    def _body(self, operation: Mapping[str, Any], place: str, wanted: str) -> Body | None:
        if "requestBody" not in operation:
            return None
        body, where = self._document.resolve(operation["requestBody"], f"{place}/requestBody")
        content = self._document.mapping(body.get("content"), f"{where}/content")
        if not content:
            self._document.fault(f"{where}/content", "a body needs a media type, such as application/json")
            return None
        # Apex reads a body or doesn't; documents seldom say `required`, so its absence doesn't mean false here.
        return replace(self._content(content, f"{where}/content", wanted), required=body.get("required") is not False)

    def _answers(
        self, operation: Mapping[str, Any], place: str, wanted: str
    ) -> tuple[list[tuple[str, Body]], list[tuple[str, str, str]]]:
        """Return successful answers, and of errors the status, model and description."""
        answers: list[tuple[str, Body]] = []
        errors: list[tuple[str, str, str]] = []
        responses = self._document.mapping(operation.get("responses"), f"{place}/responses")
        if not responses:
            self._document.fault(f"{place}/responses", "an operation needs at least one response")
        good = [str(status) for status in responses if str(status).startswith("2")]
        for status, given in responses.items():
            status = str(status)
            where = f"{place}/responses/{escape(status)}"
            if not _STATUS.fullmatch(status):
                self._document.fault(where, "must be a status such as 200 or 4XX, or default")
                continue
            response, where = self._document.resolve(given, where)
            content = self._document.mapping(response.get("content"), f"{where}/content")
            succeeds = status.startswith("2") or (status == "default" and not good)
            name = wanted if len(good) < 2 or not succeeds else f"{wanted}{status}"
            name = (
                name if succeeds else f"{wanted.removesuffix('Response')}Error{status if status != 'default' else ''}"
            )
            body = self._content(content, f"{where}/content", name) if content else Body("None", None)
            if succeeds:
                answers.append((status, body))
            else:
                told = self._document.text(response.get("description"), f"{where}/description")
                errors.append((status, body.annotation, told))
        return sorted(answers, key=lambda each: each[0]) or [("default", Body("None", None))], errors

    def _content(self, content: Mapping[str, Any], place: str, wanted: str) -> Body:
        """Return the body of the media type that is best to have: JSON, else text, else bytes."""
        for media, given in content.items():
            kind = str(media).partition(";")[0].strip().lower()
            if kind in ("application/json", "*/*") or kind.endswith("+json"):
                where = f"{place}/{escape(str(media))}"
                schema = self._document.mapping(given, where).get("schema", True)
                name = self._schemas.reference(schema, f"{where}/schema", wanted)
                sent = kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind, re.ASCII) else "application/json"
                return Body(f"_m.{name}", f"_m.{name}", literal(sent))
        first = str(next(iter(content))).partition(";")[0].strip().lower()
        if first.startswith("multipart/") or not re.fullmatch(r"[\w.+-]+/[\w.+*-]+", first, re.ASCII):
            self._document.fault(f"{place}/{escape(str(next(iter(content))))}", "is not taken: use JSON, text or bytes")
        return Body("str" if first.startswith("text/") else "bytes", None, literal(first))

    # -- docs ----------------------------------------------------------------------------------------------------------

    def _doc(
        self,
        verb: str,
        path: str,
        operation: Mapping[str, Any],
        parameters: list[Parameter],
        errors: list[tuple[str, str, str]],
        place: str,
    ) -> Iterator[str]:
        summary = self._document.text(operation.get("summary"), f"{place}/summary")
        description = self._document.text(operation.get("description"), f"{place}/description")
        yield sentence(summary or description or f"{verb.upper()} {path}")
        if summary and description and description != summary:
            yield sentence(description)
        if summary or description:
            yield f"{verb.upper()} {path}"
        for parameter in parameters:
            if parameter.doc:
                yield f"{parameter.name}: {sentence(parameter.doc)}"
        for status, annotation, told in errors:
            what = f"; its body is {annotation.removeprefix('_m.')}, see `error_body`" if annotation != "None" else ""
            told = f": {told.strip().rstrip('.')}" if told.strip() else ""
            yield f"Raises `SalesforceError` with status {status}{told}{what}."


def _constant(value: str | int) -> str:
    return literal(value) if isinstance(value, str) else repr(value)


def snake_case(text: str) -> str:
    """Return a name of a method for any text; an empty one if the text has no letter or digit of ASCII."""
    words = re.findall(r"[A-Za-z0-9]+", _WORD_END.sub(r"\1_\2", text))
    name = "_".join(words).lower()
    return f"call_{name}" if name[:1].isdigit() else name


def _writer(parameter: Mapping[str, Any], wire: str, *, keyed: bool) -> str:
    """Return what writes a list, or with `keyed` an object, in the style that the document says."""
    style = parameter.get("style", "form")
    apart = parameter.get("explode", style == "form") is not False
    if keyed:
        name = wire.replace("{", "{{").replace("}", "}}")
        return f"**spread({{}}, {name})" if style == "deepObject" else "**spread({})" if apart else "flat({})"
    return "" if apart else _SEPARATORS.get(str(style), "joined({})")


def _python_name(name: str) -> str:
    """Return a parameter's name in Python: its own where it can be, else with underscores for what can't."""
    made = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    return made if made[:1].isalpha() else f"p_{made}"


def _free(name: str, taken: set[str]) -> str:
    while name in taken or keyword.iskeyword(name):
        name += "_"
    return name
