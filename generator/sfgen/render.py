"""From the intermediate representation to source text, by Jinja templates."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from .annotations import Scope, Symbol
from .ir import Alias, Key, ObjectModule
from .text import docstring, literal

# What a generated module needs at run time; everything else is for type checkers alone.
_SOBJECT = Symbol("sfgen_runtime.model", "SObject")
_TYPED_DICT = Symbol("typing", "TypedDict")
_BY_KEY = Symbol("sfgen_runtime.model", "ByKey")
_CHECKING = Symbol("typing", "TYPE_CHECKING")
_STATIC = {
    name: Symbol(module, name)
    for module, names in (
        ("typing", ("ClassVar", "TypeAlias", "Literal", "Unpack")),
        ("sfgen_runtime.model", ("Null", "Root", "ViaParent")),
    )
    for name in names
}


@cache
def _environment() -> Environment:
    # The output is Python, not HTML; text of the org enters it only through the two filters.
    environment = Environment(  # noqa: S701
        loader=PackageLoader("sfgen_templates", ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["literal"] = literal
    environment.filters["docstring"] = docstring
    return environment


def render_object(module: ObjectModule) -> str:
    """Return the source of an object's module."""
    scope = Scope(_names_in(module))
    names = {name: scope.name(symbol) for name, symbol in _STATIC.items()}
    run_time = [_CHECKING, _SOBJECT, _TYPED_DICT, *(used for base in module.bases for used in base.symbols())]
    if module.keys:
        names |= {"ByKey": scope.name(_BY_KEY), "own": _own_name(module, scope)}
    names |= {"SObject": scope.name(_SOBJECT), "TypedDict": scope.name(_TYPED_DICT)}
    model = module.class_name
    body = (
        _environment()
        .get_template("object.py.jinja")
        .render(
            module=module,
            model=model,
            names=names,
            aliases=[_alias(alias, names["Literal"]) for alias in module.aliases],
            members=[(item.attribute, item.annotation.render(scope), list(item.doc)) for item in module.members],
            path_parents=_keys(module.path_parents, scope),
            keys=_keys(module.keys, scope),
            common=_keys(module.common, scope),
            create=_keys(module.create, scope),
            update=_keys(module.update, scope),
            bases=[base.render(scope) for base in module.bases],
            # Rendered last in Python, first in the text: by now the scope knows what was used.
            run_time_imports=_grouped(scope.imports(only=run_time)),
            static_imports=_grouped(scope.imports(without=run_time)),
        )
    )
    return _checked(body, module.api_name)


def render_table(module: ObjectModule) -> str:
    """Return the source of an object's table."""
    text = _environment().get_template("table.py.jinja").render(api_name=module.api_name, lines=module.table)
    return _checked(text, module.api_name)


def render_picklists(module: ObjectModule) -> str:
    """Return the source of the module that has an object's picklists and record types."""
    # A picklist of this name would hide the type.
    plain = "_str" if any(attribute == "str" for attribute, _ in module.picklists) else "str"
    text = (
        _environment()
        .get_template("picklists.py.jinja")
        .render(
            module=module,
            plain=plain,
            picklists=[(attribute, plain if alias == "str" else alias) for attribute, alias in module.picklists],
            aliases=sorted({alias for _, alias in module.picklists if alias != "str"}),
            record_types=[literal(name) for name in module.record_types],
        )
    )
    return _checked(text, module.api_name)


def render(template: str, **values: object) -> str:
    """Return the source of a module whose values are all made for its template."""
    return _checked(_environment().get_template(template).render(**values), template)


def render_package(name: str, modules: Sequence[ObjectModule], template: str, **values: object) -> str:
    """Return the source of a module that speaks of all objects: the package itself, its client or its index."""
    text = _environment().get_template(template).render(package=name, modules=modules, **values)
    return _checked(text, template)


def _names_in(module: ObjectModule) -> set[str]:
    """Return the names that the org gave to what this module holds, and that could hide an import."""
    classes = {module.class_name + suffix for suffix in ("", "Path", "Create", "Update", "Key", "Type")}
    keys = {key.name for keys in (module.keys, module.common, module.create, module.update) for key in keys}
    return {member.attribute for member in module.members} | classes | keys | {alias.name for alias in module.aliases}


def _own_name(module: ObjectModule, scope: Scope) -> str:
    """Return what the model is called in its own body, where a field of its name hides it (`Domain.Domain`)."""
    if any(member.attribute == module.class_name for member in module.members):
        return f"{scope.name(Symbol(f'.{module.module}'))}.{module.class_name}"
    return module.class_name


def _keys(keys: Iterable[Key], scope: Scope) -> list[tuple[str, str]]:
    return [(key.name, key.annotation.render(scope)) for key in keys]


def _alias(alias: Alias, literal_name: str) -> str:
    line = f"{literal_name}[{', '.join(map(literal, alias.values))}]"
    if len(line) + len(alias.name) <= 90:
        return line
    return f"{literal_name}[\n" + "".join(f"        {literal(value)},\n" for value in alias.values) + "    ]"


def _grouped(imports: Sequence[str]) -> list[str]:
    """Put blank lines between the standard library, the runtime, and the package itself."""
    groups: dict[int, list[str]] = {}
    for line in imports:
        group = 2 if line.startswith("from . ") else 1 if line.startswith("from sfgen_runtime") else 0
        groups.setdefault(group, []).append(line)
    return ["\n".join(groups[group]) for group in sorted(groups)]


def _checked(source: str, what: str) -> str:
    """Return `source` if it is Python; anything else is a fault of sfgen's, better found here than in an import."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise AssertionError(f"sfgen made invalid Python of {what}: {error}") from error
    return source
