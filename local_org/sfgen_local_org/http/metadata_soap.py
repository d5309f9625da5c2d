"""The Metadata API: archives deployed and retrieved, components created, read, listed and deleted.

Components are kept and given back; they don't change the objects of the org, which are those of its describes. A
deployment or retrieval is done when it is asked for, so its first status is its last.

Salesforce document: Metadata API Developer Guide, "Metadata API Calls".
"""

from __future__ import annotations

import base64
import binascii
import io
import itertools
import xml.etree.ElementTree as ET  # to write with; what comes over the wire is read by defusedxml
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.router import Route
from sfgen_local_org.ids import make_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sfgen_local_org.http.site import Site

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_MET = "http://soap.sforce.com/2006/04/metadata"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PACKAGE = "package.xml"
# What an archive may unpack to, in bytes, as the API has it.
_LARGEST_ARCHIVE = 400 * 1024 * 1024
_MOST_FILES = 10_000

Key = tuple[str, str]


class _Fault(Exception):
    """A call that is refused as a whole."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


@dataclass(slots=True)
class _Archive:
    """The files of an archive by the component that each belongs to, and what is wrong with it."""

    files: dict[Key, dict[str, bytes]] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)


class MetadataSoap:
    """The endpoint of the Metadata API."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._numbers = itertools.count(1)
        self._results: dict[str, str] = {}
        self._files: dict[Key, dict[str, bytes]] = {}
        self._components: dict[Key, ET.Element] = {}

    def routes(self) -> list[Route]:
        """Return the endpoints; the session is in the SOAP header."""
        address = "/services/Soap/m/{soap_version}"
        tails = ("", "/{org}", "/{org}/{id}")
        return [Route("POST", address + tail, self.call, public=True) for tail in tails]

    def call(self, call: Call) -> Answer:
        """Answer one SOAP operation."""
        try:
            envelope = fromstring(call.body, forbid_dtd=True)
        except (ET.ParseError, DefusedXmlException, ValueError, LookupError):
            return _fault("soapenv:Client", "The request is not a well-formed SOAP message without a document type")
        asked = next(iter(_child(envelope, "Body")), None)
        name = "" if asked is None else _local(asked)
        if not self._site.sessions.is_open(_text(_child(_child(envelope, "Header"), "SessionHeader"), "sessionId")):
            message = "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader"
            return _fault("sf:INVALID_SESSION_ID", message)
        operation = getattr(self, f"_{name}", None) if name in _OPERATIONS else None
        if asked is None or operation is None:
            return _fault("soapenv:Client", f"No operation available for request {{{_MET}}}{name}")
        self._site.usage.used += 1
        try:
            results: list[str] = operation(asked)
        except _Fault as fault:
            return _fault(f"sf:{fault.code}", f"{fault.code}: {fault.message}")
        body = "".join(f"<result>{result}</result>" for result in results)
        return _message(200, f"<{name}Response>{body}</{name}Response>")

    # -- archives

    def _deploy(self, asked: ET.Element) -> list[str]:
        options = _child(asked, "DeployOptions")
        if _texts(options, "runTests") and _text(options, "testLevel") != "RunSpecifiedTests":
            raise _Fault("INVALID_OPERATION", "runTests can only be used with a testLevel of RunSpecifiedTests")
        archive = _read_archive(_bytes(_text(asked, "ZipFile")))
        deploys = not archive.problems and _text(options, "checkOnly") != "true"
        if deploys:
            self._files |= archive.files
        process = self._new_id("0Af")
        self._results[process] = _deploy_status(process, archive, _text(options, "checkOnly"))
        return [f"<done>false</done><id>{process}</id><state>Queued</state>"]

    def _checkDeployStatus(self, asked: ET.Element) -> list[str]:
        return [self._result(asked)]

    def _cancelDeploy(self, asked: ET.Element) -> list[str]:
        # It is over already, which the API says by `done`.
        process = _text(asked, "String")
        if process not in self._results:
            raise _Fault("INVALID_ID_FIELD", f"Invalid id: {process}")
        return [f"<done>true</done><id>{process}</id>"]

    def _retrieve(self, asked: ET.Element) -> list[str]:
        unpackaged = _child(_child(asked, "retrieveRequest"), "unpackaged")
        found: dict[Key, dict[str, bytes]] = {}
        missing: list[Key] = []
        for types in _children(unpackaged, "types"):
            name = _text(types, "name")
            for member in _texts(types, "members"):
                keys = [key for key in self._files if key[0] == name and member in ("*", key[1])]
                found |= {key: self._files[key] for key in keys}
                missing += [(name, member)] if not keys and member != "*" else []
        messages = "".join(
            f"<messages><fileName>unpackaged/{_PACKAGE}</fileName><problem>Entity of type '{escape(name)}' named "
            f"'{escape(member)}' cannot be found</problem></messages>"
            for name, member in missing
        )
        process = self._new_id("09S")
        archive = base64.b64encode(_write_archive(found, _text(unpackaged, "version"))).decode("ascii")
        self._results[process] = (
            f"<done>true</done><id>{process}</id>{messages}<status>Succeeded</status><success>true</success>"
            f"<zipFile>{archive}</zipFile>"
        )
        return [f"<done>false</done><id>{process}</id><state>Queued</state>"]

    def _checkRetrieveStatus(self, asked: ET.Element) -> list[str]:
        result = self._result(asked)
        with_zip = _text(asked, "includeZip") != "false"
        return [result if with_zip else result[: result.index("<zipFile>")]]

    def _result(self, asked: ET.Element) -> str:
        process = _text(asked, "asyncProcessId")
        if process not in self._results:
            raise _Fault("INVALID_ID_FIELD", f"Invalid id: {process}")
        return self._results[process]

    def _new_id(self, prefix: str) -> str:
        return make_id(prefix, next(self._numbers))

    # -- components

    def _createMetadata(self, asked: ET.Element) -> list[str]:
        return [self._save(component, new=True) for component in _children(asked, "metadata")]

    def _updateMetadata(self, asked: ET.Element) -> list[str]:
        return [self._save(component, new=False) for component in _children(asked, "metadata")]

    def _upsertMetadata(self, asked: ET.Element) -> list[str]:
        return [self._save(component, new=None) for component in _children(asked, "metadata")]

    def _save(self, component: ET.Element, *, new: bool | None) -> str:
        kind = component.get(f"{{{_XSI}}}type", "").rpartition(":")[2]
        name = _text(component, "fullName")
        if not kind or not name:
            return _row(name, ("REQUIRED_FIELD_MISSING", "A component needs its type and its fullName"))
        known = (kind, name) in self._components
        if new is True and known:
            return _row(name, ("DUPLICATE_DEVELOPER_NAME", f"There is already a {kind} named {name}."))
        if new is False and not known:
            return _row(name, ("INVALID_CROSS_REFERENCE_KEY", f"In field: fullName - no {kind} named {name} found"))
        self._components[kind, name] = component
        created = f"<created>{str(not known).lower()}</created>" if new is None else ""
        return _row(name) + created

    def _readMetadata(self, asked: ET.Element) -> list[str]:
        kind = _text(asked, "type")
        found = [self._components.get((kind, name)) for name in _texts(asked, "fullNames")]
        return ["".join('<records xsi:nil="true"/>' if one is None else _record(kind, one) for one in found)]

    def _deleteMetadata(self, asked: ET.Element) -> list[str]:
        kind = _text(asked, "type")
        return [self._delete(kind, name) for name in _texts(asked, "fullNames")]

    def _delete(self, kind: str, name: str) -> str:
        if self._components.pop((kind, name), None) is None:
            return _row(name, ("INVALID_CROSS_REFERENCE_KEY", f"No {kind} named: {name} found"))
        return _row(name)

    def _renameMetadata(self, asked: ET.Element) -> list[str]:
        kind, old, new = _text(asked, "type"), _text(asked, "oldFullName"), _text(asked, "newFullName")
        component = self._components.get((kind, old))
        if component is None or (kind, new) in self._components or not new:
            return [_row(old, ("INVALID_CROSS_REFERENCE_KEY", f"{kind} {old} can't be renamed to {new}"))]
        _child(component, "fullName").text = new
        self._components[kind, new] = self._components.pop((kind, old))
        return [_row(new)]

    # -- what there is

    def _describeMetadata(self, asked: ET.Element) -> list[str]:
        kinds = sorted({"CustomObject", *(kind for kind, _ in (*self._components, *self._files))})
        listed = "".join(f"<metadataObjects><xmlName>{escape(kind)}</xmlName></metadataObjects>" for kind in kinds)
        return [f"{listed}<organizationNamespace></organizationNamespace><testRequired>false</testRequired>"]

    def _listMetadata(self, asked: ET.Element) -> list[str]:
        rows: list[str] = []
        for query in _children(asked, "queries"):
            kind = _text(query, "type")
            names = {name for own, name in (*self._components, *self._files) if own == kind}
            if kind == "CustomObject":
                names |= {item["name"] for item in self._site.org.describe_global()["sobjects"]}
            rows += [f"<fullName>{escape(name)}</fullName><type>{escape(kind)}</type>" for name in sorted(names)]
        return rows


