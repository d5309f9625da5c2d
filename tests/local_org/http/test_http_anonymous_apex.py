"""Anonymous Apex, as sf-toolkit, salesforce-api and `sf apex run` send it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

if TYPE_CHECKING:
    import requests
    from local_org_client import Client

SPACE = "{http://soap.sforce.com/2006/08/apex}"


def run(client: Client, code: str) -> dict[str, Any]:
    response = client.get("tooling/executeAnonymous/", params={"anonymousBody": code})
    assert response.status_code == 200, response.text
    result: dict[str, Any] = response.json()
    return result


@pytest.mark.parametrize(
    "code",
    [
        "",
        "System.debug('hi');",
        "// a\n/* b\n */ system.debug( LoggingLevel.ERROR , 'it''s'.x",
        "System.debug(-1.5); System . debug(null);",
    ],
    ids=["nothing", "one", "two", "three"],
)
def test_what_only_logs_is_run(shared_client: Client, code: str) -> None:
    code = code.replace("'it''s'.x", r"'it\'s');")
    result = run(shared_client, code)
    assert result == {
        "line": -1,
        "column": -1,
        "compiled": True,
        "success": True,
        "compileProblem": None,
        "exceptionStackTrace": None,
        "exceptionMessage": None,
    }


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ("insert new Account(Name = 'x');", 1, 1),
        ("System.debug('a');\n  delete x;", 2, 3),
        ("System.debug('a' + b);", 1, 1),
        ("System.debug('a')", 1, 1),
        ("/* open", 1, 1),
    ],
)
def test_anything_else_does_not_compile(shared_client: Client, code: str, line: int, column: int) -> None:
    result = run(shared_client, code)
    assert (result["compiled"], result["success"], result["line"], result["column"]) == (False, False, line, column)
    assert "runs no Apex" in result["compileProblem"]


def test_the_code_is_required(shared_client: Client) -> None:
    response = shared_client.get("tooling/executeAnonymous")
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "MISSING_ARGUMENT")


def soap(client: Client, body: str, session: str) -> requests.Response:
    message = (
        '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:cmd="http://soap.sforce.com/2006/08/apex">'
        f"<env:Header><cmd:SessionHeader><cmd:sessionId>{session}</cmd:sessionId></cmd:SessionHeader></env:Header>"
        f"<env:Body>{body}</env:Body></env:Envelope>"
    )
    address = f"/services/Soap/s/62.0/{client.server.org.id[:15]}"
    return client.post(address, data=message, headers={"Content-Type": "text/xml", "SOAPAction": "executeAnonymous"})


def asked(code: str) -> str:
    namespace = "http://soap.sforce.com/2006/08/apex"
    return f'<executeAnonymous xmlns="{namespace}"><apexcode>{code}</apexcode></executeAnonymous>'


def test_over_soap_the_log_comes_along(shared_client: Client) -> None:
    session = shared_client.server.session_id
    answer = soap(shared_client, asked("System.debug(&apos;a &lt; b&apos;);\n"), session)
    assert answer.status_code == 200
    root = ElementTree.fromstring(answer.content)
    path = f".//{SPACE}executeAnonymousResponse/{SPACE}result/{SPACE}"
    assert (root.findtext(path + "compiled"), root.findtext(path + "success")) == ("true", "true")
    log = root.findtext(f".//{SPACE}DebuggingInfo/{SPACE}debugLog") or ""
    assert log.startswith("62.0 APEX_CODE,DEBUG\nExecute Anonymous: System.debug('a < b');\n")
    assert log.endswith("|USER_DEBUG|[1]|DEBUG|a < b")
    refused = ElementTree.fromstring(soap(shared_client, asked("delete x;"), session).content)
    assert refused.findtext(path + "compiled") == "false"
    assert "runs no Apex" in (refused.findtext(path + "compileProblem") or "")


@pytest.mark.parametrize(
    ("body", "session", "code"),
    [
        (asked("x;"), "00D!nobody", "sf:INVALID_SESSION_ID"),
        ("<compileClasses/>", None, "soapenv:Client"),
        ("<!--", None, "soapenv:Client"),
    ],
)
def test_over_soap_refusals_are_faults(shared_client: Client, body: str, session: str | None, code: str) -> None:
    answer = soap(shared_client, body, session or shared_client.server.session_id)
    assert answer.status_code == 500
    assert f"<faultcode>{code}</faultcode>" in answer.text
