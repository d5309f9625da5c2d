from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from bulk_over_http import Jobs
from sfgen_local_org.http.actions import ActionParameter
from sfgen_local_org.http.apex import ApexError, ApexRequest, ApexResponse

if TYPE_CHECKING:
    from sfgen_local_org.org import Org
    from sfgen_local_org.server import LocalOrg

APEX = "/services/apexrest"
ACTIONS = "/services/data/v62.0/actions"


def test_path_query_and_body(server: LocalOrg, jobs: Jobs) -> None:
    @server.apex("/accounts/{id}/notes/{note}", "POST")
    def add_note(request: ApexRequest) -> dict[str, Any]:
        return {
            "args": dict(request.args),
            "params": dict(request.params),
            "body": request.json(),
            "path": request.path,
        }

    response = jobs.post(f"{APEX}/accounts/a%2Fb/notes/7/?x=1&y=%C3%A9", json={"text": ["ü", None, 1.5]})
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.json() == {
        "args": {"id": "a/b", "note": "7"},
        "params": {"x": "1", "y": "é"},
        "body": {"text": ["ü", None, 1.5]},
        "path": "/accounts/a/b/notes/7",
    }
    assert jobs.post(f"{APEX}/accounts/1/notes/2", data=b"{").json()[0]["errorCode"] == "JSON_PARSER_ERROR"


def test_methods(server: LocalOrg, jobs: Jobs) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        server.apex("/echo", method)(lambda request: request.method)
        assert jobs.request(method, f"{APEX}/echo").json() == method
    server.apex("/get")(lambda request: None)
    empty = jobs.get(f"{APEX}/get")
    assert (empty.status_code, empty.content) == (200, b"")
    refused = jobs.post(f"{APEX}/get")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")
    assert refused.json()[0]["errorCode"] == "METHOD_NOT_ALLOWED"
    with pytest.raises(ValueError, match="TRACE"):
        server.apex("/x", "TRACE")(lambda request: None)


def test_wildcards_and_what_wins(server: LocalOrg, jobs: Jobs) -> None:
    server.apex("/cases/*")(lambda request: ["all", request.args.get("*")])
    server.apex("/cases/{id}")(lambda request: ["one", request.args["id"]])
    server.apex("/cases/open")(lambda request: ["open"])
    assert jobs.get(f"{APEX}/cases/open").json() == ["open"]
    assert jobs.get(f"{APEX}/cases/5").json() == ["one", "5"]
    assert jobs.get(f"{APEX}/cases/5/notes/6").json() == ["all", "5/notes/6"]
    assert jobs.get(f"{APEX}/cases").json() == ["all", None]
    missing = jobs.get(f"{APEX}/nothing")
    assert (missing.status_code, missing.json()) == (
        404,
        [{"message": "Could not find a match for URL", "errorCode": "NOT_FOUND"}],
    )


def test_what_an_endpoint_raises(server: LocalOrg, jobs: Jobs) -> None:
    @server.apex("/fails")
    def fails(request: ApexRequest) -> None:
        if request.params.get("how") == "apex":
            raise ApexError("not today", status=409, code="BUSY")
        raise ZeroDivisionError("division by zero")

    plain, chosen = jobs.get(f"{APEX}/fails"), jobs.get(f"{APEX}/fails?how=apex")
    assert (plain.status_code, plain.json()) == (
        500,
        [{"message": "ZeroDivisionError: division by zero", "errorCode": "APEX_ERROR"}],
    )
    assert (chosen.status_code, chosen.json()) == (409, [{"message": "not today", "errorCode": "BUSY"}])
    server.apex("/odd")(lambda request: object())
    assert jobs.get(f"{APEX}/odd").json()[0]["errorCode"] == "APEX_ERROR"


def test_what_an_endpoint_returns(server: LocalOrg, jobs: Jobs) -> None:
    server.apex("/made", "POST")(lambda request: ApexResponse({"id": 1}, 201, {"X-Seen": "yes"}))
    server.apex("/file")(lambda request: ApexResponse(b"a,b\n", media_type="text/csv"))
    made, file = jobs.post(f"{APEX}/made"), jobs.get(f"{APEX}/file")
    assert (made.status_code, made.json(), made.headers["X-Seen"]) == (201, {"id": 1}, "yes")
    assert (file.content, file.headers["Content-Type"].partition(";")[0]) == (b"a,b\n", "text/csv")


