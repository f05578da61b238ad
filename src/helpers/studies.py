"""Recorded results of the studies: runs too long for a lesson."""

import json
import re
from pathlib import Path

import numpy as np

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


def by_recipe(record, measure):
    """Return `measure(**end)` of every run, in an array for each recipe of a record.

    The record comes from `load_study`; where a run ended with the recipe called name
    is in its row under ["ends"][name], by the names of the arguments of `measure`.
    """
    has_recipes = isinstance(record, dict) and "recipes" in record.get("settings", {})
    require(has_recipes, "record", type(record).__name__, "a record with recipes")
    return {
        name: np.array([measure(**row["ends"][name]) for row in record["rows"]])
        for name in record["settings"]["recipes"]
    }
