"""`describe/layouts` and its siblings: page, compact, named and approval layouts of an object.

Salesforce document: REST API Developer Guide, "sObject Layouts", "sObject Named Layouts", "sObject CompactLayouts",
"sObject ApprovalLayouts".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sfgen_local_org import layouts
from sfgen_local_org.errors import OrgError
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import not_found
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sfgen_local_org.org import Org

_DESCRIBE = "/services/data/v{version}/sobjects/{sobject}/describe"


class Layouts:
    """The layout endpoints."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("GET", _DESCRIBE + "/layouts", self.layouts),
            Route("GET", _DESCRIBE + "/layouts/{record_type}", self.of_record_type),
            Route("GET", _DESCRIBE + "/namedLayouts/{name}", self.named),
            Route("GET", _DESCRIBE + "/compactLayouts", self.compact),
            Route("GET", _DESCRIBE + "/compactLayouts/{record_type}", self.compact_of_record_type),
            Route("GET", _DESCRIBE + "/approvalLayouts", self.approvals),
        ]

    def layouts(self, call: Call) -> Answer:
        """Answer the object's layout, if it has no record types, and which layout goes with which record type."""
        answer = layouts.describe_layouts(self._laid_out(call), self._find)
        for mapping in answer["recordTypeMappings"]:
            mapping["urls"] = {name: call.data_url(url) for name, url in mapping["urls"].items()}
        return Answer(200, answer)

    def of_record_type(self, call: Call) -> Answer:
        """Answer the layout of a record type."""
        return Answer(200, layouts.layout(self._of_record_type(call), self._find))

    def named(self, call: Call) -> Answer:
        """Answer a layout that the object's describe names."""
        described = self._laid_out(call)
        names = [str(info.get("name")) for info in described["namedLayoutInfos"]]
        if call.args["name"] not in names:
            raise not_found()
        answer = layouts.describe_layouts(described, self._find)
        return Answer(200, {**answer, "layouts": [layouts.layout(described, self._find)]})

    def compact(self, call: Call) -> Answer:
        """Answer the object's compact layouts."""
        described = self._laid_out(call)
        url = call.data_url(f"sobjects/{described['name']}/describe/compactLayouts")
        return Answer(200, layouts.describe_compact_layouts(described, url))

    def compact_of_record_type(self, call: Call) -> Answer:
        """Answer the compact layout of a record type, or the primary one."""
        primary = call.args["record_type"] == "primary"
        return Answer(200, layouts.compact_layout(self._laid_out(call) if primary else self._of_record_type(call)))

    def approvals(self, call: Call) -> Answer:
        """List the approval layouts: an org of describes has no approval processes."""
        self._laid_out(call)
        return Answer(200, {"approvalLayouts": []})

    def _laid_out(self, call: Call) -> Mapping[str, Any]:
        """Return the describe of an object whose records have pages."""
        described = self._org.describe(call.args["sobject"])
        if not described.get("layoutable", True):
            raise not_found()
        return layouts.tidy(described)

    def _of_record_type(self, call: Call) -> Mapping[str, Any]:
        described = self._laid_out(call)
        if not layouts.is_record_type(described, call.args["record_type"]):
            raise not_found()
        return described

    def _find(self, name: str) -> Mapping[str, Any] | None:
        try:
            return layouts.tidy(self._org.describe(name))
        except OrgError:
            return None
