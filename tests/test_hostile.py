"""What `tests.hostile` asks of a helper can go red, each part of it."""

import re
import reprlib
import time
import warnings
from contextlib import nullcontext
from functools import wraps

import numpy as np
import pytest

from helpers.lesson.arguments import require
from helpers.tasks import every_triple
from helpers.tasks.digits import one_hot
from tests.hostile import bears, left_out, near_and_odd, try_hostile
from tests.said import FILES, answers, calls_in, each_made_wrong, options_of


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

    assert bears(refuses, {"count": np.zeros(2)}, "helper") == (None, "count: expected another")
    result, said = bears(lambda count: count + 1, {"count": np.zeros(2)}, "helper")
    assert (result.tolist(), said) == ([1, 1], None)


def test_another_result_of_the_same_numbers_is_noticed():
    def by_memory(rows):  # as they lie in memory, and not as they are numbered
        return np.frombuffer(rows.tobytes(order="A"))

    rows, changed = np.arange(6.0).reshape(2, 3), "in another order in memory"
    calls = {"by_memory": lambda: (by_memory, {"rows": rows})}
    with pytest.raises(AssertionError, match=r"in another order in memory.*another result"):
        try_hostile(calls, "by_memory", "rows", changed, near_and_odd(rows)[changed])


def test_what_is_taken_and_what_is_said_stand_in_lines():
    def half(count):
        require(
            isinstance(count, int) and count % 2 == 0,
            "count",
            reprlib.repr(count),
            "an even number",
        )

    taken, said = answers({"half": lambda: (half, {"count": 2})}, "half", "count")
    assert taken == "taken: as lists, ten times, 0, 10**30"
    assert re.fullmatch(r"count: expected an even number, got array\(nan\) \[one NaN; \d+\]", said)


def test_another_message_is_noticed_and_an_argument_that_was_never_read(tmp_path):
    def refuses(count):
        raise ValueError("count: expected another, got one")

    calls = {"refuses": lambda: (refuses, {"count": "x"})}
    _, test = each_made_wrong(calls, tmp_path / "test_hostile_some.py")
    with pytest.raises(AssertionError, match="writes it anew"):
        test("refuses", "count")
    said = "\n".join(["refuses(count)", *answers(calls, "refuses", "count")])
    for text, held in ((said, True), (said.replace("another", "an other"), False)):
        (tmp_path / "said_some.txt").write_text(text)
        _, test = each_made_wrong(calls, tmp_path / "test_hostile_some.py")
        with nullcontext() if held else pytest.raises(AssertionError, match="writes it anew"):
            test("refuses", "count")


def test_another_default_is_noticed(tmp_path):
    (tmp_path / "said_some.txt").write_text("helper\ndefaults: most=3\n")
    for helper, held in ((lambda count, most=3: 1, True), (lambda count, most=4: 1, False)):
        calls = {"helper": lambda helper=helper: (helper, {"count": 1})}
        test, _ = each_made_wrong(calls, tmp_path / "test_hostile_some.py")
        with nullcontext() if held else pytest.raises(AssertionError, match="writes it anew"):
            test("helper")


def test_a_default_that_only_its_signature_hides_is_noticed(tmp_path):
    def most(count, factor=3):
        return count * factor

    @wraps(most)  # which says of the signature what `most` has
    def other(count, factor=4):
        return count * factor

    (tmp_path / "said_some.txt").write_text("helper\ndefaults: factor=3\n")
    for helper, held in ((most, True), (other, False)):
        calls = {"helper": lambda helper=helper: (helper, {"count": 1})}
        test, _ = each_made_wrong(calls, tmp_path / "test_hostile_some.py")
        with nullcontext() if held else pytest.raises(AssertionError, match="factor left out"):
            test("helper")


# Loops that somebody may ask for; and what a text has to write or to read, step by step.
LOOPS = {"epochs", "updates", "passes", "greedy length", "right_up_to most"}
LOOPS |= {f"{name} length" for name in ("fed_back", "likeliest", "sample")}


def counts_in(file):
    """Return (module, name of the helper, name of the argument) where it takes a whole number."""
    module = calls_in(file)
    for name, call in module.CALLS.items():
        for argument, value in call()[1].items():
            if type(value) is int and not {argument, f"{name} {argument}"} & LOOPS:
                yield module, name, argument


COUNTS = [case for file in FILES for case in counts_in(file)]


@pytest.mark.parametrize(
    ("module", "name", "argument"), COUNTS, ids=lambda each: getattr(each, "__name__", each)
)
def test_what_no_machine_has_room_for_is_refused_by_its_name_unless_it_is_borne(
    module, name, argument
):
    options = options_of(module)(name, argument)
    begin = time.perf_counter()
    try_hostile(module.CALLS, name, argument, "2**31 - 1", 2**31 - 1, **options)
    assert time.perf_counter() - begin < 30  # nothing so large was made


def test_a_helper_without_a_call_is_left_out():
    class Face:
        asked, forgotten, imported, CONSTANT = one_hot, every_triple, staticmethod(len), 3

    assert left_out(Face, {"asked in one way": None}) == ["forgotten"]
