"""Make cloudy-salesforce's dataclasses of describes.json, as `cloudy-salesforce generate` does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cloudy_salesforce.generator import SObjectGenerator

described = {one["name"]: one for one in json.loads(Path("describes.json").read_text(encoding="utf-8"))}


class Answers:
    """Answers describe requests, the only ones that the generator makes, from the file."""

    def request(self, method: str, url: str) -> dict[str, Any]:
        """Return the describe that `url` asks for."""
        found: dict[str, Any] = described[url.rstrip("/").split("/")[-2]]
        return found


SObjectGenerator(Answers()).generate_all(list(described))  # type: ignore[arg-type]
