"""Run every notebook at many seeds and write the claims ledger, site/claims.json.

`python -m tools.claims [--seeds 40] [--only 04]`
"""

import argparse
import itertools
import json
import math
import os
import random
import re
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

import papermill

from helpers.lesson.arguments import brief
from helpers.lesson.check import RECORD, tolerance
from helpers.lesson.environment import ask
from tools import ROOT, number, run_tool, short, write_whole
from tools.begun import going_on
from tools.digests import results_digest
from tools.kernels import OF_A_LESSON, temporary_files_go
from tools.notebooks import is_stale, notebooks, read

LEDGER = ROOT / "site" / "claims.json"
CLAIM = {"claim", "atol", "failed"}
ENTRY = {"lesson", "checked_from", "seeds", "errors", "claims"}
MOST = 1_000  # seeds for each lesson
COUNT = 40  # how many seeds the ledger has for each lesson
# Below are the seeds of development.  Above, what a lesson makes of its seed, such as
# 100 * SEED + n, would be too large for a generator of 32 bits.
DRAWN_FROM = range(1_000, 10_000_000)


def drawn_seeds(digest, count):
    """Return `count` different seeds, drawn by a generator that `digest` seeds.

    A lesson that was written while looking at some seeds may fit these and no others.  So
    its ledger is of seeds that nobody chose: the digest of its code draws them, and whoever
    changes the code gets other seeds.  Anyone can draw them again.
    """
    return random.Random(digest).sample(DRAWN_FROM, count)


def verdicts(job):
    """Run one notebook at one seed: return its checks' verdicts, and the error that ended it."""
    path, seed = job
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ):
        record, error = Path(folder) / "checks.jsonl", None
        # asked for by name: where a lesson loads Keras, what was not asked for is cleared
        ask(os.environ, [f"{RECORD}={record}"])
        try:
            papermill.execute_notebook(
                path,
                None,
                parameters={"SEED": seed},
                kernel_name="python3",
                progress_bar=False,
                execution_timeout=300,
                **OF_A_LESSON,
            )
        except Exception as problem:
            error = in_a_line(problem)
        return {"seed": seed, "error": error, "checks": read_record(record)}


def in_a_line(problem):
    """Return the last line of what went wrong, without the folders of this machine."""
    words = str(problem).strip().splitlines() or ["no words"]
    line = f"{type(problem).__name__}: {words[-1]}"
    for folder in (sys.prefix, str(ROOT), str(Path.home())):
        line = line.replace(folder, "…")
    return short(line)


def read_record(path):
    """Return the verdicts that checks wrote, none where none was reached."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def lesson_entry(path, checked_from, runs):
    """Return a lesson's entry of the ledger from its runs."""
    claims = list(dict.fromkeys((c["claim"], c["atol"]) for run in runs for c in run["checks"]))
    return {
        "lesson": path.stem,
        "checked_from": checked_from,
        "seeds": [run["seed"] for run in runs],
        "errors": {str(run["seed"]): run["error"] for run in runs if run["error"]},
        "claims": [claim_entry(claim, atol, runs) for claim, atol in claims],
    }


def claim_entry(claim, atol, runs):
    """Return the seeds at which a claim did not hold; a run that never reached it counts."""
    failed = []
    for run in runs:
        held = [c["held"] for c in run["checks"] if (c["claim"], c["atol"]) == (claim, atol)]
        if not held or not all(held):
            failed.append(run["seed"])
    return {"claim": claim, "atol": atol, "failed": failed}


def read_ledger():
    """Return the ledger's entries by lesson; none, where there is no ledger yet."""
    if not LEDGER.exists():
        return {}
    try:
        entries = json.loads(LEDGER.read_text(encoding="utf-8"))
        if not isinstance(entries, list) or not all(set(entry) >= ENTRY for entry in entries):
            raise ValueError(f"expected a list of lessons, each with {sorted(ENTRY)}")
        for entry in entries:
            require_entry(entry)
        if len({entry["lesson"] for entry in entries}) < len(entries):
            raise ValueError("expected each lesson once")
        return {entry["lesson"]: entry for entry in entries}
    except (ValueError, TypeError) as error:
        raise ValueError(f"{LEDGER.name} is not a ledger: {error}") from error


def require_entry(entry):
    """Refuse a lesson's entry whose parts do not belong together."""
    seeds = entry["seeds"]
    parts = [is_claim(claim, seeds) for claim in entry["claims"]]
    errors = isinstance(entry["errors"], dict) and set(entry["errors"]) <= set(map(str, seeds))
    texts = all(isinstance(entry[name], str) for name in ("lesson", "checked_from"))
    if not (texts and is_of(seeds, seeds) and seeds and errors and all(parts)):
        wanted = "seeds, errors at some of them, and claims that failed at some of them"
        raise ValueError(f"{entry['lesson']}: expected {wanted}")


