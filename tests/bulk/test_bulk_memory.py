"""Memory doesn't grow with the number of rows, and no row is lost on the way: what `benchmarks/bulk.py` measures."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import bulk


@pytest.mark.slow
def test_ten_times_the_rows_take_no_more_memory() -> None:
    few, many = bulk.measure("ours", 60_000), bulk.measure("ours", 600_000)
    assert few["accounted"] == few["read"] == 60_000
    assert many["accounted"] == many["read"] == 600_000
    assert many["memory"] <= 1.2 * few["memory"]


@pytest.mark.slow
def test_the_benchmark_measures_both_clients() -> None:
    for client in bulk.CLIENTS:
        found = bulk.measure(client, 2_000)
        assert found["accounted"] == found["read"] == 2_000
