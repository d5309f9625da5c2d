"""Describes with every trap in them: what is made of a describe is answered, or refused as Salesforce would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sfgen_local_org.bulk.desk import BulkDesk
from sfgen_local_org.http.app import CustomCode, build_router
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.faults import Faults
from sfgen_local_org.http.site import Credentials, Sessions, Site
from sfgen_local_org.org import Org

TRAPS = Path(__file__).resolve().parents[2] / "traps"
MASTER = "012000000000000AAA"
OF_AN_OBJECT = (
    *("", "describe", "describe/layouts", f"describe/layouts/{MASTER}", "describe/approvalLayouts", "quickActions"),
    *("describe/compactLayouts", "describe/compactLayouts/primary", f"describe/compactLayouts/{MASTER}"),
)


def describes(folder: Path) -> list[Any]:
    found = []
    for file in sorted(folder.glob("describes/*.json")):
        try:
            found.append(json.loads(file.read_text(encoding="utf-8")))
        except ValueError:
            continue
    return [one for one in found if isinstance(one, dict)]


@pytest.mark.parametrize("folder", sorted(TRAPS.iterdir()), ids=lambda folder: folder.name)
def test_what_is_made_of_describes(folder: Path) -> None:
    org = Org(describes(folder))
    site = Site("http://127.0.0.1:1", org, Credentials.make("u"), Sessions(org.id))
    router = build_router(site, Faults(), BulkDesk(), CustomCode())

    def get(path: str, **query: str) -> Answer:
        return router(Call("GET", path if path.startswith("/") else f"/services/data/v62.0/{path}", query))

    for path in ("sobjects", "recent", "tabs", "theme", "appMenu/Salesforce1", "limits/recordCount"):
        assert get(path).status == 200
    assert get("search", q="FIND {nothing}").body == {"searchRecords": []}
    for described in get("sobjects").body["sobjects"]:
        for path in OF_AN_OBJECT:
            answer = get(f"sobjects/{described['name']}/{path}".rstrip("/"))
            assert answer.status in (200, 404), (described["name"], path, answer.body)
            json.loads(answer.encoded())
        views = get(f"sobjects/{described['name']}/listviews")
        assert views.status in (200, 404)
        for view in views.body["listviews"] if views.status == 200 else []:
            assert get(view["resultsUrl"]).status == 200
    org.close()
