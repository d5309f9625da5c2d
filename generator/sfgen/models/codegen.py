"""Models from JSON Schema definitions, by datamodel-code-generator, with our settings and what it must not decide.

It gets a document without prose: labels and help texts come from strangers and are put in afterwards, as docstrings, by
the one function that escapes them. What it wrote is then held to be declarations and nothing else (`guard`).

It costs about 20 ms an object with its formatters off, and eight times as much with them.
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sfgen.errors import SfgenError
from sfgen.models.aliases import with_plain_recursion, with_plain_second_names
from sfgen.models.docs import Docs, with_docstrings
from sfgen.models.guard import check_declarations
from sfgen.models.names import free_name

Definitions = Mapping[str, Mapping[str, Any]]

_PROSE = frozenset({"title", "description", "examples", "$comment", "readOnly", "deprecated"})
# A TypedDict is what `json.loads` returns, so a date is a string in it.
_OF_VALUES = frozenset({"format"})
_PROTECTED = ("model_dump", "model_validate")
_NOT_IN_NAMES = re.compile(r"\W")
_TYPED_DICT_IMPORT = re.compile(r"^from typing import ((?:.*, )?TypedDict(?:, .*)?)$", re.MULTILINE)
_EITHER_TYPED_DICT = """
if TYPE_CHECKING:
    from typing import TypedDict
