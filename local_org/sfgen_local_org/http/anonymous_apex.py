"""Anonymous Apex: `tooling/executeAnonymous`, and the Apex API's SOAP, which `sf apex run` uses.

There is no Apex here. What has no effect but a line in the log is answered as done: comments, and `System.debug` of a
literal. Anything else does not compile, and the answer says where.

Salesforce document: Tooling API, "REST Resources"; SOAP API Developer Guide, "executeAnonymous()".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.router import Route
from sfgen_local_org.http.soap_xml import envelope, fault, local, operation_of, read_xml, session_of, text, written

if TYPE_CHECKING:
    from sfgen_local_org.http.site import Site

_NAMESPACE = "http://soap.sforce.com/2006/08/apex"
_GAP = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_DEBUG = re.compile(
    r"System\s*\.\s*debug\s*\(\s*(?:(?:System\s*\.\s*)?LoggingLevel\s*\.\s*(?P<level>\w+)\s*,\s*)?"
    r"(?:'(?P<text>(?:[^'\\\n]|\\.)*)'|(?P<other>-?[0-9]+(?:\.[0-9]+)?|true|false|null))\s*\)\s*;",
    re.IGNORECASE,
)
_NO_APEX = (
    "The local org runs no Apex but System.debug of a literal. Write what your tests need as a Python function: "
    "see LocalOrg.apex and LocalOrg.action"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a piece of code: the place and the problem where it doesn't compile, and its log where it ran."""

    line: int = -1
    column: int = -1
    problem: str | None = None
    log: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the result as the APIs answer it."""
        return {
            "line": self.line,
            "column": self.column,
            "compiled": self.problem is None,
            "success": self.problem is None,
            "compileProblem": self.problem,
            "exceptionStackTrace": None,
            "exceptionMessage": None,
        }


def run(code: str) -> Outcome:
    """Run code as far as it only writes to the log."""
    log: list[str] = []
    place = _end_of_gap(code, 0)
    while place < len(code):
        statement = _DEBUG.match(code, place)
        if statement is None:
            line_start = code.rfind("\n", 0, place) + 1
            return Outcome(code.count("\n", 0, place) + 1, place - line_start + 1, _NO_APEX)
        said = statement["other"] or re.sub(r"\\(.)", r"\1", statement["text"] or "")
        line = code.count("\n", 0, place) + 1
        log.append(f"USER_DEBUG|[{line}]|{(statement['level'] or 'DEBUG').upper()}|{said}")
        place = _end_of_gap(code, statement.end())
    return Outcome(log=tuple(log))


def _end_of_gap(code: str, place: int) -> int:
    gap = _GAP.match(code, place)
    return gap.end() if gap is not None else place


class AnonymousApex:
    """The endpoints of anonymous Apex."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("GET", "/services/data/v{version}/tooling/executeAnonymous", self.execute),
            *(
                Route("POST", "/services/Soap/s/{soap_version}" + tail, self.soap, public=True)
                for tail in ("", "/{org}")
            ),
        ]

    def execute(self, call: Call) -> Answer:
        """Run the code of the query."""
        if "anonymousBody" not in call.query:
            raise ApiError(400, "MISSING_ARGUMENT", "The anonymousBody parameter is required: the code to run.")
        return Answer(200, run(call.query["anonymousBody"]).as_json())

    def soap(self, call: Call) -> Answer:
        """Run the code of a SOAP message; the log is in the answer's header."""
        message = read_xml(call.body)
        asked = operation_of(message) if message is not None else None
        if message is None:
            return fault("soapenv:Client", "The request is not a well-formed SOAP message", _NAMESPACE)
        if not self._site.sessions.is_open(session_of(message)):
            told = "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader"
            return fault("sf:INVALID_SESSION_ID", told, _NAMESPACE)
        if asked is None or local(asked) != "executeAnonymous":
            name = "" if asked is None else local(asked)
            told = f"No operation available for request {{{_NAMESPACE}}}{name}"
            return fault("soapenv:Client", told, _NAMESPACE)
        self._site.usage.used += 1
        # Some clients name the argument as its type.
        code = text(asked, "apexcode") or text(asked, "String")
        outcome = run(code)
        body = written({"executeAnonymousResponse": {"result": dict(sorted(outcome.as_json().items()))}})
        log = self._log(call, code, outcome)
        return envelope(200, body, _NAMESPACE, written({"DebuggingInfo": {"debugLog": log}}))

    def _log(self, call: Call, code: str, outcome: Outcome) -> str:
        clock = self._site.org.now()[11:19]
        asked = [f"Execute Anonymous: {line}" for line in code.splitlines()]
        events = [f"{clock}.0 ({number})|{event}" for number, event in enumerate(outcome.log, 1)]
        return "\n".join([f"{call.args['soap_version']} APEX_CODE,DEBUG", *asked, *events])
