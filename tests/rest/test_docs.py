"""The code of the pages runs as it stands there, and type checkers take it."""

from __future__ import annotations

import ast
import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
import sfgen_local_org
import sfgen_runtime
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from doc_pages import ACME, GIVEN, ROOT, Block, blocks, mypy_cache, pages, run, text_of
from example_world import AT_ONCE, let_people_log_in, write_files
from public_names import LOCAL, named_in, public_names
from requests.adapters import HTTPAdapter
from sfgen.apex.generate import build_apex
from sfgen.describe import read_object
from sfgen.generate import Options, build_package
from sfgen.models.codegen import ModelKind
from sfgen.models.generate import build_models
from sfgen.models.json_schema import SchemaOptions
from sfgen_local_org import demo
from sfgen_local_org.http.actions import ActionParameter
from sfgen_local_org.http.apex import ApexRequest, ApexResponse
from sfgen_local_org.http.site import Credentials
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce

# What stands for a secret or a name of the reader's own on the page on logins.
LOGIN = Credentials("jo@acme.example", "...", "...", "3MVG9...", "...")
_DOCUMENT = ROOT / "tests" / "apex" / "documents" / "user_activity.yaml"


@pytest.fixture(scope="module")
def server() -> Iterator[LocalOrg]:
    org = Org(demo.describes().values())
    org.seed(demo.records())
    with LocalOrg(org, credentials=LOGIN, device_interval=0) as running:
        yield running


