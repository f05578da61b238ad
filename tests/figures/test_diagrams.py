import pytest

from helpers.figures import state_diagram
from helpers.figures.diagrams import transitions
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
    assert transitions(CARRY, 0, 1) == ["1 1 → 0"]
    assert transitions(Machine([[0, 0, 0, 0]], [[0, 1, 1, 0]]), 0, 0)[1] == "0 1 → 1"


def test_a_name_for_each_state_is_needed(axes):
    with pytest.raises(ValueError, match="names: expected 2, one a state, got 1 names"):
        state_diagram(axes, CARRY, ["carry 0"])
