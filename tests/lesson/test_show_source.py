"""Sources that are shown, and sources of which a piece is changed."""

import re

import numpy as np
import pytest

from helpers.engine import LSTM, Layer, Recurrent
from helpers.lesson import edited, rate, rates, show_source
from helpers.tasks import every_triple
from helpers.tasks.digits import one_hot

pytestmark = pytest.mark.sources


def test_the_source_is_shown_as_code_and_compared_as_text():
    shown = show_source(every_triple)._repr_mimebundle_()
    assert shown["text/plain"].startswith("def every_triple():\n")
    assert shown["text/markdown"] == f"```python\n{shown['text/plain']}\n```"


@pytest.mark.parametrize("subject", [len, 3, "every_triple"])
def test_what_has_no_source_is_refused(subject):
    with pytest.raises(ValueError, match="subject: expected a Python function, class or module"):
        show_source(subject)


def test_a_method_is_shown_without_the_blanks_before_it():
    text = show_source(Layer.get_weights)._repr_mimebundle_()["text/plain"]
    assert text.startswith("def get_weights(self):\n    ")


def test_one_piece_of_a_function_is_changed_and_the_function_stays():
    before = rate(3, 4)
    said = edited(rate, "{successes} of {trials}", "{trials} with {successes}")
    assert said(3, 4) == before.replace("3 of 4", "4 with 3")
    assert rate(3, 4) == before
    assert rates.rate is rate


def test_one_piece_of_a_class_is_changed_and_the_class_stays():
    Hasty = edited(LSTM, "dc * f]", "dc]")
    assert Hasty is not LSTM
    assert Hasty.__name__ == "LSTM"
    assert issubclass(Hasty, Recurrent)
    found = []
    for kind in (LSTM, Hasty, LSTM):
        layer = kind(2, 3, np.random.default_rng(1))
        outputs = layer.forward(np.ones((4, 5, 2)))
        layer.backward(np.ones_like(outputs))
        found.append((outputs.tolist(), layer.gradients["kernel"].tolist()))
    assert found[0] == found[2]
    assert found[0][0] == found[1][0]
    assert found[0][1] != found[1][1]


def test_a_piece_may_be_several_lines():
    old = """
        tanh_c = np.tanh(c)
        return [o * tanh_c, c]"""
    with pytest.raises(ValueError, match="old: expected"):
        edited(LSTM, old.replace("[o * tanh_c", "[i * tanh_c"), "")
    kind = edited(LSTM, old, "\n        tanh_c = 0 * c\n        return [tanh_c, c]")
    layer = kind(2, 3, np.random.default_rng(1))
    assert not layer.forward(np.ones((4, 5, 2))).any()


@pytest.mark.parametrize(
    ("subject", "old", "times"),
    [
        (LSTM, "no such line", 0),
        (LSTM, "DC = DC * F[T]", 0),
        (LSTM, "dz_f", 2),
        (every_triple, "def one_hot", 0),
        (every_triple, "triple", 2),
    ],
)
def test_a_piece_that_is_not_there_just_once_is_refused(subject, old, times):
    message = f"old: expected a piece of the source that is there once, got '{old}', {times} times"
    with pytest.raises(ValueError, match=re.escape(message)):
        edited(subject, old, "")


@pytest.mark.parametrize("subject", [len, 3, "LSTM"])
def test_what_has_no_source_cannot_be_edited(subject):
    with pytest.raises(ValueError, match="subject: expected a Python function, class or module"):
        edited(subject, "a", "b")


def test_an_edited_function_calls_its_neighbours_as_they_are():
    expected = one_hot(np.array([[1, 0]]), 2).tolist()
    assert (
        edited(one_hot, "def one_hot(", "def one_hot(")(np.array([[1, 0]]), 2).tolist() == expected
    )


class Pair:
    first = 1
    second = 2


def test_what_was_edited_is_shown_and_edited_again_as_it_is_then():
    once = edited(Pair, "first = 1", "first = 10")
    assert "first = 10" in show_source(once).text
    twice = edited(once, "second = 2", "second = 20")
    assert (twice.first, twice.second) == (10, 20)
    assert (Pair.first, Pair.second) == (1, 2)


def test_a_piece_that_leaves_no_function_is_refused():
    with pytest.raises(ValueError, match="new: expected a piece that leaves rate, got 'rate = 3'"):
        edited(rate, show_source(rate).text, "rate = 3")


def with_a_number(number):
    def plus(x):
        return x + number

    return plus


number = 100


def test_a_function_that_uses_variables_from_around_it_is_refused():
    with pytest.raises(ValueError, match="subject: expected a function or class of a module"):
        edited(with_a_number(5), "x + number", "x + number + 0")


@pytest.mark.parametrize("new", ["k /", "nowhere", "raise SystemExit", "wilson_interval = len"])
def test_a_piece_with_which_the_source_cannot_be_run_is_refused(new):
    old = "successes, trials):"
    made = f"successes, trials={new}):" if new in ("k /", "nowhere") else f"*_): 0\n{new}\ndef a("
    with pytest.raises(ValueError, match="new: expected a piece that leaves rate"):
        edited(rate, old, made)


def test_what_has_no_dictionary_of_its_own_is_refused_by_name():
    class Odd:
        __dict__ = None

    class Worse:
        def __getattr__(self, name):
            raise RuntimeError

    for subject in (Odd(), Worse()):
        with pytest.raises(ValueError, match="subject: expected a Python function"):
            show_source(subject)
