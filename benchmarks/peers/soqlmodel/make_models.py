"""Make soqlmodel's models of describes.json, as `soqlmodel snapshot` and `soqlmodel generate` do."""

from __future__ import annotations

import json
from pathlib import Path

from soqlmodel.describe import build_snapshot
from soqlmodel.generate import write_combined_module

described = json.loads(Path("describes.json").read_text(encoding="utf-8"))
write_combined_module([build_snapshot(one, "demo") for one in described], "models.py")
