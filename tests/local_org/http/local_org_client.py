"""The client that the tests drive a local org with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from sfgen_local_org.http.app import Served
    from sfgen_local_org.server import LocalOrg


class Client(requests.Session):
    """A requests session that is logged in, and takes addresses below `/services/data/v62.0/` or absolute paths."""

    def __init__(self, server: LocalOrg) -> None:
        super().__init__()
        self.server = server
        self.headers["Authorization"] = f"Bearer {server.session_id}"

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        path = url if url.startswith("/") else f"/services/data/v62.0/{url}"
        return super().request(method, self.server.url + path, *args, **kwargs)

    def make(self, sobject: str, **fields: object) -> str:
        response = self.post(f"sobjects/{sobject}", json=fields)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def rows(self, soql: str) -> list[dict[str, Any]]:
        response = self.get("query", params={"q": soql})
        assert response.status_code == 200, response.text
        rows: list[dict[str, Any]] = response.json()["records"]
        return rows

    def last(self) -> Served:
        return self.server.requests[-1]
