"""Recorded results of the studies: runs too long for a lesson."""

import json
import re
from pathlib import Path

from helpers.arguments import require

STUDIES = Path(__file__).parents[2] / "studies"


def load_study(name):
    """Return the record of the study `name`: its settings, seeds, versions and rows."""
    is_name = isinstance(name, str) and re.fullmatch(r"\w+", name)
    require(is_name, "name", repr(name), "the name of a study")
    path = STUDIES / f"{name}.json"
    recorded = sorted(file.stem for file in STUDIES.glob("*.json"))
    require(path.is_file(), "name", repr(name), f"one of {recorded}")
    return json.loads(path.read_text(encoding="utf-8"))