_OPERATIONS = frozenset(
    {
        "cancelDeploy",
        "checkDeployStatus",
        "checkRetrieveStatus",
        "createMetadata",
        "deleteMetadata",
        "deploy",
        "describeMetadata",
        "listMetadata",
        "readMetadata",
        "renameMetadata",
        "retrieve",
        "updateMetadata",
        "upsertMetadata",
    }
)


# ---- archives --------------------------------------------------------------------------------------------------------


def _read_archive(content: bytes) -> _Archive:
    archive = _Archive()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _LARGEST_ARCHIVE:
                raise _Fault("LIMIT_EXCEEDED", "The archive has too many files, or is too large")
            files = {entry.filename: opened.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, binascii.Error) as error:
        raise _Fault("INVALID_ARCHIVE", f"The archive can't be read: {error}") from None
    # An archive of one package may have it in a folder.
    listed = next((name for name in files if PurePosixPath(name).name == _PACKAGE), None)
    if listed is None:
        archive.problems.append((_PACKAGE, "No package.xml found"))
        return archive
    try:
        package = fromstring(files[listed], forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        archive.problems.append((listed, f"Error parsing file: {error}"))
        return archive
    for types in _children(package, "types"):
        for member in _texts(types, "members"):
            own = {name: files[name] for name in files if PurePosixPath(name).name.partition(".")[0] == member}
            if own:
                archive.files[_text(types, "name"), member] = own
            elif member != "*":
                problem = (
                    f"An object '{member}' of type {_text(types, 'name')} was named in package.xml, but was not found"
                )
                archive.problems.append((listed, f"{problem} in zipped directory"))
    return archive


def _write_archive(files: dict[Key, dict[str, bytes]], version: str) -> bytes:
    package = ET.Element("Package", xmlns=_MET)
    for kind in sorted({kind for kind, _ in files}):
        types = ET.SubElement(package, "types")
        for own, member in sorted(files):
            if own == kind:
                ET.SubElement(types, "members").text = member
        ET.SubElement(types, "name").text = kind
    ET.SubElement(package, "version").text = version
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_PACKAGE, ET.tostring(package, encoding="utf-8", xml_declaration=True))
        for own_files in files.values():
            for name, content in own_files.items():
                archive.writestr(name, content)
    return written.getvalue()


