"""`listviews`, `recent` and `limits/recordCount`: what the org offers of its records before anybody asks a query.

Salesforce document: REST API Developer Guide, "sObject ListViews", "List View Describe", "List View Results",
"Recently Viewed Items", "Record Count".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError, not_found
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from sfgen_local_org.listviews import ListView
    from sfgen_local_org.org import Org

_DATA = "/services/data/v{version}"
_VIEWS = _DATA + "/sobjects/{sobject}/listviews"
_MOST_ROWS = 2_000
_MOST_RECENT = 200


class Views:
    """The endpoints of list views, recent records and record counts."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("GET", _VIEWS, self.listing),
            Route("GET", _VIEWS + "/{view}", self.view),
            Route("GET", _VIEWS + "/{view}/describe", self.describe),
            Route("GET", _VIEWS + "/{view}/results", self.results),
            Route("GET", _DATA + "/recent", self.recent),
            Route("GET", _DATA + "/limits/recordCount", self.record_count),
        ]

    def listing(self, call: Call) -> Answer:
        """List the list views of an object."""
        views = self._org.list_views(call.args["sobject"])
        if not views:
            raise not_found()
        return Answer(
            200,
            {
                "done": True,
                "listviews": [_entry(call, view) for view in views],
                "nextRecordsUrl": None,
                "size": len(views),
                "sobjectType": views[0].sobject.name,
            },
        )

    def view(self, call: Call) -> Answer:
        """Answer what the list of list views says of one."""
        return Answer(200, _entry(call, self._view(call)))

    def describe(self, call: Call) -> Answer:
        """Answer the columns of a list view and the query behind it."""
        return Answer(200, self._view(call).describe())

    def results(self, call: Call) -> Answer:
        """Answer rows of a list view; the first has the offset 1."""
        view = self._view(call)
        limit, offset = _number(call, "limit", 25), _number(call, "offset", 1)
        return Answer(200, self._org.list_view_results(view, limit=limit, skip=offset - 1, version=call.version))

    def recent(self, call: Call) -> Answer:
        """List the records that the user changed last."""
        limit = min(_number(call, "limit", _MOST_RECENT), _MOST_RECENT)
        return Answer(200, self._org.recent(limit=limit, version=call.version))

    def record_count(self, call: Call) -> Answer:
        """Answer how many records each of the named objects has, or each of all."""
        named = [name.strip() for name in call.query.get("sObjects", "").split(",") if name.strip()]
        counts = self._org.record_counts(named or None)
        return Answer(200, {"sObjects": [{"count": count, "name": name} for name, count in counts.items()]})

    def _view(self, call: Call) -> ListView:
        view = self._org.list_view(call.args["sobject"], call.args["view"])
        if view is None:
            raise not_found()
        return view


def _entry(call: Call, view: ListView) -> dict[str, Any]:
    url = call.data_url(f"sobjects/{view.sobject.name}/listviews/{view.id}")
    return {
        "describeUrl": f"{url}/describe",
        "developerName": view.developer_name,
        "id": view.id,
        "label": view.label,
        "resultsUrl": f"{url}/results",
        "soqlCompatible": True,
        "url": url,
    }


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= _MOST_ROWS:
        raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", f"{name} must be a number from 1 to {_MOST_ROWS}, not {text}")
    return int(text)