def test_an_endpoint_uses_the_org(server: LocalOrg, jobs: Jobs) -> None:
    @server.apex("/people", "POST")
    def create(request: ApexRequest) -> Any:
        return request.org.create("Contact", request.json())

    record_id = jobs.post(f"{APEX}/people", json={"LastName": "Smith"}).json()
    assert jobs.query_rows("SELECT LastName FROM Contact") == [{"LastName": "Smith"}]
    assert len(record_id) == 18
    refused = jobs.post(f"{APEX}/people", json={})
    assert "REQUIRED_FIELD_MISSING" in refused.json()[0]["message"]


def test_sessions_and_faults(server: LocalOrg, jobs: Jobs) -> None:
    server.apex("/x")(lambda request: 1)
    server.fail("/services/apexrest/x", 503, times=1)
    assert [jobs.get(f"{APEX}/x").status_code for _ in range(2)] == [503, 200]
    server.expire_sessions()
    assert jobs.get(f"{APEX}/x").status_code == 401


@pytest.fixture
def actions(server: LocalOrg, jobs: Jobs) -> Jobs:
    stars = ActionParameter("stars", "NUMBER", required=True, label="Stars", description="one to five")

    @server.action("Rate", inputs=[stars], outputs=[ActionParameter("rating")], label="Rate it")
    def rate(values: Mapping[str, Any], org: Org) -> dict[str, Any]:
        if values["stars"] > 5:
            raise ApexError("too many stars")
        return {"rating": "*" * values["stars"]}

    @server.action("Clean_up", "flow", inputs=[ActionParameter("ids", "REFERENCE", max_occurs=10)])
    def clean_up(values: Mapping[str, Any], org: Org) -> None:
        return None

    return jobs


def test_actions_are_listed_and_described(actions: Jobs) -> None:
    assert actions.get(ACTIONS).json() == {"custom": f"{ACTIONS}/custom"}
    assert actions.get(f"{ACTIONS}/custom").json()["flow"] == f"{ACTIONS}/custom/flow"
    (listed,) = actions.get(f"{ACTIONS}/custom/apex").json()["actions"]
    assert listed == {"label": "Rate it", "name": "Rate", "type": "APEX", "url": f"{ACTIONS}/custom/apex/Rate"}
    described = actions.get(listed["url"]).json()
    assert (described["name"], described["type"], described["standard"]) == ("Rate", "APEX", False)
    (stars,) = described["inputs"]
    assert (stars["name"], stars["type"], stars["required"], stars["maxOccurs"]) == ("stars", "NUMBER", True, 1)
    assert described["outputs"][0]["name"] == "rating"
    assert actions.get(f"{ACTIONS}/custom/flow/Clean_up").json()["inputs"][0]["maxOccurs"] == 10
    assert actions.get(f"{ACTIONS}/custom/flow/Rate").status_code == 404
    assert actions.get(f"{ACTIONS}/custom/nothing").status_code == 404


def test_actions_are_invoked(actions: Jobs) -> None:
    response = actions.post(f"{ACTIONS}/custom/apex/Rate", json={"inputs": [{"stars": 2}, {"stars": 3}]})
    assert response.status_code == 200
    assert response.json()[1] == {
        "actionName": "Rate",
        "errors": None,
        "isSuccess": True,
        "outputValues": {"rating": "***"},
    }
    flow = actions.post(f"{ACTIONS}/custom/flow/Clean_up", json={"inputs": [{}]})
    assert flow.json()[0]["outputValues"] == {"Flow__InterviewStatus": "Finished"}


def test_actions_that_are_refused(actions: Jobs) -> None:
    inputs = [{}, {"stars": 9}, {"stars": 1, "moons": 2}, {"stars": 1}]
    response = actions.post(f"{ACTIONS}/custom/apex/Rate", json={"inputs": inputs})
    assert response.status_code == 400
    codes = [result["errors"] and result["errors"][0]["statusCode"] for result in response.json()]
    assert codes == ["REQUIRED_FIELD_MISSING", "APEX_ERROR", "INVALID_API_INPUT", None]
    assert actions.post(f"{ACTIONS}/custom/apex/Rate", json={"inputs": 5}).status_code == 400
