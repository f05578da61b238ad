"""Figures of cells and gates."""

import re

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")
import matplotlib.pyplot as plt
from seaborn.utils import relative_luminance

from helpers import figures
from helpers.figures import RED, cell_plots, describe
from helpers.inside import Gates


def test_each_character_stands_on_a_square_of_its_value(axes):
    cell_plots.coloured_text(axes, ["ab", "c\n"], [[0.0, 1.0], [-2.0, 0.5]])
    assert [text.get_text() for text in axes.texts] == ["a", "b", "c", "↵"]
    assert "2 x 2 squares of (-2.0, 1.0)" in describe(axes.figure)
    assert axes.collections[0].get_clim() == (-2, 2)


def test_every_letter_can_be_read_on_its_square(axes):
    values = np.linspace(-1, 1, 41)[np.newaxis]
    cell_plots.coloured_text(axes, ["x" * 41], values)
    squares = axes.collections[0].get_facecolors()
    for text, square in zip(axes.texts, squares, strict=True):
        ink, paper = relative_luminance(text.get_color()), relative_luminance(square)
        assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) >= 4.5
    assert {text.get_color() for text in axes.texts} == {"black", "white"}


def test_values_that_do_not_fit_the_text_are_refused(axes):
    for lines in (["ab"], ["abc", "abc"]):
        with pytest.raises(ValueError, match="values: expected shape"):
            cell_plots.coloured_text(axes, lines, np.ones((2, 2)))
    for lines in ([], None, ["ab", "c"], ["ab", None], "ab"):
        with pytest.raises(ValueError, match="lines: expected"):
            cell_plots.coloured_text(axes, lines, np.ones((2, 2)))
    for limit in (0, -1, np.nan):
        with pytest.raises(ValueError, match="limit: expected"):
            cell_plots.coloured_text(axes, ["ab", "cd"], np.ones((2, 2)), limit)
    assert not axes.collections


def test_where_all_is_zero_nothing_is_coloured(axes):
    cell_plots.coloured_text(axes, ["ab"], [[0.0, 0.0]])
    assert axes.collections[0].get_clim() == (-1, 1)


def test_all_gates_and_states_have_a_panel():
    figure, axes = plt.subplots(3, 2)
    gates = Gates(*(k * np.ones((4, 2)) for k in (0.1, 0.2, 0.3, 0.4, 5, 0.6)))
    cell_plots.gate_panels(axes.ravel(), gates, "a b\n")
    lines = describe(figure).splitlines()[1:]
    assert [line.split("'")[1] for line in lines] == [
        "input gate i", "forget gate f", "candidate g", "output gate o", "cell c", "hidden state h",
    ]  # fmt: skip
    assert all("2 x 4 squares" in line for line in lines)
    assert [t.get_text() for t in axes[0, 0].get_xticklabels()] == ["a", "␣", "b", "↵"]
    for text in ("abc", None):
        with pytest.raises(ValueError, match="text: expected a string of 4"):
            cell_plots.gate_panels(axes.ravel(), gates, text)
    with pytest.raises(ValueError, match="gates: expected 6 of one shape"):
        cell_plots.gate_panels(axes.ravel(), gates[:5], "a b\n")
    with pytest.raises(ValueError, match=r"^axes: expected 6 "):
        cell_plots.gate_panels(axes[0], gates, "a b\n")
    with pytest.raises(ValueError, match=r"^axes: expected 6 of them, got 7$"):
        cell_plots.gate_panels([*axes.ravel(), figure.add_subplot()], gates, "a b\n")
    plt.close(figure)


def test_colours_and_their_limits_are_as_told():
    axes = plt.subplots()[1]
    assert cell_plots.coloured_text(axes, ["ab"], [[-1.0, 2.0]], limit=4) is axes
    (mesh,) = axes.collections
    assert (mesh.get_clim(), mesh.get_cmap().name) == ((-4, 4), "PuOr")
    panels = plt.subplots(3, 2)[1].ravel()
    values = np.linspace(-0.5, 0.3, 8).reshape(4, 2)
    gates = Gates(*(k * values for k in (1, 1, 2, 1, 3, 4)))
    assert cell_plots.gate_panels(panels, gates, "ab\n ") is panels
    for k, (ax, drawn) in enumerate(zip(panels, gates, strict=True)):
        (mesh,) = ax.collections
        size = np.abs(drawn).max()
        wanted = ((0, 1), "Blues") if k in (0, 1, 3) else ((-size, size), "PuOr")
        assert (mesh.get_clim(), mesh.get_cmap().name) == wanted
        assert (np.asarray(mesh.get_array()).reshape(2, 4) == drawn.T).all()
        assert ax.yaxis_inverted()
        assert ax.get_xticks().tolist() == [0.5, 1.5, 2.5, 3.5]
    plt.close("all")


def test_the_road_of_the_cell_is_straight_and_gates_stand_on_it():
    figure, axes = plt.subplots()
    figures.lstm_cell(axes)
    found = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    road = [text for text in found if text.arrowprops["linewidth"] == 5]
    assert {text.xy[1] for text in road} == {text.xyann[1] for text in road} == {3}
    signs = {t.get_position(): t.get_text() for t in axes.texts if t.get_text() in ("×", "+")}
    assert [sign for place, sign in sorted(signs.items()) if place[1] == 3] == ["×", "+"]
    ends = {text.xy[0] for text in found if text.arrowprops["color"] == RED}
    assert ends == {1}  # the forget gate leads to the first of them
    words = [text.get_text() for text in axes.texts]
    assert [word for word in ("$c_{t-1}$", "$c_t$", "$h_t$") if word not in words] == []
    assert [text.get_size() for text in axes.texts if text.get_text() == "tanh"] == [11]
    plt.close(figure)


def test_states_of_zeros_have_a_scale_too():
    panels = plt.subplots(3, 2)[1].ravel()
    cell_plots.gate_panels(panels, Gates(*6 * [np.zeros((2, 3))]), "ab")
    assert panels[4].collections[0].get_clim() == (-1, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (np.zeros((3, 3)), "gates: expected 6 of one shape, got shapes [(3, 3), (2, 3), "),
        (np.zeros(2), "gates: expected an array with 2 axes, got shape (2,)"),
    ],
)
def test_gates_are_of_one_shape_with_two_axes(wrong, said):
    panels = plt.subplots(3, 2)[1].ravel()
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        cell_plots.gate_panels(panels, [wrong, *5 * [np.zeros((2, 3))]], "ab")
