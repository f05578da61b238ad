"""Pictures of how a digit gets into one unit, and of how many runs learned."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import figures
from helpers.figures import BLUE, GREY, RED
from helpers.lesson import wilson_interval


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def words(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def arrows(axes, color):
    found = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    return [text for text in found if text.arrowprops["color"] == color]


def test_unrolled_draws_every_step_once(axes):
    figures.unrolled(axes, length=4)
    assert [f"$h_{step}$" in words(axes) for step in range(6)] == 5 * [True] + [False]
    assert [f"$x_{step}$" in words(axes) for step in range(6)] == [False, *4 * [True], False]
    assert [words(axes).count(name) for name in "WUb"] == [4, 4, 4]
    assert [len(arrows(axes, color)) for color in (RED, BLUE)] == [4, 4]
    assert len(arrows(axes, GREY)) == 4 + 1  # b, and the answer


def test_from_ten_on_both_digits_stand_below(axes):
    figures.unrolled(axes, length=10)
    assert {"$h_9$", "$h_{10}$", "$x_{10}$"} <= set(words(axes))


def test_unrolled_writes_numbers_where_it_has_them(axes):
    figures.unrolled(axes, inputs=[1, 2, 3], states=[0, -1, 3, 6.5])
    assert [word for word in words(axes) if word[-1].isdigit()] == [
        "0", "−1", "1", "3", "2", "6.5", "3",
    ]  # fmt: skip
    assert "= 0" not in words(axes)


def test_a_look_up_leads_from_the_one_to_the_number_beside_it(axes):
    numbers = np.arange(10) / 10
    figures.look_up(axes, 5, numbers)
    at = {text.get_position(): text.get_text() for text in axes.texts}
    assert [at[0, -d] for d in range(10)] == [*5 * ["0"], "1", *4 * ["0"]]
    assert [at[4, -d] for d in range(10)] == [f"{number:g}" for number in numbers]
    assert at[7.6, -5] == "0.5"
    leading = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    assert {text.xy[1] for text in leading} == {-5}
    assert len(leading) == 3


def test_an_embedding_leads_from_the_digit_to_its_row_and_to_one_number(axes):
    E = np.zeros((10, 2))
    E[3] = [1.0, -2.0]
    figures.embedded(axes, 3, E, [0.5, 0.25])
    assert words(axes).count("1.0") == words(axes).count("−2.0") == 2  # in E, and alone
    assert "0.0" in words(axes)  # the product: 0.5 - 0.5
    assert "$E_3$" in words(axes)
    heights = {t.get_text(): t.get_position()[1] for t in axes.texts if t.get_text() in "0.5 0.2"}
    assert heights["0.5"] > heights["0.2"]  # W from the top


def test_a_bar_is_as_long_as_its_share_and_says_its_count(axes):
    verdicts = {"from 0": [True, True, False, True], "from 1": np.zeros(4, bool)}
    figures.learned_bars(axes, verdicts)
    assert [bar.get_width() for bar in axes.patches] == [75, 0]
    assert words(axes) == ["3 of 4", "0 of 4"]
    ends = [line.get_xdata() for line in axes.get_lines()]
    assert ends[0] == pytest.approx(100 * np.array(wilson_interval(3, 4)))
    assert ends[1] == pytest.approx(100 * np.array(wilson_interval(0, 4)))
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["from 0", "from 1"]
    assert axes.yaxis_inverted()


def test_bars_that_come_later_have_their_words_and_lines_beside_them(axes):
    figures.learned_bars(axes, {"a": [True, False], "b": [True]})
    figures.learned_bars(axes, {"c": [True, False, False, False]})
    (*_, bar), (*_, line), (*_, count) = axes.patches, axes.get_lines(), axes.texts
    middle = bar.get_y() + bar.get_height() / 2
    assert line.get_ydata(orig=False).tolist() == [middle, middle]
    assert axes.yaxis.convert_units(count.get_position()[1]) == middle


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda axes: figures.unrolled(axes, length=0), "length"),
        (lambda axes: figures.unrolled(axes, inputs=[1, 2]), "inputs"),
        (lambda axes: figures.unrolled(axes, states=[1, 2, 3]), "states"),
        (lambda axes: figures.look_up(axes, 10, np.zeros(10)), "digit"),
        (lambda axes: figures.look_up(axes, -1, np.zeros(10)), "digit"),
        (lambda axes: figures.look_up(axes, 1, np.zeros(9)), "W"),
        (lambda axes: figures.embedded(axes, 10, np.zeros((10, 2)), np.zeros(2)), "digit"),
        (lambda axes: figures.embedded(axes, 1, np.zeros((9, 2)), np.zeros(2)), "E"),
        (lambda axes: figures.embedded(axes, 1, np.zeros((10, 2)), np.zeros(3)), "W"),
        (lambda axes: figures.unrolled(axes, length=101), "length"),
        (lambda axes: figures.learned_bars(axes, {}), "learned"),
        (lambda axes: figures.learned_bars(axes, {"a": [0.5]}), "learned, a"),
        (lambda axes: figures.learned_bars(axes, {"a": np.ma.array([True])}), "learned, a"),
        (lambda axes: figures.learned_bars(axes, {"a": []}), "a"),
    ],
)
def test_what_does_not_fit_is_refused(axes, call, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call(axes)


def test_rows_begin_at_the_top_however_often_one_asks(axes):
    for _ in range(3):
        figures.from_the_top(axes)
        assert axes.yaxis_inverted()


def test_bars_have_their_words_beside_axes_within_axes_as_well(axes):
    inset = axes.inset_axes([0.1, 0.1, 0.5, 0.5])
    figures.learned_bars(inset, {"a": [1, 0], "b": [1, 1]})
    axes.figure.canvas.draw()
    assert [each.get_text() for each in inset.get_yticklabels()] == ["a", "b"]
    assert [bar.get_width() for bar in inset.patches] == [50, 100]