@pytest.fixture(scope="module")
def packages(server: LocalOrg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the packages that pages generate: with Apex clients, and models."""

    @server.apex("/UserActivity/v1/{user}", "POST")
    def keep(request: ApexRequest) -> ApexResponse:
        return ApexResponse({"reason": "nobody logs in at night", "code": "CLOSED"}, status=400)

    @server.action(
        "Rate", inputs=[ActionParameter("stars", "NUMBER", required=True)], outputs=[ActionParameter("rating")]
    )
    def rate(values: Mapping[str, Any], org: Org) -> dict[str, Any]:
        if values["stars"] > 4:
            raise ValueError("too many")
        return {"rating": "*" * values["stars"]}

    described = [read_object(demo.describes()[name])[0] for name in ("Account", "User")]
    client = Salesforce(session_id=server.session_id, instance_url=server.url)
    apex = build_apex({"user_activity": _DOCUMENT}, {"apex.Rate": client.restful("actions/custom/apex/Rate")})
    folder = tmp_path_factory.mktemp("packages")
    made = {
        "apex_page_org": build_package(described[1:], Options("apex_page_org", "62.0", apex=apex)).files,
        "org_models": build_models(described[:1], ModelKind.PYDANTIC, SchemaOptions()).files,
    }
    for package, files in made.items():
        for path, text in files.items():
            file = folder / package / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for module in [module for module in sys.modules if module.partition(".")[0] in made]:
        del sys.modules[module]


def as_run(block: Block, server: LocalOrg) -> Block:
    """Return the block with the org that is there in place of the reader's."""
    code = block.code.replace("https://acme.my.salesforce.com", server.url)
    code = code.replace("5Aep861...", server.refresh_token).replace("svc@acme.example", LOGIN.username)
    return Block(block.page, block.line, as_checked(code))


def as_checked(code: str) -> str:
    # The example package has no Apex clients; the page's has, and can't have its name too.
    return code.replace("acme_org", "apex_page_org") if "acme_org.apex" in code else code


@pytest.mark.parametrize("page", pages())
def test_the_page_runs(
    page: str, server: LocalOrg, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import acme_org

    untyped = Salesforce(session_id=server.session_id, instance_url=server.url, retries=AT_ONCE)
    acme = acme_org.Salesforce(session_id=server.session_id, instance_url=server.url, retries=AT_ONCE)
    contact = acme.Contact.create({"LastName": "Guide"}).id
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    names: dict[str, Any] = {
        "sf": untyped if page == "docs/errors.md" else acme,
        "server": server,
        "url": server.url,
        "token": server.session_id,
        "key": server.consumer_key,
        "secret": server.consumer_secret,
        "now": dt.datetime.now(dt.UTC),
        "contact_id": contact,
        "rows": untyped.query("SELECT LastName FROM Contact LIMIT 1"),
        "records": [{"LastName": "Smith"}, {"LastName": "Jones"}],
        "record": untyped.Account.get(untyped.query("SELECT Id FROM Account LIMIT 1").records[0]["Id"]),
        **{name: getattr(acme_org, name) for name in ("Account", "Contact", "Case")},
    }
    with ExitStack() as stack:
        if page == "docs/login.md":
            let_people_log_in(server, tmp_path, monkeypatch, stack)
            (tmp_path / "server.key").write_bytes(private_key())
        if page == "README.md":
            take_https_to(server, monkeypatch)
        for block in blocks(page):
            run(as_run(block, server), names)


def private_key() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def take_https_to(server: LocalOrg, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let simple-salesforce, which knows no http, find the local org."""
    send = HTTPAdapter.send

    def sent(self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace("https://", "http://")
        return send(self, request, *args, **options)

    monkeypatch.setattr(HTTPAdapter, "send", sent)


def test_what_the_pages_import_is_public() -> None:
    names = {named.name for named in (*public_names(sfgen_runtime), *named_in(sfgen_local_org, LOCAL))}
    imported = [
        (node.module, alias.name)
        for page in pages()
        for block in blocks(page)
        for node in ast.walk(ast.parse(block.code))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(("sfgen_runtime", "sfgen_local_org"))
        for alias in node.names
    ]
    assert imported
    assert [one for one in imported if one[1] not in names] == []


@pytest.mark.slow
def test_the_pages_type_check(packages: Path, tmp_path: Path) -> None:
    assert GIVEN.keys() <= set(pages())
    for page in pages():
        # What is there to be compared with is typed as its own project sees fit.
        ours = [block.code for block in blocks(page) if "simple_salesforce" not in block.code]
        program = GIVEN.get(page, ACME) + "\n".join(map(as_checked, ours))
        (tmp_path / f"{Path(page).stem.lower()}_page.py").write_text(program, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(_wrong(), encoding="utf-8")
    told = mypy(tmp_path, packages)
    wrong = [line for line in told if line.startswith("wrong.py:")]
    assert [line for line in told if line not in wrong] == []
    assert wrong == [line for line in text_of("README.md").splitlines() if line.startswith("wrong.py:")]


def _wrong() -> str:
    """Return the program full of mistakes that the README shows with what mypy says of it."""
    (shown,) = re.findall(r"cat wrong\.py\n(.*?)\n\n\$ mypy", text_of("README.md"), re.DOTALL)
    return f"{shown}\n"


def mypy(folder: Path, packages: Path) -> list[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "--no-pretty"]
    command += ["--allow-redefinition-new", "--local-partial-types", "--no-error-summary"]
    where = os.environ | {"MYPYPATH": os.pathsep.join((str(ROOT / "generated_example"), str(packages)))}
    files = sorted(file.name for file in folder.glob("*.py"))
    done = subprocess.run(
        [*command, "--cache-dir", str(mypy_cache(folder)), *files],
        cwd=folder,
        env=where,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    return [line for line in done.stdout.splitlines() if ": note:" not in line]


def test_the_readme_shows_what_a_session_answers(server: LocalOrg) -> None:
    import acme_org

    client = acme_org.Salesforce(instance_url=server.url, session_id=server.session_id)
    names: dict[str, Any] = {"sf": client, "Contact": acme_org.Contact}
    (shown,) = re.findall(r"^>>> sf = .*\n((?:.|\n)*?)```", text_of("README.md"), re.MULTILINE)
    for entry in shown.split(">>> ")[1:]:
        source, _, expected = entry.partition("\n")
        assert answered(source, names).strip() == expected.strip()


def answered(source: str, names: dict[str, Any]) -> str:
    """Return what Python's prompt writes after a line."""
    try:
        value = eval(source, names)
    except SyntaxError:
        exec(source, names)
        return ""
    except Exception as error:
        return f"{type(error).__module__}.{type(error).__name__}: {error}"
    return "" if value is None else repr(value)
