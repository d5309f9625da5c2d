"""The login that the Salesforce CLI (``sf``) already holds.

Releases since May 2026 show a placeholder in place of the token in ``sf org display``; there
``sf org auth show-access-token`` gives it. Both renew an expired token by themselves.
Salesforce document: Salesforce CLI Command Reference, "org display", "org auth show-access-token".
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from ..error_bodies import excerpt
from ..errors import SalesforceAuthenticationFailed
from ..instance import origin_of
from ..session import Grant

# What the CLI takes for an alias or a user name. One in front is an option; others mean something to cmd.exe.
_TARGET_ORG = re.compile(r"(?!-)[\w.+@'~:/#-]+")
# A placeholder has blanks or brackets in it, whatever its words.
_TOKEN = re.compile(r"[\w!.~+/=-]{20,}")
_TOKEN_IN_TEXT = re.compile(r"00D\w{9,15}![!-~]+|eyJ[\w.-]{20,}")
_CONNECTED = ("", "Connected", "Unknown")
_NO_SUCH_COMMAND = re.compile(r"(?i)not a sf command|command .* not found")


@dataclass(frozen=True, slots=True)
class SfCli:
    """The org that the CLI knows by an alias or user name, or its default org; read anew whenever a session expires.

    `timeout` is seconds for each of its commands. It's a program of its own that starts in a second or two.

    Example:
        >>> sf = Salesforce(login=SfCli("my-sandbox", timeout=20))
    """

    auth_type: ClassVar[str] = "sf-cli"

    target_org: str | None = None
    timeout: float = 60.0

    def __post_init__(self) -> None:
        if self.target_org is not None and not _TARGET_ORG.fullmatch(self.target_org):
            raise ValueError(f"{self.target_org!r} is no alias or user name of the Salesforce CLI; see 'sf org list'")

    def __call__(self) -> Grant:
        """Ask the CLI for the org's address and access token.

        Raises:
            SalesforceAuthenticationFailed: it isn't installed, isn't logged in to the org, or doesn't answer in time.
        """
        shown = self._run("org", "display")
        self._check_connected(shown.get("connectedStatus"))
        token = shown.get("accessToken")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            token = self._run("org", "auth", "show-access-token").get("accessToken")
        try:
            return Grant(token if isinstance(token, str) else "", origin_of(str(shown.get("instanceUrl"))))
        except ValueError as error:
            raise SalesforceAuthenticationFailed("UNUSABLE_ANSWER", f"of the Salesforce CLI: {error}") from None

    def _check_connected(self, status: object) -> None:
        # The CLI tries its own login each time; scratch orgs have no such status.
        if isinstance(status, str) and status not in _CONNECTED:
            said = _TOKEN_IN_TEXT.sub("***", excerpt(status)).rstrip(".")
            again = "sf org login web" + (f" --alias {self.target_org}" if self.target_org else "")
            raise SalesforceAuthenticationFailed(
                "SF_CLI_NOT_CONNECTED", f"the Salesforce CLI's own login doesn't work: {said}. Log in by '{again}'"
            )

    def _run(self, *command: str) -> dict[str, Any]:
        # Few clients log in this way.
        import shutil
        import subprocess

        sf = shutil.which("sf")
        if sf is None:
            raise SalesforceAuthenticationFailed(
                "SF_CLI_MISSING",
                "there is no Salesforce CLI on the PATH. Install 'sf' (developer.salesforce.com/tools/salesforcecli), "
                "or log in without it, for instance by Salesforce.from_web_login(consumer_key=...)",
            )
        where = () if self.target_org is None else ("--target-org", self.target_org)
        # Colours would make its JSON unreadable.
        plain = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"} | {"NO_COLOR": "1"}
        try:
            done = subprocess.run(  # noqa: S603 - no shell; the arguments are ours and one that was checked
                [sf, *command, *where, "--json"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.timeout,
                check=False,
                env=plain,
            )
        except subprocess.TimeoutExpired:
            # Its exception holds the output so far, which may be a token: ours isn't raised on top of it.
            done = None
        except OSError as error:
            raise SalesforceAuthenticationFailed("SF_CLI_BROKEN", f"{sf} can't be run: {error.strerror}") from None
        if done is None:
            raise SalesforceAuthenticationFailed(
                "SF_CLI_TIMEOUT",
                f"'sf {' '.join(command)}' gave no answer within {self.timeout:g} seconds; run it by hand to see why",
            )
        return self._result(command, done.stdout, done.stderr)

    def _result(self, command: tuple[str, ...], stdout: bytes, stderr: bytes) -> dict[str, Any]:
        try:
            answer: Any = json.loads(stdout)
        except (ValueError, RecursionError):
            answer = None
        result = answer.get("result") if isinstance(answer, dict) else None
        if isinstance(result, dict) and answer.get("status", 0) == 0:
            return result
        told = answer if isinstance(answer, dict) else {}
        name, message = told.get("name"), told.get("message")
        said = _TOKEN_IN_TEXT.sub("***", excerpt(str(message) if message else stderr or stdout)) or "it says nothing"
        raise SalesforceAuthenticationFailed(
            name if isinstance(name, str) else "SF_CLI_FAILED",
            f"'sf {' '.join(command)}': {said.rstrip('.')}. {self._remedy(said)}",
        )

    def _remedy(self, said: str) -> str:
        if _NO_SUCH_COMMAND.search(said):
            return (
                "This release of the Salesforce CLI hides the token and has no command that shows it: run 'sf update'"
            )
        if self.target_org is None:
            return "Name an org, or choose the CLI's default by 'sf config set target-org ALIAS'; see 'sf org list'"
        return f"Log in by 'sf org login web --alias {self.target_org}'; 'sf org list' shows the orgs that it knows"