else:
    try:
        # What pydantic reads before Python 3.12.
        from typing_extensions import TypedDict
    except ImportError:
        from typing import TypedDict"""
_MANY_BLANK_LINES = re.compile(r"\n{4,}")


class ModelsError(SfgenError):
    """The definitions contradict themselves, such as a model that is a part of itself."""


class ModelKind(StrEnum):
    """What the models are: the values of ``sfgen models --as``."""

    PYDANTIC = "pydantic"
    DATACLASS = "dataclass"
    TYPEDDICT = "typeddict"
    MSGSPEC = "msgspec"


def generate_models(definitions: Definitions, kind: ModelKind, header: str, *, split: bool = False) -> dict[str, str]:
    """Return the source of the models of some definitions, by file name: one module, or with `split` one a definition.

    The definitions' names become the classes' names: they must be identifiers, and none that Python or the modules'
    imports have. `header` is a comment, the first line of each file.

    Raises:
        ModelsError: there can be no such models.
    """
    dropped = _PROSE | _OF_VALUES if kind is ModelKind.TYPEDDICT else _PROSE
    bare = {name: _without(dropped, schema) for name, schema in definitions.items()}
    docs = {name: _docs_of(schema) for name, schema in definitions.items()}
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": bare}
    sources = _run(document, kind, header, split, _renamed(bare) if kind is ModelKind.PYDANTIC else {})
    finished = {file: _finished(source, docs, file) for file, source in sorted(sources.items())}
    if kind is ModelKind.TYPEDDICT:
        return {file: _with_either_typed_dict(source) for file, source in finished.items()}
    return finished


def _renamed(definitions: Definitions) -> dict[str, str]:
    """Return other names for the fields that Python or pydantic would not take as they are: by class and field.

    Python reads a name in its compatibility form, in which two may be one; pydantic warns of names like its methods.
    """
    found: dict[str, str] = {}
    for name, definition in definitions.items():
        properties = definition.get("properties", {})
        taken = set(properties)
        for field in properties:
            plain = unicodedata.normalize("NFKC", _NOT_IN_NAMES.sub("_", field))
            wanted = f"field_{plain}" if plain.startswith(_PROTECTED) else plain
            # A name that is another's in JSON would be taken for that one.
            if wanted != field and (wanted in taken or field.isidentifier()):
                found[f"{name}.{field}"] = free_name(wanted, taken)
                taken.add(found[f"{name}.{field}"])
    return found


def _run(
    document: Mapping[str, Any], kind: ModelKind, header: str, split: bool, renamed: Mapping[str, str]
) -> dict[str, str]:
    from datamodel_code_generator import Error, generate
    from datamodel_code_generator.enums import DataModelType, InputFileType, ModuleSplitMode
    from datamodel_code_generator.format import DatetimeClassType, PythonVersion
    from datamodel_code_generator.parser import LiteralType

    types = {
        ModelKind.PYDANTIC: DataModelType.PydanticV2BaseModel,
        ModelKind.DATACLASS: DataModelType.DataclassesDataclass,
        ModelKind.TYPEDDICT: DataModelType.TypingTypedDict,
        ModelKind.MSGSPEC: DataModelType.MsgspecStruct,
    }
    aware = kind is ModelKind.PYDANTIC
    try:
        with warnings.catch_warnings():
            # They advise on options of its command line.
            warnings.simplefilter("ignore")
            result = generate(
                document,
                input_file_type=InputFileType.JsonSchema,
                output_model_type=types[kind],
                target_python_version=PythonVersion.PY_311,
                formatters=[],
                disable_timestamp=True,
                custom_file_header=header,
                custom_class_name_generator=str,
                aliases=renamed,
                enum_field_as_literal=LiteralType.All,
                use_annotated=True,
                field_constraints=True,
                use_type_alias=True,
                skip_root_model=True,
                use_serialization_alias=False,
                allow_population_by_field_name=aware,
                keyword_only=kind in (ModelKind.DATACLASS, ModelKind.MSGSPEC),
                allow_remote_refs=False,
                output_datetime_class=DatetimeClassType.Awaredatetime if aware else DatetimeClassType.Datetime,
                module_split_mode=ModuleSplitMode.Single if split else None,
            )
    except Error as error:
        raise ModelsError(f"no models can be made: {error}") from error
    if isinstance(result, str):
        return {"__init__.py": result}
    return {"/".join(path): source for path, source in (result or {}).items()}


def _finished(source: str, docs: Mapping[str, Docs], what: str) -> str:
    check_declarations(source, what)
    source = with_docstrings(with_plain_second_names(with_plain_recursion(source)), docs)
    return _MANY_BLANK_LINES.sub("\n\n\n", source).rstrip("\n") + "\n"


def _with_either_typed_dict(source: str) -> str:
    """Return a module of TypedDicts that take the one of typing_extensions where that is installed.

    Before Python 3.12 pydantic reads no other, and FastAPI with it. The models depend on nothing all the same.
    """
    found = _TYPED_DICT_IMPORT.search(source)
    if found is None:
        return source
    names = [name for name in found[1].split(", ") if name != "TypedDict"]
    imports = f"from typing import {', '.join(['TYPE_CHECKING', *names])}"
    imported = source[: found.start()] + imports + source[found.end() :]
    last = [node for node in ast.parse(imported).body if isinstance(node, ast.ImportFrom)][-1]
    lines = imported.split("\n")
    lines.insert(last.end_lineno or last.lineno, _EITHER_TYPED_DICT)
    return "\n".join(lines)


def _without(keywords: frozenset[str], schema: Any, names: bool = False) -> Any:
    """Return a schema without some keywords; the keys of `properties` are names, whatever they say."""
    if isinstance(schema, list):
        return [_without(keywords, item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: value
        if not names and key in ("enum", "const", "default")
        else _without(keywords, value, names=not names and key == "properties")
        for key, value in schema.items()
        if names or key not in keywords
    }


def _docs_of(schema: Mapping[str, Any]) -> Docs:
    properties = schema.get("properties", {})
    return Docs(
        list(_prose(schema)),
        {name: list(_prose(value)) for name, value in properties.items() if isinstance(value, Mapping)},
    )


def _prose(schema: Mapping[str, Any]) -> Iterator[str]:
    from sfgen.text import sentence

    title, description = schema.get("title"), schema.get("description")
    read_only = "Read-only." if schema.get("readOnly") else ""
    first: Sequence[str] = [sentence(title) if isinstance(title, str) else "", read_only]
    if line := " ".join(part for part in first if part):
        yield line
    if isinstance(description, str) and description.strip() and description != title:
        yield sentence(description)
