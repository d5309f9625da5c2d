"""Describe results on disk: the snapshot that users commit and review, and folders of describes from elsewhere.

A written snapshot is one JSON file an object and a manifest, in a canonical form: the same describes give the same
bytes, and a change in the org is a change of the lines that say it. Left out is what only repeats the host and API
version (`urls`), since it would change every file with each move to another org or release.

What is read may also come from `sf sobject describe`, a REST client or another tool: files are known by their
content, not by their names. All of it is text from elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sfgen.describe import API_VERSION, JsonObject, Level, Problem, is_describe
from sfgen.errors import SfgenError
from sfgen.files import Entry, parse_json, read_entries, why_broken
from sfgen.write import Changes, sync, text_hash

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "sfgen-snapshot.json"
FORMAT = 1

# Lists whose order means nothing, and the key that gives them one. Fields and picklist values keep the org's order.
_UNORDERED = {
    "childRelationships": ("childSObject", "field", "relationshipName"),
    "recordTypeInfos": ("developerName", "recordTypeId"),
    "actionOverrides": ("name", "formFactor", "pageId"),
    "namedLayoutInfos": ("name",),
    "supportedScopes": ("name",),
}
# Half of a surrogate pair is no UTF-8; the others show a reviewer a text that is not the one in the file.
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
_SAFE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
# Windows takes these for devices, with any extension.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_VERSION_IN_URL = re.compile(rf"/services/data/v({API_VERSION.pattern})/")


class SnapshotError(SfgenError):
    """The folder holds nothing that can be read as describe results, or contradicts itself."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Describe results by object name, sorted, in canonical form.

    `api_version` and `org` (a hash of the organization's id) are None where the source doesn't say them. `actions` are
    the describes of invocable actions by kind and name, such as ``flow.Rate``; the manifest keeps them.
    """

    describes: Mapping[str, JsonObject]
    api_version: str | None = None
    org: str | None = None
    problems: tuple[Problem, ...] = ()
    actions: Mapping[str, JsonObject] = field(default_factory=dict)


def org_hash(org_id: str) -> str:
    """Return what tells one org from another without publishing its id."""
    return hashlib.sha256(b"sfgen org " + org_id[:15].encode()).hexdigest()[:16]


def canonical(describe: JsonObject) -> dict[str, Any]:
    """Return a describe result without what varies between two readings of the same metadata."""
    result = {key: value for key, value in describe.items() if key != "urls"}
    for key, sort_keys in _UNORDERED.items():
        value = result.get(key)
        if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            items = [{name: inner for name, inner in item.items() if name != "urls"} for item in value]
            result[key] = sorted(items, key=_by(sort_keys))
    return result


def with_urls(describe: JsonObject, api_version: str) -> dict[str, Any]:
    """Return a describe result with the paths that an org's answer has and the canonical form leaves out."""
    path = f"/services/data/v{api_version}/sobjects/{quote(describe['name'], safe='')}"
    return {**describe, "urls": {"sobject": path, "describe": f"{path}/describe", "rowTemplate": f"{path}/{{ID}}"}}


def _by(keys: Iterable[str]) -> Callable[[JsonObject], list[str]]:
    return lambda item: [str(item.get(key)) for key in keys]


def _dump(value: object) -> str:
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


# Writing


def snapshot_files(snapshot: Snapshot) -> dict[str, str]:
    """Return the files of a written snapshot: name -> text, the manifest among them."""
    names = file_names(snapshot.describes)
    files = {names[name]: _dump(canonical(describe)) for name, describe in sorted(snapshot.describes.items())}
    manifest: dict[str, Any] = {
        "sfgen_snapshot": FORMAT,
        "api_version": snapshot.api_version,
        "org": snapshot.org,
        "objects": {
            name: {"file": file, "sha256": text_hash(files[file].encode())} for name, file in sorted(names.items())
        },
    }
    if snapshot.actions:
        manifest["actions"] = dict(snapshot.actions)
    return {**files, MANIFEST: _dump(manifest)}


def write_snapshot(folder: Path, snapshot: Snapshot) -> Changes:
    """Write the snapshot: changed files only, and without those that an earlier one left.

    Raises:
        WriteError: the folder has files of other makers under the names to be written.
        OSError: the disk refused; the folder is as it was before.
    """
    return sync(folder, snapshot_files(snapshot), owned=_owned(folder))


def file_names(objects: Iterable[str]) -> dict[str, str]:
    """Return a file name for each object that is safe on every platform, whatever else is in the folder."""
    names = sorted(objects)
    folded = [name.casefold() for name in names]
    result = {}
    for name in names:
        plain = _SAFE_NAME.fullmatch(name) and not _DEVICES.fullmatch(name) and folded.count(name.casefold()) == 1
        if plain:
            result[name] = f"{name}.json"
        else:
            digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:12]
            result[name] = f"{re.sub('[^A-Za-z0-9_]', '_', name)[:60] or '_'}-{digest}.json"
    return result


