"""What the Metadata API keeps: archives that were deployed, the components in them, and how each deployment ended.

Components are kept and given back; they don't change the objects of the org, which are those of its describes. A
deployment or retrieval is done when it is asked for, so its first status is its last.

Salesforce document: Metadata API Developer Guide, "DeployResult", "RetrieveResult", "FileProperties".
"""

from __future__ import annotations

import base64
import binascii
import io
import itertools
import xml.etree.ElementTree as ET  # to write with; what comes over the wire is read by `read_xml`
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sfgen_local_org.http.object_metadata import object_file
from sfgen_local_org.http.soap_xml import children, read_xml, text, texts
from sfgen_local_org.ids import make_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sfgen_local_org.org import Org

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_PACKAGE = "package.xml"
_META = "-meta.xml"
# The lists of what a deployment deletes, before or after it adds the rest.
_DESTRUCTIVE = ("destructiveChanges.xml", "destructiveChangesPre.xml", "destructiveChangesPost.xml")
# What an archive may unpack to, in bytes, as the API has it.
_LARGEST_ARCHIVE = 400 * 1024 * 1024
_MOST_FILES = 10_000
_EPOCH = "1970-01-01T00:00:00.000Z"

# The type and the name of a component.
Key = tuple[str, str]


class MetadataRefusedError(Exception):
    """A call that is refused as a whole."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


@dataclass(slots=True)
class Archive:
    """The files of an archive by the component that each belongs to, what it deletes, and what is wrong with it."""

    files: dict[Key, dict[str, bytes]] = field(default_factory=dict)
    deleted: dict[Key, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Component:
    """A component that is there: the id and the dates that the API tells of it, and its files by their paths."""

    id: str
    created: str
    modified: str
    files: Mapping[str, bytes]


class Deployments:
    """Archives of one org: deployed, validated and retrieved."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._numbers = itertools.count(1)
        self._components: dict[Key, _Component] = {}
        self._results: dict[str, dict[str, Any]] = {}
        self._options: dict[str, dict[str, Any]] = {}
        self._validated: dict[str, Archive] = {}

    def __iter__(self) -> Iterator[Key]:
        return iter(self._components)

    def described(self) -> dict[str, dict[str, Any]]:
        """Return what the API tells of each type of component that there is, by name."""
        kinds = {"CustomObject": _described("CustomObject", ["objects/Account.object"])}
        for (kind, _), component in self._components.items():
            kinds.setdefault(kind, _described(kind, component.files))
        return dict(sorted(kinds.items()))

    def properties(self, key: Key, file_name: str = "") -> dict[str, Any]:
        """Return what the API tells of a component, or of one of its files."""
        # One that nobody deployed has been there for ever.
        found = self._components.get(key, _Component("", _EPOCH, _EPOCH, {}))
        name = self._org.user.get("Name") or ""
        return {
            "createdById": self._org.user_id,
            "createdByName": name,
            "createdDate": found.created,
            "fileName": file_name or _main_file(found.files),
            "fullName": key[1],
            "id": found.id,
            "lastModifiedById": self._org.user_id,
            "lastModifiedByName": name,
            "lastModifiedDate": found.modified,
            "manageableState": "unmanaged",
            "type": key[0],
        }

    # -- deploying

    def deploy(self, content: bytes, options: Mapping[str, Any]) -> str:
        """Deploy an archive, or only check it; return the id of the deployment.

        Raises:
            MetadataRefusedError: it can't be read.
        """
        archive = read_archive(content)
        checks = options.get("checkOnly") is True
        process = self.new_id("0Af")
        if checks and not archive.problems:
            self._validated[process] = archive
        return self._finish(process, archive, options)

    def deploy_validated(self, process: str) -> str:
        """Deploy an archive that was checked before; return the id of the new deployment.

        Raises:
            MetadataRefusedError: no such archive was checked, or it didn't pass.
        """
        archive = self._validated.pop(process, None)
        if archive is None:
            raise MetadataRefusedError("INVALID_ID_FIELD", f"No validated deployment has the id {process}")
        return self._finish(self.new_id("0Af"), archive, {**self._options[process], "checkOnly": False})

    def deploy_result(self, process: str) -> dict[str, Any]:
        """Return how a deployment ended.

        Raises:
            MetadataRefusedError: there is none with this id.
        """
        if process not in self._results or process not in self._options:
            raise MetadataRefusedError("INVALID_ID_FIELD", f"Invalid id: {process}")
        return self._results[process]

    def deploy_options(self, process: str) -> dict[str, Any]:
        """Return the options of a deployment."""
        return self._options[process]

    def _finish(self, process: str, archive: Archive, options: Mapping[str, Any]) -> str:
        moment = self._org.now().replace("+0000", "Z")
        checks = options.get("checkOnly") is True
        told = [self._message("", name, name, moment, problem) for name, problem in archive.problems]
        if not archive.problems:
            told += [self._message(*key, name, moment, deleted=True) for key, name in archive.deleted.items()]
            told += [self._message(*key, _main_file(files), moment) for key, files in archive.files.items()]
            if not checks:
                self._keep(archive, moment)
        succeeded = not archive.problems
        total = len(archive.files) + len(archive.deleted) + len(archive.problems)
        self._options[process] = dict(options)
        self._results[process] = {
            "checkOnly": checks,
            "completedDate": moment,
            "createdBy": self._org.user_id,
            "createdByName": self._org.user.get("Name") or "",
            "createdDate": moment,
            "details": {
                "componentFailures": [message for message in told if not message["success"]],
                "componentSuccesses": [message for message in told if message["success"]],
                "runTestResult": {"numFailures": 0, "numTestsRun": 0, "totalTime": 0.0},
            },
            "done": True,
            "id": process,
            "ignoreWarnings": options.get("ignoreWarnings") is True,
            "lastModifiedDate": moment,
            "numberComponentErrors": len(archive.problems),
            "numberComponentsDeployed": total if succeeded else 0,
            "numberComponentsTotal": total,
            "numberTestErrors": 0,
            "numberTestsCompleted": 0,
            "numberTestsTotal": 0,
            "rollbackOnError": options.get("rollbackOnError") is not False,
            "runTestsEnabled": options.get("testLevel") not in (None, "", "NoTestRun"),
            "startDate": moment,
            "status": "Succeeded" if succeeded else "Failed",
            "success": succeeded,
        }
        return process

    def _message(
        self, kind: str, name: str, file_name: str, moment: str, problem: str | None = None, *, deleted: bool = False
    ) -> dict[str, Any]:
        """Return what a deployment tells of one component."""
        known = self._components.get((kind, name))
        told: dict[str, Any] = {
            "changed": problem is None,
            "componentType": kind,
            "created": problem is None and known is None and not deleted,
            "createdDate": known.created if known else moment,
            "deleted": deleted,
            "fileName": file_name,
            "fullName": name,
        }
        if known is not None:
            told["id"] = known.id
        if problem is not None:
            told |= {"problem": problem, "problemType": "Error"}
        return {**told, "success": problem is None}

    def _keep(self, archive: Archive, moment: str) -> None:
        for key in archive.deleted:
            self._components.pop(key, None)
        for key, files in archive.files.items():
            known = self._components.get(key)
            created = known.created if known else moment
            self._components[key] = _Component(known.id if known else self.new_id("01p"), created, moment, files)

    # -- retrieving

    def retrieve(self, wanted: ET.Element, *, single_package: bool) -> str:
        """Put the components that a package lists into an archive; return the id of the retrieval.

        Their files are in a folder `unpackaged`, unless a single package is asked for.
        """
        folder = "" if single_package else "unpackaged/"
        found: dict[Key, _Component] = {}
        missing: list[Key] = []
        for types in children(wanted, "types"):
            kind = text(types, "name")
            for member in texts(types, "members"):
                some = self._named(kind, member)
                found |= some
                missing += [(kind, member)] if not some and member != "*" else []
        process = self.new_id("09S")
        archive = _written_archive({key: one.files for key, one in found.items()}, text(wanted, "version"), folder)
        about = [
            self.properties(key, folder + name)
            for key, one in found.items()
            for name in one.files
            if not name.endswith(_META) or len(one.files) == 1
        ]
        self._results[process] = {
            "done": True,
            "fileProperties": [*about, self.properties(("Package", folder + _PACKAGE), folder + _PACKAGE)],
            "id": process,
            "messages": [
                {
                    "fileName": folder + _PACKAGE,
                    "problem": f"Entity of type '{kind}' named '{member}' cannot be found",
                }
                for kind, member in missing
            ],
            "status": "Succeeded",
            "success": True,
            "zipFile": base64.b64encode(archive).decode("ascii"),
        }
        return process

    def _named(self, kind: str, member: str) -> dict[Key, _Component]:
        """Return the components of a name, or all of a type: of objects the custom ones and what was deployed."""
        found: dict[Key, _Component] = {}
        if kind == "CustomObject":
            listed = self._org.describe_global()["sobjects"]
            names = [one["name"] for one in listed if member == one["name"] or (member == "*" and one["custom"])]
            for name in names:
                files = {f"objects/{name}.object": object_file(self._org.describe(name))}
                found[kind, name] = _Component("", _EPOCH, _EPOCH, files)
        own = [key for key in self._components if key[0] == kind and member in ("*", key[1])]
        return found | {key: self._components[key] for key in own}

    def result(self, process: str) -> dict[str, Any]:
        """Return how a deployment or a retrieval ended.

        Raises:
            MetadataRefusedError: there is none with this id.
        """
        if process not in self._results:
            raise MetadataRefusedError("INVALID_ID_FIELD", f"Invalid id: {process}")
        return self._results[process]

    def new_id(self, prefix: str) -> str:
        """Return an id that nothing here has had."""
        return make_id(prefix, next(self._numbers))


