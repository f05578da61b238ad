"""Time the benchmarks: `python -m tools.bench [--only NAME] [--rounds 5]`."""

import argparse
import importlib
import statistics
import time

from tqdm import tqdm

from helpers.lesson.arguments import whole
from tools import ROOT, number, require_name, run_tool

BENCHMARKS = ROOT / "benchmarks"
REPORT = ROOT / "build" / "bench"


def names():
    """Return the names of all benchmarks."""
    return sorted(path.stem for path in BENCHMARKS.glob("[!_.]*.py"))


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


def medians_of(times):
    """Return the median time of each contestant."""
    return {name: statistics.median(taken) for name, taken in times.items()}


def table(medians, unit=None):
    """Return lines with each median, and how many times faster than the first it is."""
    yardstick = next(iter(medians.values()))
    width = max(map(len, medians))
    lines = []
    for name, median in medians.items():
        speed = f"{1 / median:10.1f} {unit}/s" if unit else f"{1000 * median:10.2f} ms"
        lines.append(f"{name:{width}}  {speed}  {yardstick / median:6.2f} x")
    return lines


def run(name, rounds):
    """Time a benchmark and print its tables; draw its figure, where it has one."""
    module = importlib.import_module(f"benchmarks.{name}")
    print(f"\n{name}: {module.__doc__.strip().splitlines()[0]}")
    medians = {}
    for title, contestants in module.tables():
        medians[title] = medians_of(timings(contestants, rounds))
        lines = table(medians[title], getattr(module, "UNIT", None))
        print(f"\n{title}", *lines, sep="\n", flush=True)
    if hasattr(module, "draw"):
        REPORT.mkdir(parents=True, exist_ok=True)
        path = REPORT / f"{name}.svg"
        module.draw(medians).savefig(path)
        print(f"\ndrawn in {path.relative_to(ROOT)}")


def main():
    """Read the command line and time what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="one benchmark")
    parser.add_argument("--rounds", type=number, default=5, help="how often each is timed")
    options = parser.parse_args()
    require_name("benchmark", options.only, names())
    whole("rounds", options.rounds)
    for name in [options.only] if options.only else names():
        run(name, options.rounds)


if __name__ == "__main__":
    run_tool(main, "nothing was changed")
