"""The Metadata API over SOAP: archives deployed and retrieved, components created, read, listed and deleted.

Components are kept and given back; they don't change the objects of the org, which are those of its describes.

Salesforce document: Metadata API Developer Guide, "Metadata API Calls".
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.deployments import NAMESPACE, Deployments, Key, MetadataRefusedError, bytes_of
from sfgen_local_org.http.object_metadata import custom_object
from sfgen_local_org.http.router import Route
from sfgen_local_org.http.soap_xml import (
    XSI,
    child,
    children,
    envelope,
    fault,
    local,
    operation_of,
    read_xml,
    session_of,
    text,
    texts,
    written,
)

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

    from sfgen_local_org.http.site import Site

_TRUE = ("true", "1")


class MetadataSoap:
    """The endpoint of the Metadata API."""

    def __init__(self, site: Site, deployments: Deployments) -> None:
        self._site = site
        self._deployments = deployments
        self._components: dict[Key, ET.Element] = {}

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        address = "/services/Soap/m/{soap_version}"
        tails = ("", "/{org}", "/{org}/{id}")
        return [Route("POST", address + tail, self.call, public=True) for tail in tails]

    def call(self, call: Call) -> Answer:
        """Answer one SOAP operation."""
        message = read_xml(call.body)
        if message is None:
            told = "The request is not a well-formed SOAP message without a document type"
            return fault("soapenv:Client", told, NAMESPACE)
        asked = operation_of(message)
        name = "" if asked is None else local(asked)
        if not self._site.sessions.is_open(session_of(message)):
            told = "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader"
            return fault("sf:INVALID_SESSION_ID", told, NAMESPACE)
        operation = getattr(self, f"_{name}", None) if name in _OPERATIONS else None
        if asked is None or operation is None:
            return fault("soapenv:Client", f"No operation available for request {{{NAMESPACE}}}{name}", NAMESPACE)
        self._site.usage.used += 1
        try:
            results: list[str] = operation(asked)
        except MetadataRefusedError as refused:
            return fault(f"sf:{refused.code}", f"{refused.code}: {refused.message}", NAMESPACE)
        body = "".join(f"<result>{result}</result>" for result in results)
        return envelope(200, f"<{name}Response>{body}</{name}Response>", NAMESPACE)

    # -- archives

    def _deploy(self, asked: ET.Element) -> list[str]:
        options = child(asked, "DeployOptions")
        if texts(options, "runTests") and text(options, "testLevel") != "RunSpecifiedTests":
            raise MetadataRefusedError("INVALID_OPERATION", "runTests can only be used with RunSpecifiedTests")
        flags = {local(option): _option(option) for option in options}
        return [_queued(self._deployments.deploy(bytes_of(text(asked, "ZipFile")), flags))]

    def _deployRecentValidation(self, asked: ET.Element) -> list[str]:
        return [escape(self._deployments.deploy_validated(text(asked, "validationId")))]

    def _checkDeployStatus(self, asked: ET.Element) -> list[str]:
        result = self._deployments.deploy_result(text(asked, "asyncProcessId"))
        without = text(asked, "includeDetails") == "false"
        return [written({key: value for key, value in result.items() if not (without and key == "details")})]

    def _cancelDeploy(self, asked: ET.Element) -> list[str]:
        # It is over already, which the API says by `done`.
        process = str(self._deployments.deploy_result(text(asked, "String"))["id"])
        return [written({"done": True, "id": process})]

    def _retrieve(self, asked: ET.Element) -> list[str]:
        # The WSDL calls it `retrieveRequest`, jsforce and the Salesforce CLI `request`.
        request = next(iter(asked), child(asked, "retrieveRequest"))
        single = text(request, "singlePackage").lower() in _TRUE
        return [_queued(self._deployments.retrieve(child(request, "unpackaged"), single_package=single))]

    def _checkRetrieveStatus(self, asked: ET.Element) -> list[str]:
        result = self._deployments.result(text(asked, "asyncProcessId"))
        without = text(asked, "includeZip").lower() == "false"
        return [written({key: value for key, value in result.items() if not (without and key == "zipFile")})]

    def _checkStatus(self, asked: ET.Element) -> list[str]:
        """Tell how far deployments and retrievals are, as clients of old versions ask."""
        results = [self._deployments.result(process) for process in texts(asked, "asyncProcessId")]
        return [written({"done": True, "id": result["id"], "state": "Completed"}) for result in results]

    # -- components

    def _createMetadata(self, asked: ET.Element) -> list[str]:
        return [self._save(component, new=True) for component in children(asked, "metadata")]

    def _updateMetadata(self, asked: ET.Element) -> list[str]:
        return [self._save(component, new=False) for component in children(asked, "metadata")]

    def _upsertMetadata(self, asked: ET.Element) -> list[str]:
        return [self._save(component, new=None) for component in children(asked, "metadata")]

    def _save(self, component: ET.Element, *, new: bool | None) -> str:
        kind = component.get(f"{{{XSI}}}type", "").rpartition(":")[2]
        name = text(component, "fullName")
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
        kind = text(asked, "type")
        return ["".join(self._read(kind, name) for name in texts(asked, "fullNames"))]

    def _read(self, kind: str, name: str) -> str:
        component = self._components.get((kind, name))
        if component is not None:
            return _records(kind, "".join(map(_plain, component)))
        if kind == "CustomObject" and self._site.org.object_name(name) is not None:
            return _records(kind, written(custom_object(self._site.org.describe(name), named=True)))
        return '<records xsi:nil="true"/>'

    def _deleteMetadata(self, asked: ET.Element) -> list[str]:
        kind = text(asked, "type")
        return [self._delete(kind, name) for name in texts(asked, "fullNames")]

    def _delete(self, kind: str, name: str) -> str:
        if self._components.pop((kind, name), None) is None:
            return _row(name, ("INVALID_CROSS_REFERENCE_KEY", f"No {kind} named: {name} found"))
        return _row(name)

    def _renameMetadata(self, asked: ET.Element) -> list[str]:
        kind, old, new = text(asked, "type"), text(asked, "oldFullName"), text(asked, "newFullName")
        component = self._components.get((kind, old))
        if component is None or (kind, new) in self._components or not new:
            return [_row(old, ("INVALID_CROSS_REFERENCE_KEY", f"{kind} {old} can't be renamed to {new}"))]
        child(component, "fullName").text = new
        self._components[kind, new] = self._components.pop((kind, old))
        return [_row(new)]

    # -- what there is

    def _describeMetadata(self, asked: ET.Element) -> list[str]:
        described = self._deployments.described()
        for kind, _ in self._components:
            described.setdefault(kind, {"inFolder": False, "metaFile": False, "xmlName": kind})
        about = {"organizationNamespace": "", "partialSaveAllowed": True, "testRequired": False}
        return [written({"metadataObjects": [described[kind] for kind in sorted(described)], **about})]

    def _listMetadata(self, asked: ET.Element) -> list[str]:
        rows: list[str] = []
        for query in children(asked, "queries"):
            kind = text(query, "type")
            files = dict.fromkeys((name for own, name in (*self._components, *self._deployments) if own == kind), "")
            if kind == "CustomObject":
                names = [item["name"] for item in self._site.org.describe_global()["sobjects"]]
                files |= {name: f"objects/{name}.object" for name in names}
            rows += [written(self._deployments.properties((kind, name), files[name])) for name in sorted(files)]
        return rows


_OPERATIONS = frozenset(
    {
        "cancelDeploy",
        "checkDeployStatus",
        "checkRetrieveStatus",
        "checkStatus",
        "createMetadata",
        "deleteMetadata",
        "deploy",
        "deployRecentValidation",
        "describeMetadata",
        "listMetadata",
        "readMetadata",
        "renameMetadata",
        "retrieve",
        "updateMetadata",
        "upsertMetadata",
    }
)


def _option(element: ET.Element) -> bool | str:
    value = (element.text or "").strip()
    return {"true": True, "1": True, "false": False, "0": False}.get(value.lower(), value)


def _queued(process: str) -> str:
    return written({"done": False, "id": process, "state": "Queued"})


def _records(kind: str, inside: str) -> str:
    return f'<records xsi:type="{escape(kind, _QUOTE)}">{inside}</records>'


_QUOTE = {'"': "&quot;"}


def _plain(element: ET.Element) -> str:
    """Return an element as XML without its namespaces: an answer has one only."""
    name, inside = local(element), "".join(map(_plain, element))
    return f"<{name}>{inside or escape(element.text or '')}</{name}>"


def _row(name: str, *errors: tuple[str, str]) -> str:
    told = [{"message": message, "statusCode": code} for code, message in errors]
    return written({"errors": told, "fullName": name, "success": not errors})