def _deploy_status(process: str, archive: _Archive, check_only: str) -> str:
    failed, total = len(archive.problems), len(archive.files) + len(archive.problems)
    failures = "".join(
        f"<componentFailures><componentType></componentType><fileName>{escape(name)}</fileName>"
        f"<problem>{escape(problem)}</problem><problemType>Error</problemType></componentFailures>"
        for name, problem in archive.problems
    )
    tests = "<runTestResult><numFailures>0</numFailures><numTestsRun>0</numTestsRun></runTestResult>"
    return (
        f"<checkOnly>{'true' if check_only == 'true' else 'false'}</checkOnly><details>{failures}{tests}</details>"
        f"<done>true</done><id>{process}</id><numberComponentErrors>{failed}</numberComponentErrors>"
        f"<numberComponentsDeployed>{0 if failed else total}</numberComponentsDeployed>"
        f"<numberComponentsTotal>{total}</numberComponentsTotal><numberTestErrors>0</numberTestErrors>"
        "<numberTestsCompleted>0</numberTestsCompleted><numberTestsTotal>0</numberTestsTotal>"
        f"<status>{'Failed' if failed else 'Succeeded'}</status><success>{str(not failed).lower()}</success>"
    )


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error as error:
        raise _Fault("INVALID_ARCHIVE", f"The archive is not base64: {error}") from None


# ---- XML -------------------------------------------------------------------------------------------------------------


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(parent: ET.Element, name: str) -> Iterator[ET.Element]:
    return (child for child in parent if _local(child) == name)


def _child(parent: ET.Element, name: str) -> ET.Element:
    return next(_children(parent, name), ET.Element(name))


def _text(parent: ET.Element, name: str) -> str:
    return (_child(parent, name).text or "").strip()


def _texts(parent: ET.Element, name: str) -> list[str]:
    return [(child.text or "").strip() for child in _children(parent, name)]


def _record(kind: str, component: ET.Element) -> str:
    return f'<records xsi:type="{escape(kind, _QUOTE)}">{"".join(map(_plain, component))}</records>'


_QUOTE = {'"': "&quot;"}


def _plain(element: ET.Element) -> str:
    """Return an element as XML without its namespaces: an answer has one only."""
    name, inside = _local(element), "".join(map(_plain, element))
    return f"<{name}>{inside or escape(element.text or '')}</{name}>"


def _row(name: str, *errors: tuple[str, str]) -> str:
    told = "".join(
        f"<errors><message>{escape(message)}</message><statusCode>{code}</statusCode></errors>"
        for code, message in errors
    )
    return f"{told}<fullName>{escape(name)}</fullName><success>{str(not errors).lower()}</success>"


def _fault(code: str, message: str) -> Answer:
    text = escape(message)
    return _message(
        500, f"<soapenv:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring></soapenv:Fault>"
    )


def _message(status: int, body: str) -> Answer:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{_SOAP}" xmlns="{_MET}" '
        f'xmlns:sf="{_MET}" xmlns:xsi="{_XSI}"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>'
    )
    return Answer(status, content=text.encode(), media_type="text/xml;charset=UTF-8")
