"""The code of the guides runs as it stands there."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from acme_org import Salesforce as AcmeOrg

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(name: str) -> list[Any]:
    text = (DOCS / name).read_text(encoding="utf-8")
    found = [
        (text[: match.start()].count("\n") + 2, match[1]) for match in _BLOCK.finditer(text) if "import" not in match[1]
    ]
    assert found
    return [pytest.param(code, id=f"{name}:{line}") for line, code in found]


@pytest.mark.parametrize("code", [*blocks("composite.md"), *blocks("search.md"), *blocks("metadata.md")])
def test_the_code_runs(code: str, acme: AcmeOrg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import acme_org

    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("package.zip", "w") as archive:
        archive.writestr("package.xml", "<Package/>")
    names = {
        "sf": acme,
        "contact_id": acme.Contact.create({"LastName": "Guide"}).id,
        **{name: getattr(acme_org, name) for name in ("Account", "Contact", "Case")},
    }
    exec(compile(code, "guide", "exec"), names)
