"""The Metadata API: files in and out, and single components, by simple-salesforce's names.

Salesforce document: Metadata API Developer Guide, "File-Based Calls", "CRUD-Based Calls", "Utility Calls".
"""

from __future__ import annotations

import base64
import binascii
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Unpack, overload

from ..errors import SalesforceGeneralError
from .results import (
    ComponentProblem,
    DeployStatus,
    MetadataNotSaved,
    RetrievedZip,
    RetrieveMessage,
    RetrieveStatus,
    Started,
    UnitTestProblem,
)
from .soap import call
from .values import MET, Component, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..client import SalesforceClient
    from ..http import CallOptions

# What `deploy` may be told beside the archive; each is an element of DeployOptions.
_DEPLOY_FLAGS = (
    "allowMissingFiles",
    "autoUpdatePackage",
    "checkOnly",
    "ignoreWarnings",
    "performRetrieve",
    "purgeOnDelete",
    "rollbackOnError",
)


class MetadataApi:
    """The Metadata API of one org, as ``sf.mdapi``. An attribute is a type of component: ``sf.mdapi.CustomObject``.

    A session that expires is renewed, as for every other call of the client.

    Example:
        >>> sf.mdapi.CustomField(fullName="Account.Region__c", label="Region", type="Text", length=40).length
        40
    """

    def __init__(self, client: SalesforceClient, options: CallOptions | None = None) -> None:
        self.client = client
        self._options: CallOptions = options or {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.client.sf_instance}>"

    def with_options(self, **options: Unpack[CallOptions]) -> MetadataApi:
        """Return this API with `timeout`, `headers` and the like for its calls.

        Example:
            >>> [row.xmlName for row in sf.mdapi.with_options(timeout=30).describe_metadata().all("metadataObjects")][0]
            '...'
        """
        return MetadataApi(self.client, {**self._options, **options})

    def __getattr__(self, name: str) -> MetadataType:
        if name.startswith("_") or not name[0].isupper():
            raise AttributeError(
                f"the Metadata API has no call {name!r}; types of components begin with a capital, like CustomObject"
            )
        return MetadataType(self.client, name, self._options)

    # -- files -------------------------------------------------------------------------------------------------------

    def deploy(
        self,
        zipfile: str | Path | IO[bytes],
        sandbox: bool,
        *,
        client: str | None = None,
        testLevel: str | None = None,
        tests: Iterable[str] | None = None,
        singlePackage: bool = True,
        **flags: bool,
    ) -> Started:
        """Start the deployment of an archive, given as a path or an open file.

        `flags` are those of the API's DeployOptions: `allowMissingFiles`, `autoUpdatePackage`, `checkOnly`,
        `ignoreWarnings`, `performRetrieve`, `purgeOnDelete`, `rollbackOnError`. In a production org (`sandbox` False)
        a deployment is rolled back on errors and misses no file, whatever they say. `tests` are run with `testLevel`
        ``RunSpecifiedTests``.

        A flag that the API doesn't have is warned of and ignored, as simple-salesforce ignores it.

        Example:
            >>> started = sf.mdapi.deploy("package.zip", sandbox=True, checkOnly=True, testLevel="NoTestRun")
            >>> sf.mdapi.check_deploy_status(started.id).state
            'Succeeded'

        Raises:
            SalesforceError: the org refused the archive.
        """
        _warn_of("deploy", flags.keys() - set(_DEPLOY_FLAGS), f"it has {', '.join(_DEPLOY_FLAGS)}")
        options: dict[str, Any] = {name: bool(flags.get(name, False)) for name in _DEPLOY_FLAGS}
        if not sandbox:
            options |= {"allowMissingFiles": False, "rollbackOnError": True}
        if tests is not None and str(testLevel).lower() == "runspecifiedtests":
            options["runTests"] = [tests] if isinstance(tests, str) else list(tests)
        options |= {"singlePackage": singlePackage, "testLevel": testLevel}
        arguments = {"ZipFile": _base64_of(zipfile), "DeployOptions": options}
        return self._started("deploy", arguments, client)

    def check_deploy_status(
        self, async_process_id: str, *, client: str | None = None, **ignored: object
    ) -> DeployStatus:
        """Return how far a deployment is, with what went wrong.

        Example:
            >>> started = sf.mdapi.deploy("package.zip", sandbox=True)
            >>> sf.mdapi.check_deploy_status(started.id).deployment_detail["failed_count"]
            '0'
        """
        _warn_of("check_deploy_status", ignored, "it has client")
        result = self._deploy_result(async_process_id, client)
        details = result.details or Component()
        tests = details.runTestResult or Component()
        component_errors: list[ComponentProblem] = []
        test_errors: list[UnitTestProblem] = []
        failed = result.status == "Failed" or _number(result.numberComponentErrors) > 0
        if failed:
            component_errors = [
                {"type": row.componentType, "file": row.fileName, "status": row.problemType, "message": row.problem}
                for row in details.all("componentFailures")
            ]
        if failed or _number(result.numberTestErrors) > 0:
            test_errors = [
                {
                    "class": row.name,
                    "method": row.methodName,
                    "message": row.message,
                    "stack_trace": row.stackTrace,
                }
                for row in tests.all("failures")
            ]
        return DeployStatus(
            result.status,
            result.stateDetail,
            {
                "total_count": result.numberComponentsTotal,
                "failed_count": result.numberComponentErrors,
                "deployed_count": result.numberComponentsDeployed,
                "errors": component_errors,
            },
            {
                "total_count": result.numberTestsTotal,
                "failed_count": result.numberTestErrors,
                "completed_count": result.numberTestsCompleted,
                "errors": test_errors,
            },
        )

    @staticmethod
    def get_component_error_count(value: str | None) -> int:
        """Return a number of components as the org writes it, 0 for what is no number.

        Example:
            >>> MetadataApi.get_component_error_count("3"), MetadataApi.get_component_error_count("")
            (3, 0)
        """
        return _number(value)

    def cancel_deploy(self, async_process_id: str, *, client: str | None = None) -> bool:
        """Ask the org to stop a deployment; True if it has stopped already, else its status will say so.

        Example:
            >>> started = sf.mdapi.deploy("package.zip", sandbox=True)
            >>> sf.mdapi.cancel_deploy(started.id) in (True, False)
            True
        """
        return self._one("cancelDeploy", {"String": async_process_id}, client).get("done") == "true"

    def download_unit_test_logs(self, async_process_id: str, *, client: str | None = None) -> Component:
        """Return all that the org says of the tests that a deployment ran; simple-salesforce prints it instead.

        Example:
            >>> started = sf.mdapi.deploy("package.zip", sandbox=True)
            >>> sf.mdapi.download_unit_test_logs(started.id).all("failures")
            []
        """
        return _component((self._deploy_result(async_process_id, client).details or Component()).runTestResult)

    def retrieve(
        self,
        async_process_id: str = "",
        *,
        unpackaged: Mapping[str, Iterable[str]] | None = None,
        single_package: bool = True,
        client: str | None = None,
        **ignored: object,
    ) -> Started:
        """Start the retrieval of components: ``unpackaged={"CustomObject": ["Account", "Site__c"]}``, or ``["*"]``.

        `async_process_id` is taken for compatibility; the org makes one and this returns it.

        Example:
            >>> started = sf.mdapi.retrieve(unpackaged={"CustomObject": ["Account", "Contact"]})
            >>> sf.mdapi.check_retrieve_status(started.id).state
            'Succeeded'

        Raises:
            TypeError: `unpackaged` is no mapping of types to names.
        """
        _warn_of("retrieve", ignored, "it has unpackaged, single_package, client")
        if not isinstance(single_package, bool):
            raise TypeError("single_package must be bool")
        if unpackaged is not None and not isinstance(unpackaged, Mapping):
            raise TypeError("unpackaged must be a mapping of types to the names of their components")
        types = [{"members": list(members), "name": name} for name, members in (unpackaged or {}).items()]
        request = {
            "apiVersion": self.client.sf_version,
            "singlePackage": single_package,
            "unpackaged": {"types": types, "version": self.client.sf_version},
        }
        return self._started("retrieve", {"retrieveRequest": request}, client)

    def check_retrieve_status(
        self, async_process_id: str, *, client: str | None = None, **ignored: object
    ) -> RetrieveStatus:
        """Return how far a retrieval is.

        Example:
            >>> started = sf.mdapi.retrieve(unpackaged={"CustomObject": ["*"]})
            >>> sf.mdapi.check_retrieve_status(started.id).messages
            []
        """
        _warn_of("check_retrieve_status", ignored, "it has client")
        result = self.retrieve_retrieve_result(async_process_id, "false", client=client)
        return RetrieveStatus(result.status, result.errorMessage, _messages(result))

    def retrieve_zip(self, async_process_id: str, *, client: str | None = None, **ignored: object) -> RetrievedZip:
        """Return the archive of a retrieval that has succeeded, and its messages.

        Example:
            >>> started = sf.mdapi.retrieve(unpackaged={"CustomObject": ["Account"]})
            >>> with open("retrieved.zip", "wb") as file:
            ...     file.write(sf.mdapi.retrieve_zip(started.id).zip) > 0
            True

        Raises:
            SalesforceGeneralError: the archive is not base64.
        """
        _warn_of("retrieve_zip", ignored, "it has client")
        result = self.retrieve_retrieve_result(async_process_id, "true", client=client)
        try:
            archive = base64.b64decode(result.zipFile or "")
        except binascii.Error as error:
            raise SalesforceGeneralError(
                self.client.metadata_url, 200, "checkRetrieveStatus", "", cause=f"the archive is not base64: {error}"
            ) from None
        return RetrievedZip(result.status, result.errorMessage, _messages(result), archive)

    def retrieve_retrieve_result(
        self, async_process_id: str, include_zip: str | bool, *, client: str | None = None, **ignored: object
    ) -> Component:
        """Return all that the org says of a retrieval; `include_zip` asks for the archive as base64.

        Example:
            >>> started = sf.mdapi.retrieve(unpackaged={"CustomObject": ["Account"]})
            >>> sf.mdapi.retrieve_retrieve_result(started.id, include_zip=False).success
            'true'
        """
        _warn_of("retrieve_retrieve_result", ignored, "it has client")
        arguments = {"asyncProcessId": async_process_id, "includeZip": str(include_zip).lower() == "true"}
        return self._one("checkRetrieveStatus", arguments, client)

    # -- what there is -----------------------------------------------------------------------------------------------

    def describe_metadata(self) -> Component:
        """List the types of components of the org: ``result.all("metadataObjects")``.

        Example:
            >>> "CustomObject" in [row.xmlName for row in sf.mdapi.describe_metadata().all("metadataObjects")]
            True
        """
        return self._one("describeMetadata", {"asOfVersion": self.client.sf_version})

    def list_metadata(self, queries: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> list[Component]:
        """List the components of up to three types: ``[{"type": "CustomObject"}]``; reports need a ``folder`` too.

        ``mdapi.ListMetadataQuery(type="CustomObject")`` makes a query as simple-salesforce does.

        Example:
            >>> "Account" in [row.fullName for row in sf.mdapi.list_metadata([{"type": "CustomObject"}])]
            True
        """
        asked = [queries] if isinstance(queries, Mapping) else list(queries)
        arguments = {"queries": asked, "asOfVersion": self.client.sf_version}
        return [
            _component(read(result)) for result in call(self.client, "listMetadata", arguments, options=self._options)
        ]

    def _deploy_result(self, async_process_id: str, client: str | None) -> Component:
        arguments = {"asyncProcessId": async_process_id, "includeDetails": True}
        return self._one("checkDeployStatus", arguments, client)

    def _started(self, operation: str, arguments: Mapping[str, Any], application: str | None) -> Started:
        result = self._one(operation, arguments, application)
        if not isinstance(result.id, str):
            raise SalesforceGeneralError(
                self.client.metadata_url, 200, operation, "", method="POST", cause="the answer holds no id"
            )
        # Old versions of the API answered a state as well.
        return Started(result.id, result.state)

    def _one(self, operation: str, arguments: Mapping[str, Any], application: str | None = None) -> Component:
        results = call(self.client, operation, arguments, application=application, options=self._options)
        if not results:
            raise SalesforceGeneralError(
                self.client.metadata_url, 200, operation, "", method="POST", cause="the answer holds no result"
            )
        return _component(read(results[0]))


class MetadataType:
    """The components of one type: ``sf.mdapi.CustomField``. Called, it makes one to send.

    Example:
        >>> field = sf.mdapi.CustomField(fullName="Account.Size__c", label="Size", type="Text", length=40)
        >>> sf.mdapi.CustomField.create(field)
        >>> sf.mdapi.CustomField.read("Account.Size__c").label
        'Size'
    """

    def __init__(self, client: SalesforceClient, name: str, options: CallOptions | None = None) -> None:
        self.client = client
        self.name = name
        self._options: CallOptions = options or {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} of {self.client.sf_instance}>"

    def __call__(self, *values: str, **parts: Any) -> Any:
        """Make a component of its parts, or with one argument the value of a type that is a word, like FieldType."""
        if (values and parts) or len(values) > 1:
            raise TypeError(f"{self.name}() takes one value, or named parts")
        return values[0] if values else Component(parts)

    def create(self, metadata: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> None:
        """Create up to 10 components of this type.

        Example:
            >>> sf.mdapi.CustomField.create({"fullName": "Account.Colour__c", "label": "Colour", "type": "Checkbox"})

        Raises:
            MetadataNotSaved: the org refused some; the others are created.
        """
        self._save("createMetadata", {"metadata": metadata})

    def update(self, metadata: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> None:
        """Replace up to 10 components of this type, each given whole.

        Example:
            >>> field = {"fullName": "Account.Shape__c", "label": "Shape", "type": "Text", "length": 40}
            >>> sf.mdapi.CustomField.create(field)
            >>> sf.mdapi.CustomField.update({**field, "label": "Form"})
            >>> sf.mdapi.CustomField.read("Account.Shape__c").label
            'Form'

        Raises:
            MetadataNotSaved: the org refused some; the others are updated.
        """
        self._save("updateMetadata", {"metadata": metadata})

    def upsert(self, metadata: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> None:
        """Create or replace up to 10 components of this type.

        Example:
            >>> sf.mdapi.CustomField.upsert({"fullName": "Account.Age__c", "label": "Age", "type": "Checkbox"})

        Raises:
            MetadataNotSaved: the org refused some; the others are saved.
        """
        self._save("upsertMetadata", {"metadata": metadata})

    def delete(self, full_names: str | Iterable[str]) -> None:
        """Delete up to 10 components of this type by their full names.

        Example:
            >>> sf.mdapi.CustomField.upsert({"fullName": "Account.Old__c", "label": "Old", "type": "Checkbox"})
            >>> sf.mdapi.CustomField.delete("Account.Old__c")

        Raises:
            MetadataNotSaved: the org refused some; the others are deleted.
        """
        self._save("deleteMetadata", {"type": self.name, "fullNames": full_names})

    def rename(self, old_full_name: str, new_full_name: str) -> None:
        """Give a component another full name.

        Example:
            >>> sf.mdapi.CustomField.upsert({"fullName": "Account.Befor__c", "label": "Before", "type": "Checkbox"})
            >>> sf.mdapi.CustomField.rename("Account.Befor__c", "Account.Before__c")

        Raises:
            MetadataNotSaved: the org refused.
        """
        arguments = {"type": self.name, "oldFullName": old_full_name, "newFullName": new_full_name}
        self._save("renameMetadata", arguments)

    @overload
    def read(self, full_names: str) -> Component | None: ...
    @overload
    def read(self, full_names: Iterable[str]) -> Component | list[Component | None] | None: ...
    def read(self, full_names: str | Iterable[str]) -> Component | list[Component | None] | None:
        """Return up to 10 components by their full names, None for one that isn't there; a single one by itself.

        Example:
            >>> sf.mdapi.CustomField.upsert({"fullName": "Account.Width__c", "label": "Width", "type": "Checkbox"})
            >>> [field and field.label for field in sf.mdapi.CustomField.read(["Account.Width__c", "Account.None__c"])]
            ['Width', None]
        """
        results = call(self.client, "readMetadata", {"type": self.name, "fullNames": full_names}, options=self._options)
        records = [record for result in results for record in _records(_component(read(result)))]
        return records[0] if len(records) == 1 else records

    def describe(self) -> Component:
        """Return the fields that components of this type have.

        Example:
            >>> sf.mdapi.CustomField.describe().all("valueTypeFields")[0].name
            'fullName'
        """
        results = call(self.client, "describeValueType", {"type": f"{{{MET}}}{self.name}"}, options=self._options)
        return _component(read(results[0])) if results else Component()

    def _save(self, operation: str, arguments: Mapping[str, Any]) -> None:
        results = call(self.client, operation, arguments, kind=self.name, options=self._options)
        rows = [_component(read(result)) for result in results]
        if failures := [row for row in rows if row.success != "true"]:
            raise MetadataNotSaved(operation, failures)


def _warn_of(call_name: str, unknown: Iterable[str], known: str) -> None:
    if unknown:
        named = ", ".join(sorted(unknown))
        warnings.warn(f"{call_name}() has no option {named}, which is ignored; {known}", stacklevel=3)


def _component(value: Any) -> Component:
    return value if isinstance(value, Component) else Component()


def _records(result: Component) -> list[Component | None]:
    found = result.get("records")
    if "records" not in result:
        return []
    return found if isinstance(found, list) else [found]


def _messages(result: Component) -> list[RetrieveMessage]:
    # The API has them at the top; simple-salesforce looks below `details`.
    rows = result.all("messages") or (result.details or Component()).all("messages")
    return [{"file": row.fileName, "message": row.problem} for row in rows]


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 0


def _base64_of(zipfile: str | Path | IO[bytes]) -> str:
    if isinstance(zipfile, (str, Path)):
        return base64.b64encode(Path(zipfile).read_bytes()).decode("ascii")
    zipfile.seek(0)
    return base64.b64encode(zipfile.read()).decode("ascii")
