"""Pictures of networks that read and write: what stands in them, and where arrows lead."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import figures
from helpers.figures import BLUE, PURPLE, RED


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def words(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def arrows(axes):
    """Return from where to where each arrow leads, and its colour."""
    found = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    return [(text.xyann, text.xy, text.arrowprops["color"]) for text in found]


def test_an_encoder_reads_the_source_and_a_decoder_writes_the_target(axes):
    figures.read_then_write(axes, "12", "345")
    assert words(axes)[-2:] == ["encoder: reads", "decoder: writes"]
    assert [word for word in words(axes) if "_" in word] == [
        "$s_{1}$", "$s_{2}$", "$h_{1}$", "$h_{2}$", "$h_{3}$", "$h_{4}$",
    ]  # fmt: skip
    read = [text.get_text() for text in axes.texts if text.get_position()[1] == 0.08]
    said = [text.get_text() for text in axes.texts if text.get_position()[1] == 1.95]
    assert read == ["1", "2", "START", "3", "4", "5"]
    assert said == ["3", "4", "5", "END"]


@pytest.mark.parametrize(("turned", "ways"), [(False, [4, 4, 4, 4]), (True, [1, 3, 5, 7])])
def test_ways_are_as_long_as_a_symbol_waits(axes, turned, ways):
    figures.ways_to_travel(axes, "abcd", turned)
    symbols = words(axes)[:8]
    assert "".join(symbols) == ("dcba" if turned else "abcd") + "abcd"
    assert [int(word) for word in words(axes)[8:]] == ways
    for way, symbol, line in zip(ways, "abcd", axes.get_lines(), strict=True):
        begin, end = line.get_xdata()[[0, -1]]
        assert end - begin == pytest.approx(way)
        assert symbols[round(begin)] == symbols[round(end)] == symbol


def test_two_readers_lead_opposite_ways(axes):
    figures.both_ways(axes, "204", "101")
    along = [(begin, end) for begin, end, color in arrows(axes) if color == RED]
    ways = {begin[1]: np.sign(end[0] - begin[0]) for begin, end in along}
    assert sorted(ways.values()) == [-1, 1]
    assert len(along) == 4
    assert [word for word in words(axes) if "_" not in word] == ["2", "1", "0", "0", "4", "1"]


def test_a_look_back_comes_from_every_place_and_most_from_one(axes):
    figures.looking_back(axes, "3159", 2)
    looks = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    looks = [text for text in looks if text.xy[1] == 2.45]
    assert [text.arrowprops["linewidth"] for text in looks] == [0.8, 0.8, 6, 0.8]
    assert words(axes)[-2:] == ["5", "asks"]
    (asks,) = [text for text in axes.texts if getattr(text, "arrow_patch", None)][-1:]
    h_3 = next(text for text in axes.texts if text.get_text() == "$h_3$")
    assert abs(asks.xyann[0] - h_3.get_position()[0]) < 0.25  # from h_3, to the thick line
    share = (asks.xy[0] - 2.1) / (7.2 - 2.1)
    assert abs(asks.xy[1] - (1.2 + share * (2.45 - 1.2))) < 0.15


def test_a_map_of_attention_has_a_row_for_each_step(axes):
    weights = np.array([[0.25, 0.75], [1.0, 0.0], [0.5, 0.5]])
    figures.attention_map(axes, weights, "ab", ["x", "y", "END"])
    assert (axes.images[0].get_array() == weights).all()
    assert axes.images[0].get_clim() == (0, 1)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["x", "y", "END"]
    with pytest.raises(ValueError, match="attention: expected"):
        figures.attention_map(axes, weights.T, "ab", ["x", "y", "END"])


def test_dots_stand_at_their_shares_and_a_line_at_their_median(axes):
    figures.dots_by_kind(axes, {"as is": np.array([0.1, 0.2, 0.6]), "other": [0.5]})
    dots, middle, *_ = axes.get_lines()
    assert dots.get_xdata().tolist() == pytest.approx([10, 20, 60])
    assert middle.get_xdata().tolist() == pytest.approx([20, 20])
    names = {label.get_text(): label.get_position()[1] for label in axes.texts}
    assert list(names) == ["as is", "other"]
    assert names["as is"] < dots.get_ydata().min() < dots.get_ydata().max()  # the axis points down
    (line,) = axes.get_yticks()
    assert dots.get_ydata().max() < line < names["other"]
    with pytest.raises(ValueError, match="shares: expected"):
        figures.dots_by_kind(axes, {})
    with pytest.raises(ValueError, match="as is: expected"):
        figures.dots_by_kind(axes, {"as is": [np.nan]})


def test_each_letter_is_read_and_the_next_one_said(axes):
    figures.next_letters(axes, "hello")
    read = [text.get_text() for text in axes.texts if text.get_position()[1] == 0.05]
    said = [text.get_text() for text in axes.texts if text.get_position()[1] == 1.95]
    assert ("".join(read), "".join(said)) == ("hell", "ello")
    assert len([way for way in arrows(axes) if way[2] == RED]) == 3


def test_the_number_0_is_read_and_said_like_others(axes):
    figures.next_letters(axes, [1, 0, 2])
    read = [text.get_text() for text in axes.texts if text.get_position()[1] == 0.05]
    said = [text.get_text() for text in axes.texts if text.get_position()[1] == 1.95]
    assert (read[:2], said) == (["1", "0"], ["0", "2"])


def test_what_is_said_is_read_next_where_it_is_fed_back(axes):
    figures.next_letters(axes, "hello", fed_back=True)
    back = [(begin, end) for begin, end, color in arrows(axes) if color == PURPLE]
    assert len(back) == 3
    for begin, end in back:
        assert round(end[0]) == round(begin[0]) + 1
        assert end[1] < 1 < begin[1]


def test_states_cross_the_borders_of_windows_and_gradients_do_not(axes):
    figures.windows(axes, steps=9, window=3)
    onwards = [begin for begin, _, color in arrows(axes) if color == RED]
    back = [round(end[0]) for _, end, color in arrows(axes) if color == BLUE]
    assert len(onwards) == 8
    assert back == [0, 1, 3, 4, 6, 7]
    assert [line.get_xdata()[0] for line in axes.get_lines()] == [2.5, 5.5]


def test_a_kind_of_task_reads_and_says_where_it_shall(axes):
    figures.kinds_of_task(axes, [1, 1, 0], [0, 1, 1])
    at = {(round(t.get_position()[0]), t.get_text()) for t in axes.texts if t.get_text() in "xy"}
    assert {each for each in at if each[1]} == {(0, "x"), (1, "x"), (1, "y"), (2, "y")}
    with pytest.raises(ValueError, match="said: expected"):
        figures.kinds_of_task(axes, [1, 1], [1])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda axes: figures.both_ways(axes, "abc", "01"), "tags"),
        (lambda axes: figures.looking_back(axes, "abc", 3), "step"),
        (lambda axes: figures.attention_map(axes, [[1.5]], "a", "b"), "attention"),
        (lambda axes: figures.read_then_write(axes, 101 * "a", "b"), "source"),
        (lambda axes: figures.windows(axes, 101, 3), "steps"),
        (lambda axes: figures.kinds_of_task(axes, 101 * [1], 101 * [1]), "read"),
        (lambda axes: figures.next_letters("axes", "hello"), "axes"),
    ],
)
def test_what_does_not_fit_is_refused(axes, call, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call(axes)
