"""The Metadata API over REST: archives deployed and validated.

Salesforce document: Metadata API Developer Guide, "Deploying and Retrieving Metadata with the REST API".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.deployments import MetadataRefusedError
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.multipart import parts_of
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from sfgen_local_org.http.deployments import Deployments
    from sfgen_local_org.http.site import Site

_Result = TypeVar("_Result")
_ROOT = "/services/data/v{version}/metadata/deployRequest"


class MetadataRest:
    """The endpoints of deployments."""

    def __init__(self, site: Site, deployments: Deployments) -> None:
        self._site = site
        self._deployments = deployments

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("POST", _ROOT, self.deploy),
            Route("GET", _ROOT + "/{id}", self.status),
            Route("PATCH", _ROOT + "/{id}", self.cancel),
            Route("POST", _ROOT + "/{id}", self.deploy_validated),
        ]

    def deploy(self, call: Call) -> Answer:
        """Deploy an archive, with its options beside it; or by its id one that was validated before."""
        fields, files = parts_of(call)
        if not files:
            return self._deploy_validated(call, fields)
        options = fields.get("deployOptions")
        process = _allowed(
            self._deployments.deploy, next(iter(files.values())), options if isinstance(options, dict) else {}
        )
        return self._answer(call, process, 201)

    def deploy_validated(self, call: Call) -> Answer:
        """Deploy an archive that was validated."""
        return self._deploy_validated(call, call.json_object())

    def status(self, call: Call) -> Answer:
        """Answer how a deployment ended, with `includeDetails` each of its components."""
        return self._answer(call, call.args["id"], 200)

    def cancel(self, call: Call) -> Answer:
        """Answer the deployment as it is: it is over already."""
        return self._answer(call, call.args["id"], 202)

    def _deploy_validated(self, call: Call, fields: dict[str, Any]) -> Answer:
        validated = fields.get("validatedDeployRequestId") or call.args.get("id", "")
        return self._answer(call, _allowed(self._deployments.deploy_validated, str(validated)), 201)

    def _answer(self, call: Call, process: str, status: int) -> Answer:
        result = dict(_allowed(self._deployments.deploy_result, process))
        if not call.flag("includeDetails"):
            result.pop("details")
        body = {
            "validatedDeployRequestId": None,
            "id": process,
            "url": self._site.url + call.data_url(f"metadata/deployRequest/{process}"),
            "deployOptions": self._deployments.deploy_options(process),
            "deployResult": result,
        }
        return Answer(status, body)


def _allowed(operation: Callable[..., _Result], *arguments: object) -> _Result:
    try:
        return operation(*arguments)
    except MetadataRefusedError as refused:
        status = 404 if refused.code == "INVALID_ID_FIELD" else 400
        raise ApiError(status, refused.code, refused.message) from refused
