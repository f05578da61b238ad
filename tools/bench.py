"""Time the benchmarks: `python -m tools.bench [--only NAME] [--rounds 5]`."""

import argparse
import importlib
import statistics
import time

from tqdm import tqdm

from helpers.arguments import whole
from tools import ROOT, run_tool

BENCHMARKS = ROOT / "benchmarks"


def names():
    """Return the names of all benchmarks."""
    return sorted(path.stem for path in BENCHMARKS.glob("[!_]*.py"))


def seconds(function):
    """Return how long a call takes; for each piece, where it returns how many it did."""
    start = time.perf_counter()
    pieces = function() or 1
    return (time.perf_counter() - start) / pieces


def timings(contestants, rounds):
    """Return the times of each contestant over `rounds`, after one call that is not timed.

    They take turns, so that a machine that is busy for a while slows all of them.
    """
    for function in contestants.values():
        function()
    times = {name: [] for name in contestants}
    for _ in tqdm(range(rounds), desc="rounds", leave=False):
        for name, function in contestants.items():
            times[name].append(seconds(function))
    return times


def table(times):
    """Return lines with each median, and how many times faster than the first it is."""
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    yardstick = next(iter(medians.values()))
    width = max(map(len, medians))
    return [
        f"{name:{width}}  {1000 * median:10.2f} ms  {yardstick / median:6.2f} x"
        for name, median in medians.items()
    ]


def main():
    """Read the command line and time what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=names(), help="one benchmark")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is timed")
    options = parser.parse_args()
    whole("rounds", options.rounds)
    for name in [options.only] if options.only else names():
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"\n{name}: {module.__doc__.strip().splitlines()[0]}")
        print(*table(timings(module.contestants(), options.rounds)), sep="\n")


if __name__ == "__main__":
    run_tool(main, "nothing was changed")
