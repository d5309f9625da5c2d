"""From describes to the files of a package: pure, without disk or network.

The same describes and options give the same bytes, in whatever order they come.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .describe import Level, ObjectDescribe, Problem
from .fieldtypes import Models
from .ir import ObjectModule
from .lock import LOCK, read_lock, write_lock
from .names import ObjectNames, resolve_names
from .objects import build_object, is_key
from .render import render_object, render_package, render_picklists, render_table

MAX_PICKLIST_LITERAL = 200
_PREFIX = re.compile(r"[0-9A-Za-z]{3}", re.ASCII)
# Objects that share their records, and so their key prefix, with others that may not be generated.
_SHARING = re.compile(r"__kav$|^KnowledgeArticle|Feed$|^FeedItem$")


@dataclass(frozen=True, slots=True)
class Options:
    """What the configuration says of the package.

    `names` renames ``Object`` or ``Object.Field``; a picklist of more than `max_picklist_literal` values is typed as
    text; `api_version`, such as ``62.0``, is the version that the client speaks unless it is told another; `apex` are
    the files of its Apex REST clients (`sfgen.apex.generate.build_apex`).
    """

    package: str
    api_version: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    max_picklist_literal: int = MAX_PICKLIST_LITERAL
    apex: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Package:
    """The files of a package, by path relative to it with forward slashes, and what was odd on the way."""

    files: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def build_package(describes: Sequence[ObjectDescribe], options: Options, lock: str | None = None) -> Package:
    """Generate a package from describes. An object that can't be generated is left out and reported.

    Of two describes of one object the later counts. `lock` is the text of the ``sfgen.lock`` that the package has, so
    that what it published keeps its name.

    Raises:
        LockError: the lock can't be read.
    """
    described = sorted({one.name: one for one in describes}.values(), key=lambda item: item.name)
    published = read_lock(lock) if lock is not None else {}
    names, problems = resolve_names(described, options.names, published)
    models = Models(
        {name: (found.module, found.class_name) for name, found in names.items()},
        frozenset(one.name for one in described if one.name in names and _has_key(one, names[one.name])),
    )
    modules: list[ObjectModule] = []
    for one in described:
        if one.name not in names:
            continue
        module, found = build_object(one, names[one.name], models, options.max_picklist_literal)
        modules.append(module)
        problems += found
    if not modules:
        problems.append(Problem(Level.ERROR, "", "", "no object is left to generate"))
    files = {**dict(_files(modules, options)), LOCK: write_lock(names, published)} if modules else {}
    return Package(dict(sorted(files.items())), tuple(sorted(set(problems), key=_by_place)))


def _has_key(described: ObjectDescribe, names: ObjectNames) -> bool:
    return any(is_key(field) and field.name in names.attributes for field in described.fields)


def _by_place(problem: Problem) -> tuple[str, str, str]:
    return problem.object, problem.field, problem.message


def _files(modules: Sequence[ObjectModule], options: Options) -> Iterator[tuple[str, str]]:
    for module in modules:
        yield f"{module.module}.py", render_object(module)
        yield f"_tables/{module.module}.py", render_table(module)
        if module.picklists or module.record_types:
            yield f"picklists/{module.module}.py", render_picklists(module)
    yield "picklists/__init__.py", '"""The picklists and record types of the org, a module an object."""\n'
    yield "_tables/__init__.py", '"""The tables of the models, loaded when one is first used."""\n'
    yield "_index.py", render_package(options.package, modules, "index.py.jinja", prefixes=_prefixes(modules))
    client = {"api_version": options.api_version, "apex": bool(options.apex)}
    yield "client.py", render_package(options.package, modules, "client.py.jinja", **client)
    yield from options.apex.items()
    yield "__init__.py", render_package(options.package, modules, "init.py.jinja", exports=_exports(modules))
    yield "py.typed", ""


def _prefixes(modules: Sequence[ObjectModule]) -> list[tuple[str, str]]:
    """Return the key prefixes that say which object an id is of, each with the object's name."""
    named = [(module.key_prefix, module.api_name) for module in modules if not _SHARING.search(module.api_name)]
    often = Counter(prefix for prefix, _ in named)
    return sorted((prefix, name) for prefix, name in named if _PREFIX.fullmatch(prefix) and often[prefix] == 1)


def _exports(modules: Sequence[ObjectModule]) -> list[tuple[str, list[str]]]:
    """Return which classes the package itself offers, by module. A model goes before what stands beside another one.

    A name of a module of the package stays that: `from . import invoice__c` can't mean a module and a class of it.
    """
    taken = {"Salesforce", "apex", "client", "picklists", *(module.module for module in modules)}
    models = {module.class_name for module in modules}
    exports: list[tuple[str, list[str]]] = []
    for module in modules:
        names = [name for name in module.classes if name not in taken]
        names = [name for name in names if name == module.class_name or name not in models]
        taken.update(names)
        if names:
            exports.append((module.module, names))
    return exports
