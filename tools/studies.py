"""Recompute the recorded studies: `python -m tools.studies [--only NAME]`."""

import argparse
import importlib
import json
import platform
from importlib.metadata import version
from unittest.mock import patch

from tools import ROOT, require_name, run_tool, text_in, write_whole
from tools.parallel import run_all

STUDIES = ROOT / "studies"


def names():
    """Return the names of all studies: modules that say what a row of theirs is."""
    sources = {path.stem: text_in(path) for path in STUDIES.glob("[!_.]*.py")}
    return sorted(name for name, source in sources.items() if "\ndef row(" in source)


def record(name):
    """Run a study over its seeds and write its record."""
    study = importlib.import_module(f"studies.{name}")
    rows = run_all(study.row, list(study.SEEDS), name)
    settings = {
        "study": " ".join(study.__doc__.split()),
        "command": f"make studies ONLY={name}",
        "settings": study.SETTINGS,
        "seeds": f"{study.SEEDS[0]} to {study.SEEDS[-1]}, all of them",
        "versions": versions(),
    }
    if hasattr(study, "EARLY"):
        settings["early"] = early_row(study)
    write_whole(STUDIES / f"{name}.json", as_json(settings, rows))


def early_row(study):
    """Return the first row with the settings EARLY, which stop training early.

    In a long training any difference in rounding grows until two processors have two
    networks, each as good as the other: then an end cannot be compared, but a beginning.
    """
    with patch.dict(study.SETTINGS, study.EARLY):
        return study.row(study.SEEDS[0])


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
    run_tool(main, "the record is as it was")
