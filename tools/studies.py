"""Recompute the recorded studies: `python -m tools.studies [--only NAME]`."""

import argparse
import importlib
import json
import platform
from functools import partial
from importlib.metadata import version
from unittest.mock import patch

from helpers.lesson.arguments import brief
from tools import ROOT, require_name, run_tool, text_in, write_whole
from tools.begun import going_on
from tools.digests import digest, helper_closure

STUDIES = ROOT / "studies"


def names():
    """Return the names of all studies: modules that say what a row of theirs is.

    A copy, as `recall (1).py`, has no name that could be imported.
    """
    files = [path for path in STUDIES.glob("[!_.]*.py") if path.stem.isidentifier()]
    sources = {path.stem: text_in(path) for path in files if path.is_file()}
    return sorted(name for name, source in sources.items() if "\ndef row(" in source)


def record(name):
    """Run a study over its seeds and write its record."""
    study = importlib.import_module(f"studies.{name}")
    head = head_of(study)  # what is wrong in it is said now, and not after the last row
    job = partial(plain_row, study.__name__, study.row)
    with going_on(name, digest([], made_of(name)), job, list(study.SEEDS)) as rows:
        write_whole(STUDIES / f"{name}.json", as_json(head, rows))


def made_of(name):
    """Return the files that a study's rows depend on: its own, what studies share, helpers."""
    files = [STUDIES / f"{name}.py", *sorted(STUDIES.glob("_*.py"))]
    return [*files, *helper_closure("\n".join(map(text_in, files)))]


def head_of(study):
    """Return what a record says before its rows; ValueError, naming the study, if it cannot."""
    require_parts(study)
    require_plain(f"{study.__name__}: SETTINGS", study.SETTINGS)
    head = {
        "study": " ".join(study.__doc__.split()),
        "command": f"make studies ONLY={study.__name__.rpartition('.')[2]}",
        "settings": study.SETTINGS,
        "seeds": f"{study.SEEDS[0]} to {study.SEEDS[-1]}, all of them",
        "versions": versions(),
    }
    if hasattr(study, "EARLY"):
        head["early"] = early_row(study)
    return head


def require_parts(study):
    """Refuse a study without what its record says of it."""
    settings, seeds = getattr(study, "SETTINGS", None), getattr(study, "SEEDS", None)
    parts = {
        "a docstring": study.__doc__ and study.__doc__.strip(),
        "SETTINGS, a dict": isinstance(settings, dict),
        "SEEDS, a range with a seed in it": isinstance(seeds, range | list | tuple) and seeds,
    }
    if missing := [part for part, is_there in parts.items() if not is_there]:
        raise ValueError(f"{study.__name__}: expected {missing[0]}")


def plain_row(name, row, seed):
    """Return the row of a seed; ValueError, naming the study, if no record can hold it."""
    found, place = row(seed), f"{name}: row({seed})"
    if not isinstance(found, dict) or found.get("seed") != seed:
        raise ValueError(f'{place}: expected a dict with its "seed", got {brief(found)}')
    require_plain(place, found)
    return found


def require_plain(place, value):
    """Refuse what JSON has no form for, such as a number of NumPy's, or NaN; say where it is."""
    parts = enumerate(value) if isinstance(value, list | tuple) else ()
    for key, each in value.items() if isinstance(value, dict) else parts:
        require_plain(f"{place}[{key!r}]", each)
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        expected = "plain text, and plain numbers that are finite"
        raise ValueError(f"{place}: expected {expected}, got {brief(value)}") from None


def early_row(study):
    """Return the first row with the settings EARLY, which stop training early.

    In a long training any difference in rounding grows until two processors have two
    networks, each as good as the other: then an end cannot be compared, but a beginning.
    """
    with patch.dict(study.SETTINGS, study.EARLY):
        return plain_row(study.__name__, study.row, study.SEEDS[0])


def versions():
    """Return the versions and the machine that a record was made with."""
    packages = {package: version(package) for package in ("keras", "numpy")}
    return {"python": platform.python_version(), "machine": platform.machine()} | packages


def as_json(settings, rows):
    """Return a record as JSON, with a line for each row, so that changes can be read."""
    head = json.dumps(settings, indent=1)[:-2]
    lines = ",\n".join("  " + json.dumps(row) for row in rows)
    return f'{head},\n "rows": [\n{lines}\n ]\n}}\n'


def main():
    """Read the command line and run what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="one study")
    options = parser.parse_args()
    require_name("study", options.only, names())
    for name in [options.only] if options.only else names():
        record(name)


if __name__ == "__main__":
    run_tool(main, "the record is as it was; the next run goes on")
