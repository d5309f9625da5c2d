"""The pages of the documentation as programs: their blocks of Python in order, and what each page takes for granted."""

from __future__ import annotations

import ast
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

# What stands before a page's first block, for type checkers. When a page runs, these names have values.
ACME = "from acme_org import Account, Case, Contact, Salesforce\nsf: Salesforce\n"
GIVEN = {
    "README.md": "url: str\ntoken: str\ncontact_id: str\nfrom typing import Any\nrows: Any\n",
    "docs/apex.md": "import datetime\nurl: str\ntoken: str\nnow: datetime.datetime\n",
    "docs/bulk.md": f"{ACME}from acme_org import ContactCreate\nrecords: list[ContactCreate]\n",
    "docs/composite.md": f"{ACME}contact_id: str\n",
    "docs/errors.md": "from sfgen_runtime import Salesforce\nsf: Salesforce\n",
    "docs/local_org_bulk_and_apex.md": "",
    "docs/login.md": "",
    "docs/metadata.md": ACME,
    "docs/models.md": "from typing import Any\nrecord: dict[str, Any]\n",
    "docs/records_and_queries.md": "url: str\ntoken: str\n",
    "docs/reliability.md": "key: str\nsecret: str\nurl: str\ntoken: str\n",
    "docs/search.md": ACME,
}


@dataclass(frozen=True)
class Block:
    """A block of Python, and the line of the page that it starts at."""

    page: str
    line: int
    code: str


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def pages() -> list[str]:
    """Return the README and every page that has Python in it."""
    found = ["README.md", *sorted(f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md"))]
    return [page for page in found if _BLOCK.search(text_of(page))]


def blocks(page: str) -> list[Block]:
    text = text_of(page)
    return [Block(page, text[: match.start()].count("\n") + 2, match[1]) for match in _BLOCK.finditer(text)]


def mypy_cache(folder: Path) -> Path:
    """Return a cache that no other run of mypy writes meanwhile, begun with what the project's own check has left."""
    cache, left = folder / "mypy_cache", ROOT / ".mypy_cache"
    if left.is_dir():
        shutil.copytree(left, cache)
    return cache


def run(block: Block, names: dict[str, Any]) -> None:
    """Run a block, statement by statement. One that fails must say so: its comment names the error, or its status."""
    lines = block.code.splitlines()
    # Its lines are counted as the page's are, for tracebacks.
    tree = ast.increment_lineno(ast.parse(block.code), block.line - 1)
    for statement in tree.body:
        end = statement.end_lineno or statement.lineno
        said = " ".join(line.partition("#")[2] for line in lines[statement.lineno - block.line : end - block.line + 1])
        program = compile(ast.Module([statement], []), block.page, "exec")
        try:
            exec(program, names)
        except Exception as error:
            expected = {type(error).__name__, str(getattr(error, "status", ""))} - {""}
            if not expected & set(re.findall(r"\w+", said)):
                raise
