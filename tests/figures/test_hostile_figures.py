"""Every public helper of the figures, called with one argument made wrong."""

import numpy as np
from matplotlib.figure import Figure

from helpers import figures
from helpers.inside import CARRY, Gates
from tests.hostile import as_they_stand, left_out
from tests.said import each_made_wrong


def ax():
    """Give empty axes of a figure that nobody need close."""
    return Figure().subplots()


def panels(count):
    return list(Figure().subplots(1, count))


def gates():
    return Gates(*(k * np.array([[0.1, 0.5], [0.2, 0.3], [0.9, 0.4]]) for k in range(1, 7)))


IMAGE = np.full((24, 24, 3), 0.8)
TEXTS = ["ab", "c\n"]
VALUES = np.array([[0.5, -2.0], [1.0, 0.0]])
SHARES = {"as is": [0.1, 0.6], "other": np.array([0.5, 0.0])}

CALLS = {
    "arrow": lambda: (figures.arrow, {"color": figures.BLUE}),
    "attention_map": lambda: (
        figures.attention_map,
        {"axes": ax(), "attention": np.full((2, 3), 0.5), "read": "abc", "written": ["x", "y"]},
    ),
    "both_ways": lambda: (figures.both_ways, {"axes": ax(), "symbols": "204", "tags": "101"}),
    "coloured_text": lambda: (
        figures.coloured_text,
        {"axes": ax(), "lines": TEXTS, "values": VALUES, "limit": 3.0},
    ),
    "column_addition": lambda: (
        figures.column_addition,
        {"axes": ax(), "pair": np.array([[1, 1], [0, 0]]), "carries": np.array([0, 1, 0])},
    ),
    "describe": lambda: (figures.describe, {"figure": ax().figure}),
    "digit_tables": lambda: (
        figures.digit_tables,
        {"axes": ax(), "tables": {"W": np.arange(10.0), "b": np.ones((10, 1))}},
    ),
    "dots_by_kind": lambda: (figures.dots_by_kind, {"axes": ax(), "shares": SHARES}),
    "embedded": lambda: (
        figures.embedded,
        {"axes": ax(), "digit": 3, "E": np.ones((10, 2)) / 2, "W": np.array([0.5, -1.0])},
    ),
    "from_the_top": lambda: (figures.from_the_top, {"axes": ax()}),
    "gate_panels": lambda: (
        figures.gate_panels,
        {"axes": panels(6), "gates": gates(), "text": "a b"},
    ),
    "induction": lambda: (figures.induction, {"axes": ax()}),
    "kinds_of_task": lambda: (
        figures.kinds_of_task,
        {"axes": ax(), "read": [1, 1, 0], "said": [0, 1, 1]},
    ),
    "learned_bars": lambda: (
        figures.learned_bars,
        {"axes": ax(), "learned": {"from 0": [True, False], "from 1": np.zeros(4, bool)}},
    ),
    "look_up": lambda: (
        figures.look_up,
        {"axes": ax(), "digit": 5, "W": np.arange(10.0)},
    ),
    "looking_back": lambda: (
        figures.looking_back,
        {"axes": ax(), "symbols": "3159", "step": 2},
    ),
    "loss_surface": lambda: (
        figures.loss_surface,
        {
            "axes": ax(),
            "x": np.array([0.0, 1.0, 2.0]),
            "y": np.array([0.0, 1.0]),
            "loss": np.array([[1.0, 2.0, 3.0], [0.0, 5.0, 4.0]]),
            "levels": [1.0, 2.0, 4.0],
        },
    ),
    "lstm_cell": lambda: (figures.lstm_cell, {"axes": ax()}),
    "named_points": lambda: (
        figures.named_points,
        {"axes": ax(), "points": VALUES, "names": ["a", 7]},
    ),
    "next_letters": lambda: (
        figures.next_letters,
        {"axes": ax(), "word": "hello", "fed_back": True},
    ),
    "read_then_write": lambda: (
        figures.read_then_write,
        {"axes": ax(), "source": "12", "target": "345"},
    ),
    "scene": lambda: (
        figures.scene,
        {"axes": ax(), "image": IMAGE, "light": np.full(9, 1 / 9)},
    ),
    "squares": lambda: (
        figures.squares,
        {"axes": ax(), "values": VALUES, "numbers": ".1f", "limit": 3.0},
    ),
    "squares with a bar": lambda: (figures.squares, {"axes": ax(), "values": VALUES}),
    "state_diagram": lambda: (
        figures.state_diagram,
        {"axes": ax(), "machine": CARRY, "names": ["carry 0", "carry 1"]},
    ),
    "unrolled": lambda: (
        figures.unrolled,
        {"axes": ax(), "length": 2, "inputs": [1, 2], "states": [0.0, -1.5, 3.0]},
    ),
    "way_back": lambda: (figures.way_back, {"axes": ax(), "length": 2}),
    "ways_to_see": lambda: (
        figures.ways_to_see,
        {"axes": ax(), "sees": "grid", "words": ["red", "square"]},
    ),
    "ways_to_travel": lambda: (
        figures.ways_to_travel,
        {"axes": ax(), "symbols": "abc", "turned": True},
    ),
    "windows": lambda: (figures.windows, {"axes": ax(), "steps": 4, "window": 2}),
    "word_by_word": lambda: (
        figures.word_by_word,
        {
            "panels": panels(3),
            "image": IMAGE,
            "words": ["red", "END"],
            "attention": np.eye(9)[[0, 8]],
        },
    ),
}


EXAMPLES = 0
test_a_default_is_as_it_was, test_one_wrong_argument_is_refused_or_borne = each_made_wrong(
    CALLS, __file__, examples=EXAMPLES
)
test_the_calls_are_right = as_they_stand(CALLS)


def test_every_public_helper_has_a_call():
    # use_style takes nothing
    assert left_out(figures, CALLS, constants=("use_style",)) == []