def _main_file(files: Iterable[str]) -> str:
    """Return the file that stands for a component: not the one that only has the data about it."""
    return min(files, key=lambda name: (name.endswith(_META), name), default="")


def _described(kind: str, files: Iterable[str]) -> dict[str, Any]:
    main = PurePosixPath(_main_file(files))
    return {
        "directoryName": main.parts[0] if len(main.parts) > 1 else "",
        "inFolder": False,
        "metaFile": any(name.endswith(_META) for name in files),
        "suffix": main.suffix.removeprefix("."),
        "xmlName": kind,
    }


def bytes_of(encoded: str) -> bytes:
    """Return what base64 stands for.

    Raises:
        MetadataRefusedError: it is none.
    """
    try:
        return base64.b64decode(encoded)
    except binascii.Error as error:
        raise MetadataRefusedError("INVALID_ARCHIVE", f"The archive is not base64: {error}") from None


def read_archive(content: bytes) -> Archive:
    """Return what an archive holds.

    Raises:
        MetadataRefusedError: it is no ZIP file, or too large.
    """
    archive = Archive()
    files = _unpacked(content)
    # An archive of one package may have it in a folder.
    listed = next((name for name in files if PurePosixPath(name).name == _PACKAGE), None)
    if listed is None:
        archive.problems.append((_PACKAGE, "No package.xml found"))
        return archive
    folder = listed.removesuffix(_PACKAGE)
    own = {name.removeprefix(folder): data for name, data in files.items() if name.startswith(folder)}
    for name in _DESTRUCTIVE:
        archive.deleted |= dict.fromkeys(_members(own, name, archive) if name in own else (), name)
    for kind, member in _members(own, _PACKAGE, archive):
        held = {name: own[name] for name in own if _holds(name, member)}
        if held:
            archive.files[kind, member] = held
        elif member != "*":
            problem = f"An object '{member}' of type {kind} was named in package.xml, but was not found"
            archive.problems.append((listed, f"{problem} in zipped directory"))
    return archive


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _LARGEST_ARCHIVE:
                raise MetadataRefusedError("LIMIT_EXCEEDED", "The archive has too many files, or is too large")
            return {entry.filename: opened.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise MetadataRefusedError("INVALID_ARCHIVE", f"The archive can't be read: {error}") from None


def _members(files: Mapping[str, bytes], name: str, archive: Archive) -> list[Key]:
    package = read_xml(files[name])
    if package is None:
        archive.problems.append((name, "Error parsing file: it is not well-formed XML without a document type"))
        return []
    return [(text(types, "name"), member) for types in children(package, "types") for member in texts(types, "members")]


def _holds(name: str, member: str) -> bool:
    """Tell whether a file belongs to a component: by its name, by its bundle's folder, or as the file of its parent."""
    path = PurePosixPath(name)
    parent, dot, _ = member.partition(".")
    return (
        f"/{name}".find(f"/{member}.") >= 0
        or path.stem == member
        or member in path.parts[1:-1]
        or (dot == "." and path.name.startswith(f"{parent}."))
    )


def _written_archive(components: Mapping[Key, Mapping[str, bytes]], version: str, folder: str) -> bytes:
    package = ET.Element("Package", xmlns=NAMESPACE)
    for kind in sorted({kind for kind, _ in components}):
        types = ET.SubElement(package, "types")
        for own, member in sorted(components):
            if own == kind:
                ET.SubElement(types, "members").text = member
        ET.SubElement(types, "name").text = kind
    ET.SubElement(package, "version").text = version
    files = {name: data for own in components.values() for name, data in own.items()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(folder + _PACKAGE, ET.tostring(package, encoding="utf-8", xml_declaration=True))
        for name, content in files.items():
            archive.writestr(folder + name, content)
    return made.getvalue()
