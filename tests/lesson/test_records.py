"""The recorded results of the studies, as a lesson reads them; see `helpers.lesson.studies`."""

import numpy as np
import pytest

from helpers.lesson import as_keras_starts, by_recipe, load_study


@pytest.mark.parametrize(
    "name", ["no_such_study", "../studies/classic_sum_of_three", "", None, 999 * "x"]
)
def test_an_unknown_study_is_refused(name):
    with pytest.raises(ValueError, match="name: expected"):
        load_study(name)


def test_a_record_that_was_changed_by_hand_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.lesson.studies.STUDIES", tmp_path)
    (tmp_path / "recall.json").write_text("<<<<<<< HEAD\n{}")
    with pytest.raises(ValueError, match=r"^name: recall\.json is no record: Expecting value"):
        load_study("recall")


def test_by_recipe_measures_every_end():
    rows = [{"ends": {"a": {"x": 1}, "b": {"x": 2}}}, {"ends": {"a": {"x": 3}, "b": {"x": 4}}}]
    record = {"settings": {"recipes": {"a": {}, "b": {}}}, "rows": rows}
    measured = by_recipe(record, lambda x: 10 * x)
    assert {name: values.tolist() for name, values in measured.items()} == {
        "a": [10, 30],
        "b": [20, 40],
    }


@pytest.mark.parametrize(
    ("record", "given"),
    [
        (None, "NoneType"),
        ([], "list"),
        ({}, "dict"),
        ({"settings": {"U": [1]}, "rows": []}, "dict"),
        ({"settings": "recipes", "rows": []}, "dict"),
        ({"settings": {"recipes": {"a": {}}}, "rows": [{"seed": 1}]}, "dict"),
        ({"settings": {"recipes": {"a": {}}}, "rows": [{"ends": {"b": {}}}]}, "dict"),
        ({"settings": {"recipes": {"a": {}}}, "rows": [{"ends": {"a": {}}}, 3]}, "dict"),
        ({"settings": {"recipes": {"a": {}}}, "rows": [{"ends": 3}]}, "dict"),
        ({"settings": {"recipes": {"a": {}}}, "rows": [{"ends": ["a"]}]}, "dict"),
        ({"settings": {"recipes": {"a": {}}}, "rows": [{"ends": {"a": 3}}]}, "dict"),
        ({"settings": {"recipes": {"a": {}}}, "rows": None}, "dict"),
        ({"settings": {"recipes": 3}, "rows": []}, "dict"),
    ],
)
def test_a_record_without_recipes_is_refused(record, given):
    message = rf"^record: expected a record with recipes, got {given}$"
    with pytest.raises(ValueError, match=message):
        by_recipe(record, len)


def test_by_recipe_goes_by_name_and_keeps_the_order():
    rows = [{"ends": {"a": {"U": 1, "table": 10}, "b": {"table": 20, "U": 2}}}]
    record = {"settings": {"recipes": {"b": {}, "a": {}}}, "rows": rows}
    measured = by_recipe(record, lambda table, U: table - U)
    assert [(n, v.tolist()) for n, v in measured.items()] == [("b", [18]), ("a", [9])]


def test_the_outcome_is_that_of_the_sign_that_keras_draws():
    record = {"rows": [{"keras_start": start} for start in (1, -1, -0.5, 0.5)]}
    outcome = as_keras_starts(record, [True, True, True, False], [False, False, True, True])
    assert outcome.tolist() == [True, False, True, False]


@pytest.mark.parametrize(
    ("record", "given"),
    [
        (None, "NoneType"),
        ([], "list"),
        ({}, "dict"),
        ({"rows": [{"keras_start": 1}, {"seed": 2}]}, "dict"),
        ({"rows": [{"keras_start": 1}, {"keras_start": "x"}]}, "dict"),
        ({"rows": [3, {"keras_start": 1}]}, "dict"),
        ({"rows": ["keras_start", "keras_start"]}, "dict"),
        ({"rows": 3}, "dict"),
    ],
)
def test_a_record_without_the_starts_of_keras_is_refused(record, given):
    message = rf"^record: expected a record with Keras's starts, got {given}$"
    with pytest.raises(ValueError, match=message):
        as_keras_starts(record, np.ones(2), np.zeros(2))


@pytest.mark.parametrize("start", [float("nan"), float("inf"), 0])
def test_a_start_without_a_sign_is_refused(start):
    with pytest.raises(ValueError, match=r"^record: expected a record with Keras's starts"):
        as_keras_starts({"rows": [{"keras_start": start}]}, [1], [0])


def test_a_measure_with_results_of_unlike_shapes_is_refused():
    ends = iter([{"w": [1]}, {"w": [1, 2]}])
    record = {"settings": {"recipes": {"a": {}}}, "rows": [{"ends": {"a": e}} for e in ends]}
    said = r"^measure: expected one that returns one shape, got shapes \{\([12],\), \([12],\)\}$"
    with pytest.raises(ValueError, match=said):
        by_recipe(record, lambda w: w)


@pytest.mark.parametrize(
    ("end", "measure", "said"),
    [
        ({"w": 1}, lambda w: [[1], [1, 2]], "measure: expected one that returns one shape"),
        ({1: 2}, lambda w: w, "record: expected a record with recipes"),
    ],
    ids=["rows of unequal length", "an end without a name"],
)
def test_what_cannot_be_measured_is_named(end, measure, said):
    record = {"settings": {"recipes": {"a": {}}}, "rows": [{"ends": {"a": end}}]}
    with pytest.raises(ValueError, match=said):
        by_recipe(record, measure)


def test_a_start_may_be_any_whole_number():
    record = {"rows": [{"keras_start": 10**400}, {"keras_start": -(10**400)}]}
    assert as_keras_starts(record, [1, 1], [0, 0]).tolist() == [1, 0]


@pytest.mark.parametrize("made", [np.ma.masked_array([1.0, 99.0], [False, True]), None, {"a": 1}])
def test_a_measure_that_returns_no_numbers_is_refused(made):
    record = {"settings": {"recipes": {"a": {}}}, "rows": [{"ends": {"a": {"x": 1.0}}}]}
    with pytest.raises(ValueError, match=r"^measure: expected one that returns numbers"):
        by_recipe(record, lambda x: made)
