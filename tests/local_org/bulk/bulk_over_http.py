"""The client that these tests drive jobs with: requests, and the steps of a job."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sfgen_local_org.server import LocalOrg

Rows = list[dict[str, str]]


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]], **dialect: Any) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, **({"lineterminator": "\n"} | dialect))
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def read_csv(data: bytes, **dialect: Any) -> Rows:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), **dialect))


class Jobs(requests.Session):
    """A session that is logged in; addresses are those below `/services/data/v62.0/jobs/`, or absolute paths."""

    def __init__(self, server: LocalOrg) -> None:
        super().__init__()
        self.server = server
        self.headers["Authorization"] = f"Bearer {server.session_id}"

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        path = url if url.startswith("/") else f"/services/data/v62.0/jobs/{url}"
        return super().request(method, self.server.url + path, *args, **kwargs)

    def open(self, sobject: str = "Contact", operation: str = "insert", **more: object) -> dict[str, Any]:
        response = self.post("ingest", json={"object": sobject, "operation": operation, "contentType": "CSV", **more})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def upload(self, job: Mapping[str, Any], data: Any, **headers: str) -> requests.Response:
        return self.put("/" + job["contentUrl"], data=data, headers={"Content-Type": "text/csv", **headers})

    def close_job(self, job: Mapping[str, Any]) -> requests.Response:
        return self.patch(f"ingest/{job['id']}", json={"state": "UploadComplete"})

    def load(self, data: Any, sobject: str = "Contact", operation: str = "insert", **more: object) -> dict[str, Any]:
        """Take a job from its start to its end, and return what it says of itself then."""
        job = self.open(sobject, operation, **more)
        response = self.upload(job, data)
        assert response.status_code == 201, response.text
        assert response.content == b""
        assert self.close_job(job).json()["state"] == "UploadComplete"
        return self.state(job)

    def state(self, job: Mapping[str, Any], kind: str = "ingest") -> dict[str, Any]:
        answer: dict[str, Any] = self.get(f"{kind}/{job['id']}").json()
        return answer

    def rows(self, job: Mapping[str, Any], which: str, **dialect: Any) -> Rows:
        response = self.get(f"ingest/{job['id']}/{which}")
        assert response.status_code == 200, response.text
        assert response.headers["Content-Type"].startswith("text/csv")
        return read_csv(response.content, **dialect)

    def results(self, job: Mapping[str, Any]) -> tuple[Rows, Rows, Rows]:
        return (
            self.rows(job, "successfulResults"),
            self.rows(job, "failedResults"),
            self.rows(job, "unprocessedrecords"),
        )

    def query_job(self, soql: str, **more: object) -> dict[str, Any]:
        response = self.post("query", json={"operation": "query", "query": soql, **more})
        assert response.status_code == 200, response.text
        job: dict[str, Any] = response.json()
        assert job["state"] == "UploadComplete"
        return self.state(job, "query")

    def query_rows(self, soql: str, **more: object) -> Rows:
        job = self.query_job(soql, **more)
        assert job["state"] == "JobComplete", job
        response = self.get(f"query/{job['id']}/results")
        assert response.status_code == 200, response.text
        return read_csv(response.content)

    def query_more(self, soql: str) -> Rows:
        """Return the rows of a query that may take its time, and have several pages."""
        job = self.query_job(soql)
        while job["state"] == "InProgress":
            job = self.state(job, "query")
        assert job["state"] == "JobComplete", job
        rows: Rows = []
        locator = ""
        while locator != "null":
            page = self.get(f"query/{job['id']}/results", params={"locator": locator})
            rows += read_csv(page.content)
            locator = page.headers["Sforce-Locator"]
        return rows
