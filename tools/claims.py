"""Run every notebook at many seeds and write the claims ledger, site/claims.json.

`python -m tools.claims [--seeds 20] [--only 04]`
"""

import argparse
import itertools
import json
import os
import sys
import tempfile
from pathlib import Path

import papermill

from tools import ROOT, run_tool, write_whole
from tools.notebooks import KERNEL_ARGUMENTS, fingerprint, is_stale, notebooks, read
from tools.parallel import run_all

LEDGER = ROOT / "site" / "claims.json"


def verdicts(job):
    """Run one notebook at one seed: return its checks' verdicts, and the error that ended it."""
    path, seed = job
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CHECK_RECORD"] = record = str(Path(folder) / "checks.jsonl")
        error = None
        try:
            papermill.execute_notebook(
                path,
                None,
                parameters={"SEED": seed},
                kernel_name="python3",
                cwd=path.parent,
                progress_bar=False,
                execution_timeout=300,
                extra_arguments=KERNEL_ARGUMENTS,
            )
        except Exception as problem:
            # the last line alone: a traceback would name the folders of this machine
            words = str(problem).strip().splitlines() or ["no words"]
            error = f"{type(problem).__name__}: {words[-1]}"
        finally:
            del os.environ["CHECK_RECORD"]
        checks = read_record(Path(record))
    return {"seed": seed, "error": error, "checks": checks}


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
        return {entry["lesson"]: entry for entry in entries}
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{LEDGER.name} is not a ledger: {error}") from error


def update_ledger(paths, seeds):
    """Run the notebooks at the seeds 1 … `seeds`, and write what was found."""
    entries = read_ledger()
    fingerprints = [fingerprint(read(path)) for path in paths]
    jobs = [(path, seed) for path in paths for seed in range(1, seeds + 1)]
    runs = iter(run_all(verdicts, jobs, "claims"))
    for path, checked_from in zip(paths, fingerprints, strict=True):
        runs_of_lesson = list(itertools.islice(runs, seeds))
        entries[path.stem] = lesson_entry(path, checked_from, runs_of_lesson)
    lessons = {path.stem for path in notebooks()}
    kept = [entry for lesson, entry in sorted(entries.items()) if lesson in lessons]
    write_whole(LEDGER, json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def report(paths):
    """Print what did not hold everywhere."""
    entries = read_ledger()
    for entry in (entries[path.stem] for path in paths):
        print(f"{entry['lesson']}: {len(entry['claims'])} claims at {len(entry['seeds'])} seeds")
        for claim in entry["claims"]:
            if claim["failed"]:
                print(f"  not at seeds {claim['failed']}: {claim['claim']}")
        for seed, error in entry["errors"].items():
            print(f"  seed {seed} ended early: {error}")


def main():
    """Read the command line and run what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="use the seeds 1 to this (20)")
    parser.add_argument("--only", help="the beginning of a notebook's name, such as 04")
    options = parser.parse_args()
    if options.seeds < 1:
        sys.exit(f"SEEDS: expected at least 1, got {options.seeds}")
    paths = notebooks(options.only)
    if outdated := [path.stem for path in paths if is_stale(path)]:
        sys.exit(f"run make notebooks first: {', '.join(outdated)} changed since")
    update_ledger(paths, options.seeds)
    report(paths)


if __name__ == "__main__":
    run_tool(main, "the ledger is as it was")