def _owned(folder: Path) -> dict[str, str]:
    """Return the files of the snapshot that is in the folder, by its manifest: name -> hash."""
    try:
        manifest = parse_json((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not _is_manifest(manifest):
        return {}
    return {MANIFEST: ""} | {item["file"]: item["sha256"] for item in _listed(manifest).values()}


# Reading


def read_snapshot(path: Path) -> Snapshot:
    """Read a written snapshot, or describe results of any origin: a folder, a .tar.gz of one, or one file.

    What is odd but harmless becomes a `Problem` of the snapshot; the order of files never matters.

    Raises:
        SnapshotError: there is no describe, a file is broken, or two files contradict each other.
        SfgenError: the path can't be read.
    """
    reading = _Reading()
    for entry in read_entries(path):
        reading.take(entry)
    if reading.broken:
        # Going on without the file would take its object out of the package without a word.
        lines = "".join(f"\n  {line}" for line in reading.broken)
        raise SnapshotError(f"{path} can't be read as describe results:{lines}")
    if not reading.describes:
        raise SnapshotError(_nothing_found(path, reading.skipped))
    problems = reading.problems + [
        Problem(Level.WARNING, "", "", f"{file} is skipped: JSON, but no describe result") for file in reading.skipped
    ]
    version = reading.versions.pop() if len(reading.versions) == 1 else None
    snapshot = Snapshot(dict(sorted(reading.describes.items())), api_version=version, problems=tuple(problems))
    return _with_manifest(snapshot, path, reading) if reading.manifests else snapshot


@dataclass(slots=True)
class _Reading:
    """What the files read so far hold."""

    describes: dict[str, JsonObject] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # object -> the file it was found in
    hashes: dict[str, str] = field(default_factory=dict)  # object -> that file's hash
    versions: set[str] = field(default_factory=set)
    manifests: list[tuple[str, JsonObject]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        try:
            data = parse_json(entry.data)
            if _is_manifest(data):
                self.manifests.append((entry.path, data))
                return
            inner = list(_describes_in(data))
        except (ValueError, RecursionError) as error:
            self.broken.append(f"{entry.path}: {why_broken(error)}")
            return
        if not inner:
            self.skipped.append(entry.path)
        for describe in inner:
            self.versions.update(_VERSION_IN_URL.findall(json.dumps(describe.get("urls"))))
            self._add(canonical(describe), entry)

    def _add(self, describe: JsonObject, entry: Entry) -> None:
        name = describe["name"]
        if name not in self.describes:
            self.describes[name], self.files[name], self.hashes[name] = describe, entry.path, text_hash(entry.data)
        elif self.describes[name] != describe:
            both = f"{self.files[name]} and {entry.path}"
            self.broken.append(f"{both}: different describes of {name}; remove one of them")
        else:
            both = f"{self.files[name]} and {entry.path}"
            self.problems.append(Problem(Level.WARNING, name, "", f"{both} hold the same describe"))


def _with_manifest(snapshot: Snapshot, path: Path, reading: _Reading) -> Snapshot:
    if len(reading.manifests) > 1:
        files = " and ".join(file for file, _ in reading.manifests[:2])
        raise SnapshotError(f"{path} holds several snapshots ({files}): name the folder of one of them.")
    file, manifest = reading.manifests[0]
    written_as = manifest["sfgen_snapshot"]
    if written_as != FORMAT:
        raise SnapshotError(f"{file} has format {written_as}, which this sfgen doesn't know: upgrade sfgen.")
    version, org = manifest.get("api_version"), manifest.get("org")
    if version is not None and not (isinstance(version, str) and API_VERSION.fullmatch(version)):
        raise SnapshotError(f'{file} has the API version {version!a}: write it as "62.0", or fetch the snapshot anew.')
    return replace(
        snapshot,
        api_version=version,
        org=org if isinstance(org, str) else None,
        actions=_actions(manifest),
        problems=(*snapshot.problems, *_edits(file, _listed(manifest), reading.hashes)),
    )


def _edits(file: str, listed: Mapping[str, Mapping[str, str]], hashes: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a warning for each object that is not as the manifest says: users may edit, but should know."""
    for name in sorted(listed.keys() | hashes.keys()):
        if name not in hashes:
            message = f"{file} lists it, but {listed[name]['file']} is missing"
        elif name not in listed:
            message = f"its describe was added by hand: {file} doesn't list it"
        elif hashes[name] != listed[name]["sha256"]:
            message = f"{listed[name]['file']} was edited since sfgen wrote it"
        else:
            continue
        yield Problem(Level.WARNING, name, "", message)


def _is_manifest(data: object) -> bool:
    return isinstance(data, Mapping) and isinstance(data.get("sfgen_snapshot"), int)


def _listed(manifest: JsonObject) -> dict[str, Mapping[str, str]]:
    """Return the manifest's objects, those that are well-formed."""
    objects = manifest.get("objects")
    return {
        name: item
        for name, item in (objects.items() if isinstance(objects, Mapping) else ())
        if isinstance(item, Mapping) and isinstance(item.get("file"), str) and isinstance(item.get("sha256"), str)
    }


def _actions(manifest: JsonObject) -> dict[str, JsonObject]:
    actions = manifest.get("actions")
    items = actions.items() if isinstance(actions, Mapping) else ()
    return {name: described for name, described in items if isinstance(described, Mapping)}


def _describes_in(data: Any) -> Iterator[JsonObject]:
    """Yield the describe results of one file: the bare result, or what `sf --json` and composite/batch put round it.

    Raises:
        ValueError: the place of a describe is taken by an error that the org answered.
    """
    if is_describe(data):
        yield data
    elif isinstance(data, list):
        for item in data:
            if isinstance(item, Mapping) and "errorCode" in item:
                raise ValueError(
                    f"the org answered an error here ({str(item['errorCode'])[:60]}) instead of a describe"
                )
            yield from _describes_in(item)
    elif isinstance(data, Mapping):
        for wrapper in ("result", "results"):
            yield from _describes_in(data.get(wrapper))


def _nothing_found(path: Path, skipped: list[str]) -> str:
    hint = "describe results as GET .../sobjects/{Object}/describe returns them, one JSON file an object"
    if skipped:
        return f"{path} holds JSON, but no describe result (looked at {', '.join(skipped[:3])}). Expected are {hint}."
    return f"{path} holds no describe results. Expected are {hint}, or a snapshot that `sfgen snapshot` wrote."
