"""The benchmarks run, take turns, and are printed as medians and ratios."""

import importlib

import pytest

from tools import bench


def test_contestants_take_turns_after_one_call_that_is_not_timed():
    calls = []
    contestants = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    times = bench.timings(contestants, rounds=3)
    assert "".join(calls) == "ab" + 3 * "ab"
    assert [len(taken) for taken in times.values()] == [3, 3]


def test_the_table_gives_medians_and_ratios_to_the_first():
    lines = bench.table({"slow one": [0.3, 0.2, 9.0], "fast": [0.1, 0.1, 0.2]})
    assert [line.split() for line in lines] == [
        ["slow", "one", "300.00", "ms", "1.00", "x"],
        ["fast", "100.00", "ms", "3.00", "x"],
    ]


@pytest.mark.parametrize("name", bench.names())
def test_every_benchmark_runs(name):
    module = importlib.import_module(f"benchmarks.{name}")
    contestants = module.contestants()
    assert len(contestants) > 1
    for function in contestants.values():
        assert bench.seconds(function) > 0