def is_claim(claim, seeds):
    """Tell whether it is a claim that failed at some of the seeds, or at none."""
    is_whole = set(claim) == CLAIM and isinstance(claim["claim"], str)
    is_near = is_whole and (claim["atol"] is None or is_distance(claim["atol"]))
    return is_near and is_of(claim["failed"], seeds)


def is_distance(value):
    """Tell whether it is a number, finite, and none below 0."""
    return isinstance(value, int | float) and 0 <= value < math.inf


def is_of(some, seeds):
    """Tell whether some are whole numbers, each once, and among the seeds."""
    whole = isinstance(some, list) and all(type(seed) is int for seed in some)
    return whole and len(set(some)) == len(some) and set(some) <= set(seeds)


def require_claims(name, notebook, entry):
    """Refuse an entry that has not the claims that the lesson shows, though it is of its code."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = "\n".join(output.get("text", "") for output in outputs)
    lines = [each["claim"] + tolerance(each["atol"]) for each in entry["claims"]]
    printed = set(re.findall(r"^✓ (.*)$", shown, re.MULTILINE))
    is_same = sorted(claimed(line, lines) for line in printed) == sorted(lines)
    if not is_same and entry["checked_from"] == results_digest(notebook):
        wanted = f"each claim that {name} shows, once"
        raise ValueError(f"{LEDGER.name}: expected {wanted}: make claims ONLY={name}")


def claimed(printed, lines):
    """Return the claim that a line begins with; what was found may follow it."""
    fits = [line for line in lines if printed == line or printed.startswith(f"{line}: ")]
    return max(fits, key=len, default=printed)


def write_ledger(entries):
    """Write the entries of those lessons that there still are."""
    lessons = {path.stem for path in notebooks()}
    kept = [entry for lesson, entry in sorted(entries.items()) if lesson in lessons]
    write_whole(LEDGER, json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def update_ledger(paths, count):
    """Run each notebook at `count` drawn seeds, and write each lesson once it is whole.

    What another run has written meanwhile stays.
    """
    read_ledger()  # if it is none, say so now and not in an hour
    digests = [results_digest(read(path)) for path in paths]
    drawn = [drawn_seeds(digest, count) for digest in digests]
    jobs = [(path, seed) for path, seeds in zip(paths, drawn, strict=True) for seed in seeds]
    which = f"claims of {len(paths)} from {paths[0].stem}"
    with going_on(which, [digests, count], verdicts, jobs) as runs:
        for path, checked_from in zip(paths, digests, strict=True):
            write_lesson(path, checked_from, list(itertools.islice(runs, count)))


def write_lesson(path, checked_from, runs):
    """Write a lesson's entry from its runs; ValueError if they say nothing of it."""
    if results_digest(read(path)) != checked_from:
        raise ValueError(f"{path.stem} was changed while it was run: run it again")
    if all(run["error"] for run in runs):  # this machine cannot run it
        raise ValueError(f"{path.stem} came to its end at no seed: {runs[0]['error']}")
    write_ledger(read_ledger() | {path.stem: lesson_entry(path, checked_from, runs)})


def all_held(entry):
    """Return the seeds at which a lesson ran to its end and all of its claims held."""
    failed = {seed for claim in entry["claims"] for seed in claim["failed"]}
    return [s for s in entry["seeds"] if s not in failed and str(s) not in entry["errors"]]


def failures(entry):
    """Return a line for each claim of a lesson that failed somewhere, and for each error."""
    lesson, seeds = entry["lesson"], len(entry["seeds"])
    lines = [
        f"{lesson}: held at {seeds - len(claim['failed'])} of {seeds} seeds: {claim['claim']}"
        f" (not at {', '.join(map(str, claim['failed']))})"
        for claim in entry["claims"]
        if claim["failed"]
    ]
    errors = entry["errors"].items()
    return lines + [f"{lesson}: seed {seed} ended early: {error}" for seed, error in errors]


def report(paths):
    """Print what failed, and then for each lesson at how many seeds all of it held."""
    ledger = read_ledger()
    entries = [ledger[path.stem] for path in paths]
    for line in itertools.chain.from_iterable(map(failures, entries)):
        print(line)
    for entry in entries:
        held = f"all held at {len(all_held(entry))} of {len(entry['seeds'])} seeds"
        print(f"{entry['lesson']}: {len(entry['claims'])} claims, {held}")


@temporary_files_go()
def main():
    """Read the command line and run what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=number, default=COUNT, help=f"draw so many seeds ({COUNT})")
    parser.add_argument("--only", help="the beginning of a notebook's name, such as 04")
    options = parser.parse_args()
    if not 1 <= options.seeds <= MOST:
        sys.exit(f"SEEDS: expected from 1 to {MOST}, got {brief(options.seeds)}")
    paths = notebooks(options.only)
    if outdated := [path.stem for path in paths if is_stale(path)]:
        sys.exit(f"run make notebooks first: {', '.join(outdated)} changed since")
    update_ledger(paths, options.seeds)
    report(paths)


if __name__ == "__main__":
    run_tool(main, "each lesson that was not finished is as it was; the next run goes on")
