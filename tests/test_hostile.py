"""What `tests.hostile` asks of a helper can go red, each part of it."""

import warnings

import numpy as np
import pytest

from tests.hostile import bears, left_out, try_hostile


class Chosen:
    """Stands for what Hypothesis draws from."""

    def __init__(self, name):
        self.name = name

    def draw(self, strategy):
        return self.name


def raises_another_kind(count):
    raise KeyError("count")


def names_no_argument(count):
    raise ValueError("this will not do")


def names_it_by_chance(count):
    raise ValueError("could not broadcast: the count of axes differs")


def says_too_much(count):
    raise ValueError("count: " + 2_000 * "x")


def warns(count):
    warnings.warn("count", stacklevel=1)


def changes_what_it_refuses(count):
    count[0] = 7
    raise ValueError("count: expected another")


def returns_nan(count):
    return {"deep": [np.array([1.0, np.nan])]}


BAD = [
    raises_another_kind,
    names_no_argument,
    names_it_by_chance,
    says_too_much,
    warns,
    changes_what_it_refuses,
    returns_nan,
]


@pytest.mark.parametrize("helper", BAD, ids=lambda helper: helper.__name__)
def test_what_no_helper_may_do_is_noticed(helper):
    with pytest.raises(AssertionError, match="helper: "):
        bears(helper, {"count": np.zeros(2)}, "helper")


def test_a_helper_that_refuses_by_name_and_one_that_returns_numbers_pass():
    def refuses(count):
        raise ValueError("count: expected another")

    assert bears(refuses, {"count": np.zeros(2)}, "helper") is None
    assert bears(lambda count: count + 1, {"count": np.zeros(2)}, "helper").tolist() == [1, 1]


def test_another_result_of_the_same_numbers_is_noticed():
    def by_memory(rows):  # as they lie in memory, and not as they are numbered
        return np.frombuffer(rows.tobytes(order="A"))

    calls = {"by_memory": lambda: (by_memory, {"rows": np.arange(6.0).reshape(2, 3)})}
    with pytest.raises(AssertionError, match=r"in another order in memory.*another result"):
        try_hostile(calls, "by_memory", "rows", Chosen("in another order in memory"))


def test_a_helper_without_a_call_is_left_out():
    class Face:
        asked, forgotten, CONSTANT = staticmethod(len), staticmethod(abs), 3

    assert left_out(Face, {"asked in one way": None}) == ["forgotten"]
