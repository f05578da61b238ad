import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers import figures
from helpers.figures import BLUE, GREEN, GREY, ORANGE, RED, state_diagram
from helpers.figures.diagrams import transitions
from helpers.figures.drawing import panels_of
from helpers.inside import CARRY, Machine


def test_a_state_diagram_has_a_circle_for_each_state_and_all_transitions(axes):
    assert state_diagram(axes, CARRY, ["carry 0", "carry 1"]) is axes
    words = [text.get_text() for text in axes.texts if text.get_text()]
    expected = ["carry 0", "carry 1", "0 0 → 0\n0 1 → 1\n1 0 → 1", "1 1 → 0"]
    assert sorted(words) == sorted([*expected, "0 0 → 1", "0 1 → 0\n1 0 → 0\n1 1 → 1"])
    arrows = [text for text in axes.texts if not text.get_text()]
    assert (len(axes.patches), len(arrows)) == (2, 4)
    assert [patch.center[0] for patch in axes.patches] == pytest.approx([-1, 1])
    places = {text.get_text(): text.get_position() for text in axes.texts if text.get_text()}
    assert places["carry 0"][0] < 0 < places["carry 1"][0]
    assert places["0 0 → 0\n0 1 → 1\n1 0 → 1"][0] < -1.5  # beside the left state
    assert places["0 1 → 0\n1 0 → 0\n1 1 → 1"][0] > 1.5
    assert places["1 1 → 0"][1] * places["0 0 → 1"][1] < 0  # one above, one below
    ends = {
        round(text.xy[0]): round(text.xyann[0]) for text in arrows if text.xy[0] * text.xyann[0] < 0
    }
    assert ends == {1: -1, -1: 1}


def test_transitions_are_told_by_their_inputs():
    assert transitions([0, 0, 0, 1], [0, 1, 1, 0], 1) == ["1 1 → 0"]
    assert transitions([0, 0, 0, 0], [0, 1, 1, 0], 0)[1] == "0 1 → 1"


@pytest.mark.parametrize(
    "machine",
    [
        Machine([[0, 0, 0, 2], [0, 1, 1, 1]], CARRY.outputs),
        Machine(CARRY.next_states, [[0, 1, 1, 2], [1, 0, 0, 1]]),
        Machine(CARRY.next_states, CARRY.outputs[:1]),
        Machine([[0, 0, 0, 0, 0]], CARRY.outputs),
        Machine(None, CARRY.outputs),
        CARRY.outputs,
    ],
)
def test_what_is_no_machine_is_refused(axes, machine):
    with pytest.raises(ValueError, match="machine: expected"):
        state_diagram(axes, machine, ["carry 0", "carry 1"])


def test_a_name_for_each_state_is_needed(axes):
    with pytest.raises(ValueError, match="names: expected 2, one a state, got 1 names"):
        state_diagram(axes, CARRY, ["carry 0"])


def placed(axes):
    """Return the words on a picture by where they stand."""
    return {text.get_position(): text.get_text() for text in axes.texts if text.get_text()}


def arrows(axes, color):
    found = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    return [(t.xyann, t.xy) for t in found if t.arrowprops["color"] == color]


def test_a_sum_stands_in_columns_with_the_first_on_the_right(axes):
    pair = np.array([[1, 1], [0, 1], [0, 0]])  # 1 + 3 = 4
    figures.column_addition(axes, pair, [0, 1, 1, 0])
    at = placed(axes)
    rows = {height: "".join(at[-step, height] for step in (2, 1, 0)) for height in (3, 2, 1, 0)}
    assert rows == {3: "110", 2: "001", 1: "011", 0: "100"}
    assert len(arrows(axes, ORANGE)) == 2
    assert [at[-step, -0.8] for step in range(3)] == ["step 1", "step 2", "step 3"]


def test_on_the_way_back_gradients_come_from_each_loss_and_each_next_step(axes):
    figures.way_back(axes, length=4)
    back = arrows(axes, RED)
    assert len(back) == 4
    assert all(begin[0] > end[0] for begin, end in back)
    assert len(arrows(axes, GREEN)) == 8  # from the loss to y, from y to h
    assert all(begin[1] > end[1] for begin, end in arrows(axes, GREEN))
    assert len(arrows(axes, BLUE)) == 4
    words = {text.get_text(): text for text in axes.texts}
    assert [f"$h_{step}$" in words for step in range(6)] == [*5 * [True], False]
    deltas = [words[rf"$\delta_{step}$"] for step in range(1, 5)]
    assert [text.get_size() for text in deltas] == 4 * [12]


def test_in_the_induction_each_set_has_its_boxes_and_leads_to_the_other(axes):
    figures.induction(axes)
    over = arrows(axes, GREY)
    assert [np.sign(end[0] - begin[0]) for begin, end in over] == [1, -1]
    assert len(axes.patches) == 2 * (1 + 3)
    said = " ".join(placed(axes).values())
    assert "1 1, writes 0" in said
    assert "0 0, writes 1" in said
    for x1, x2, carry in itertools.product((0, 1), (0, 1), (0, 1)):
        count = x1 + x2 + carry
        if count // 2 == carry:  # it stays: named, with what it writes, in input order
            name, written = next(
                text.split(": stay,\nwrite ")
                for place, text in placed(axes).items()
                if "stay" in text and place[0] == 2 * carry - 1
            )
            assert written.split(", ")[name.split(", ").index(f"{x1} {x2}")] == str(count % 2)


@pytest.mark.parametrize(
    ("pair", "carries", "name"),
    [
        ([[1, 1]], [0], "carries"),
        ([1, 1], [0, 1], "pair"),
        ([[1, 1, 0]], [0, 1], "pair"),
        ([[1, 0.5]], [0, 1], "pair"),
        ([[1, 1]], [0, 2], "carries"),
    ],
)
def test_a_sum_that_does_not_fit_is_refused(axes, pair, carries, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        figures.column_addition(axes, pair, carries)


def test_a_machine_answers_in_each_of_its_states(axes):
    machine = Machine([[0, 0, 0, 1], [0, 1, 1, 1]], [[0, 1, 1, 0]])
    said = "^machine: expected 2, one a state, got 1 rows of outputs$"
    with pytest.raises(ValueError, match=said):
        state_diagram(axes, machine, ["carry 0", "carry 1"])


def test_axes_of_other_kinds_and_axes_that_were_removed_are_refused():
    figure = Figure()
    removed = figure.add_subplot()
    removed.remove()
    others = [figure.add_subplot(projection=kind) for kind in ("3d", "polar")]
    for axes in (*others, removed):
        with pytest.raises(ValueError, match=r"^axes: expected axes of matplotlib, in a figure"):
            figures.ways_to_travel(axes, "31", True)


def test_a_range_that_is_too_long_for_a_picture_is_refused(axes):
    with pytest.raises(ValueError, match=r"^symbols: expected 1 to 100 characters"):
        figures.ways_to_travel(axes, range(10**30), True)


@pytest.mark.parametrize("kind", ["removed", "3d", "polar", "twice"])
def test_one_of_a_row_of_axes_that_is_wrong_is_refused_before_anything_is_drawn(kind):
    figure = Figure()
    panels = list(figure.subplots(1, 3))
    if kind == "removed":
        panels[2].remove()
    elif kind == "twice":
        panels[2] = panels[0]
    else:
        panels[2] = figure.add_subplot(projection=kind)
    with pytest.raises(ValueError, match=r"^panels: expected 3 axes or more in a row, no two"):
        panels_of("panels", panels, 3)
    assert panels_of("panels", panels[:2], 2) == panels[:2]
