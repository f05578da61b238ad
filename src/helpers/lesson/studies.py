"""Recorded results of the studies: runs too long for a lesson."""

import json
from contextlib import suppress
from pathlib import Path

import numpy as np

from helpers.lesson.arguments import brief, finite, function_of, of_kind, require

CARRIED = Path(__file__).with_name("records")  # in a wheel alone
STUDIES = CARRIED if CARRIED.is_dir() else Path(__file__).parents[3] / "studies"


def load_study(name):
    """Return the record of the study `name`: its settings, seeds, versions and rows."""
    recorded = sorted(file.stem for file in STUDIES.glob("*.json"))
    is_one = isinstance(name, str) and name in recorded
    require(is_one, "name", brief(name), f"one of {recorded}")
    text = (STUDIES / f"{name}.json").read_text(encoding="utf-8")
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"name: {name}.json is no record: {error}") from error


def by_recipe(record, measure):
    """Return `measure(**end)` of every run, in an array for each recipe of a record.

    The record comes from `load_study`; where a run ended with the recipe called name
    is in its row under ["ends"][name], by the names of the arguments of `measure`.
    """
    settings = record.get("settings") if isinstance(record, dict) else None
    recipes = settings.get("recipes") if isinstance(settings, dict) else None
    known = isinstance(recipes, dict) and isinstance(record.get("rows"), list)
    known = known and all(has_ends(row, recipes) for row in record["rows"])
    require(known, "record", type(record).__name__, "a record with recipes")
    function_of("measure", measure)
    ends = {name: [row["ends"][name] for row in record["rows"]] for name in recipes}
    found = {name: [measure(**each) for each in runs] for name, runs in ends.items()}
    return {name: of_one_shape("measure", values) for name, values in found.items()}


def of_one_shape(name, values):
    """Return values as one array; ValueError unless all have one shape."""
    shapes = {shape_of(each) for each in values}
    fits = len(shapes) < 2 and None not in shapes
    require(fits, name, f"shapes {shapes}", "one that returns one shape")
    return of_kind(name, values, "biuf", "one that returns numbers, or truth values")


def shape_of(value):
    """Return the shape of a value; None if its rows are of unequal length."""
    with suppress(Exception):  # whatever its own code raises
        return np.shape(value)


def has_ends(row, recipes):
    """Return whether a row of a record has an end for each recipe."""
    ends = row.get("ends") if isinstance(row, dict) else None
    known = isinstance(ends, dict) and all(
        isinstance(ends.get(name), dict) for name in recipes
    )
    return known and all(isinstance(key, str) for name in recipes for key in ends[name])


def as_keras_starts(record, from_plus, from_minus):
    """Return the outcome of each run with the sign of U that Keras draws at its seed.

    from_plus, from_minus  the outcomes from U = +1 and from U = −1, one for each run
    """
    rows = record.get("rows") if isinstance(record, dict) else None
    dicts = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    starts = [row.get("keras_start") for row in rows] if dicts else [None]
    known = all(isinstance(start, int | float) and start for start in starts)
    known = known and all(abs(start) < np.inf for start in starts)
    require(known, "record", type(record).__name__, "a record with Keras's starts")
    plus = np.array(starts) > 0
    outcomes = {"from_plus": from_plus, "from_minus": from_minus}
    return np.where(plus, *(one_each(*each, len(rows)) for each in outcomes.items()))


def one_each(name, value, count):
    """Return `value` as an array; ValueError unless one number for each of `count`."""
    array = of_kind(name, value, "biuf", "numbers, or truth values")
    finite(name, array.astype(float), shape=(count,))
    return array
