"""Editors complete what is generated: asked of pyright's language server, which Pylance and others are made of."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "generated_example"

pytestmark = pytest.mark.slow

# Each snippet ends where the cursor is.
PRELUDE = """
from acme_org import Salesforce
from acme_org.account import Account, AccountCreate
from acme_org.contact import Contact
from acme_org.site__c import Site__c

def f(sf: Salesforce, c: Contact) -> None:
"""


class LanguageServer:
    """A language server on its standard input and output, as the Language Server Protocol frames messages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ids = itertools.count(1)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pyright.langserver", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        root = {"uri": folder.as_uri(), "name": "editor"}
        capabilities = {"workspace": {"configuration": True, "workspaceFolders": True}}
        self.ask("initialize", {"processId": None, "workspaceFolders": [root], "capabilities": capabilities})
        self.tell("initialized", {})

    def tell(self, method: str, params: dict[str, Any]) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        asked = next(self._ids)
        self._send({"jsonrpc": "2.0", "id": asked, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == asked and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            if "id" in message and "method" in message:
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": self._answer(message)})

    def _answer(self, message: dict[str, Any]) -> list[dict[str, str] | None]:
        """Answer the server's question for its configuration: which Python; all else is in pyrightconfig.json."""
        items = (message.get("params") or {}).get("items", ())
        return [{"pythonPath": sys.executable} if item.get("section") == "python" else None for item in items]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while (line := stream.readline().strip()) or not length:
            assert line, "the language server has ended"
            name, _, value = line.decode().partition(": ")
            length = int(value) if name == "Content-Length" else length
        message: dict[str, Any] = json.loads(stream.read(length))
        return message

    def complete(self, snippet: str) -> set[str]:
        """Return the labels that are offered at the end of a snippet."""
        text = PRELUDE + "    " + snippet
        path = self._folder / f"use_{abs(hash(snippet))}.py"
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        lines = text.splitlines()
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        found = self.ask("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"].strip("\"'") for item in items}

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    folder = tmp_path_factory.mktemp("editor")
    config = {"extraPaths": [str(EXAMPLE), str(ROOT / "runtime")], "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(config))
    started = LanguageServer(folder)
    yield started
    started.close()


@pytest.mark.parametrize(
    ("snippet", "offered"),
    [
        ("Contact(", {"LastName=", "FirstName=", "Email="}),
        ("Contact(LastName='x', Fi", {"FirstName="}),
        ("c.", {"LastName", "FirstName", "Account", "model_dump"}),
        ("c.La", {"LastName"}),
        ("Contact.", {"LastName", "Account"}),
        ("Contact.Account.", {"Name", "Parent", "Owner"}),
        ("Contact.Account.Parent.Owner.", {"Name", "Email"}),
        ("Contact.LastName.", {"like", "startswith", "in_", "desc"}),
        ("sf.", {"Account", "Contact", "Site__c", "query_all"}),
        ("sf.Contact.", {"create", "get", "select", "values", "upsert"}),
        ("Account(Name='x', Service_Level__c='", {"Gold", "Platinum", "Standard"}),
        ("Contact(LastName='x', LeadSource='", {"Web"}),
        ("x: AccountCreate = {'", {"Name", "ERP_Id__c"}),
        ("sf.Account.upsert('", {"ERP_Id__c"}),
        ("Site__c.Services__c.includes('", {"Cleaning", "Monitoring"}),
        ("Account.by_key(", {"ERP_Id__c="}),
    ],
)
def test_completion_offers(server: LanguageServer, snippet: str, offered: set[str]) -> None:
    assert offered - server.complete(snippet) == set()


def test_what_is_not_allowed_is_not_offered(server: LanguageServer) -> None:
    assert not {"like", "desc", "asc", "in_"} & server.complete("Contact.Description.")
    assert "Bronze" not in server.complete("Account(Name='x', Service_Level__c='")
    assert "create" not in server.complete("sf.FeedTrackedChange.")
