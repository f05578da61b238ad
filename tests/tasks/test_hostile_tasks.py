"""Every public helper of the tasks, called with one argument made wrong."""

import datetime

import numpy as np

from helpers import tasks
from helpers.tasks import NGrams
from tests.hostile import as_they_stand, left_out
from tests.said import each_made_wrong


def rng():
    return np.random.default_rng(1)


def some_text():
    return tasks.marked_text(rng(), 2, 9)


def pairs():
    return tasks.random_pairs(rng(), 3, 2)


def shares(*shape):
    p = rng().random(shape)
    return p / p.sum(axis=-1, keepdims=True)


def counted():
    return NGrams("abcab", "abc", 2)


SCENES = [[0, 4, 1, 11], [3, 8, 5, 5]]
DAYS = [datetime.date(1987, 3, 4), datetime.date(2001, 12, 31)]

CALLS = {
    "every_pair": lambda: (tasks.every_pair, {"bits": 2}),
    "random_pairs": lambda: (tasks.random_pairs, {"rng": rng(), "count": 3, "bits": 2}),
    "hard_pairs": lambda: (tasks.hard_pairs, {"rng": rng(), "bits": 3}),
    "numbers_of": lambda: (tasks.numbers_of, {"bits": pairs()[..., 0]}),
    "carries_of": lambda: (tasks.carries_of, {"pairs": pairs()}),
    "sums_of": lambda: (tasks.sums_of, {"pairs": pairs()}),
    "encode": lambda: (tasks.encode, {"text": "abc", "alphabet": "cab", "name": "text"}),
    "decode": lambda: (tasks.decode, {"numbers": [0, 2, 1], "alphabet": "cab"}),
    "next_characters": lambda: (
        tasks.next_characters,
        {"words": ["abc", "bca"], "alphabet": "abc"},
    ),
    "date_texts": lambda: (tasks.date_texts, {"rng": rng(), "days": DAYS, "count": 3}),
    "date_pairs": lambda: (
        tasks.date_pairs,
        {"read": ["1/1/2000", "2 may 1999"], "write": ["2000-01-01", "1999-05-02"]},
    ),
    "rows_of": lambda: (
        tasks.rows_of,
        {"rng": rng(), "pairs": (np.ones((4, 2), int), np.ones((4, 3), int)), "shape": (2, 3)},
    ),
    "split_days": lambda: (tasks.split_days, {"rng": rng(), "held_out": 5}),
    "every_triple": lambda: (tasks.every_triple, {}),
    "one_hot": lambda: (tasks.one_hot, {"sequences": [[1, 2], [0, 3]], "size": 4}),
    "random_digits": lambda: (
        tasks.random_digits,
        {"rng": rng(), "count": 3, "length": 2, "largest": 9},
    ),
    "sum_task": lambda: (tasks.sum_task, {"sequences": np.array([[1, 2], [0, 3]])}),
    "marked_text": lambda: (
        tasks.marked_text,
        {"rng": rng(), "texts": 2, "length": 5, "brackets": 2.0},
    ),
    "least_loss": lambda: (tasks.least_loss, {"text": some_text(), "known": ["quote", "depth"]}),
    "recall": lambda: (tasks.recall, {"rng": rng(), "shape": (2, 3), "lag": 2, "symbols": 3}),
    "adding": lambda: (tasks.adding, {"rng": rng(), "shape": (2, 3), "steps": 4}),
    "equal_runs": lambda: (tasks.equal_runs, {"counts": np.array([1, 2]), "length": 5}),
    "copying": lambda: (
        tasks.copying,
        {"rng": rng(), "shape": (3,), "least": 1, "most": 3, "digits": 5, "turned": True},
    ),
    "as_text": lambda: (tasks.as_text, {"row": [1, 3, 4, 2], "alphabet": "abc"}),
    "series_prose": lambda: (tasks.series_prose, {}),
    "kept_back": lambda: (tasks.kept_back, {"text": "a\nb\nc\nd\n", "every": 2}),
    "in_rows": lambda: (tasks.in_rows, {"text": "abcabca", "alphabet": "abc", "rows": 3}),
    "NGrams": lambda: (NGrams, {"text": "abcab", "alphabet": "abc", "longest": 2}),
    "NGrams.after": lambda: (counted().after, {"w": "a"}),
    "NGrams.probabilities": lambda: (counted().probabilities, {"text": "abc", "n": 2}),
    "bits": lambda: (
        tasks.bits,
        {"probabilities": shares(2, 3), "characters": np.array([2, 0])},
    ),
    "divergence": lambda: (tasks.divergence, {"p": shares(2, 3), "q": shares(2, 3)}),
    "least_divergence": lambda: (
        tasks.least_divergence,
        {"p": shares(2, 3), "q": shares(2, 3)},
    ),
    "tempered": lambda: (tasks.tempered, {"q": shares(2, 3), "power": 0.5}),
    "last_characters": lambda: (
        tasks.last_characters,
        {"characters": np.array([2, 0, 1, 1]), "count": 2},
    ),
    "share_continued": lambda: (
        tasks.share_continued,
        {"probabilities": shares(2, 4, 3), "characters": [[2, 0, 1, 1]] * 2, "count": 2},
    ),
    "as_image": lambda: (
        tasks.as_image,
        {"picture": tasks.pictures(rng(), SCENES)[0]},
    ),
    "captions": lambda: (tasks.captions, {"scenes": SCENES}),
    "drawn_from": lambda: (tasks.drawn_from, {"scenes": SCENES, "shape": (2, 3)}),
    "every_scene": lambda: (tasks.every_scene, {"objects": 1}),
    "in_words": lambda: (tasks.in_words, {"caption": tasks.captions(SCENES)[0]}),
    "pictures": lambda: (tasks.pictures, {"rng": rng(), "scenes": SCENES, "noise": 0.2}),
    "scenes_with": lambda: (
        tasks.scenes_with,
        {"kinds": ["red square", "blue circle"], "scenes": np.array(SCENES)},
    ),
    "split_scenes": lambda: (
        tasks.split_scenes,
        {"rng": rng(), "scenes": np.array(SCENES * 3), "share": 0.5},
    ),
    "same_digit": lambda: (
        tasks.same_digit,
        {"digits": np.array([[1, 2, 1], [0, 3, 3]]), "where": "later"},
    ),
    "same_digit_task": lambda: (
        tasks.same_digit_task,
        {"rng": rng(), "shape": (2, 3), "places": 4, "digits": 5, "where": "before"},
    ),
    "sums_from_the_top": lambda: (tasks.sums_from_the_top, {"rng": rng(), "shape": (2, 3)}),
}


test_a_default_is_as_it_was, test_one_wrong_argument_is_refused_or_borne = each_made_wrong(
    CALLS, __file__
)
test_the_calls_are_right = as_they_stand(CALLS)


def test_every_public_helper_has_a_call():
    # a MarkedText holds what it is given: who reads one asks what it is
    assert left_out(tasks, CALLS, constants=("MarkedText",)) == []
