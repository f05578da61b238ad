import matplotlib
import numpy as np
import pytest
from matplotlib.collections import QuadMesh

matplotlib.use("agg")
import matplotlib.pyplot as plt

from helpers.figures import drawing, plots, style


def test_a_description_tells_what_is_drawn(axes):
    axes.semilogy([1, 2, 3], [10.04, 5, 1], label="loss")
    axes.scatter([1, 2], [3, 4], label="runs")
    axes.set(title="It falls", xlabel="epoch", ylabel="loss")
    assert style.describe(axes.figure) == (
        "Figure\n  'It falls'; x 'epoch' linear; y 'loss' log; "
        "line 'loss', 3 points from (1.0, 10.0); 2 dots 'runs' around (1.5, 3.5)"
    )


def test_a_description_leaves_out_colour_bars_and_has_no_negative_zero(axes):
    loss = np.array([[1.0, 2.0, 3.0], [0.0, 5.0, 4.0]])
    plots.loss_surface(axes, [0, 1, 2], [0, 1], loss, levels=[1, 2, 4])
    axes.plot([-0.001], [-0.001])
    assert style.describe(axes.figure).count("\n") == 1
    assert "3 contours of (0.5, 5.0)" in style.describe(axes.figure)
    assert "from (0.0, 0.0)" in style.describe(axes.figure)


def of_masked(axes):
    axes.plot(np.ma.array([1.0, 2.0], mask=[True, False]), [3, 4], label="m")


DRAWN = {
    "words": (lambda axes: axes.plot(["a", "b"], [1, 2]), "2 points from (0.0, 1.0)"),
    "days": (
        lambda axes: axes.plot(np.array(["1970-01-03", "1970-01-04"], "M8[D]"), [1, 2]),
        "2 points from (2.0, 1.0)",
    ),
    "truths": (lambda axes: axes.plot([1, 2], [True, False]), "2 points from (1.0, 1.0)"),
    "a gap": (lambda axes: axes.plot([1, 2], [np.nan, 5]), "2 points from (2.0, 5.0)"),
    "a masked point": (of_masked, "line 'm', 2 points from (2.0, 4.0)"),
    "nothing but gaps": (lambda axes: axes.plot([1], [np.nan]), "1 points from nothing"),
    "no dots": (lambda axes: axes.scatter([], [], label="d"), "0 dots 'd' around nothing"),
    "a dot nowhere": (lambda axes: axes.scatter([1, 3], [2, np.nan]), "around (1.0, 2.0)"),
    "colours": (
        lambda axes: axes.pcolormesh(np.linspace(0, 1, 24).reshape(2, 4, 3)),
        "2 x 4 squares of (0.0, 1.0)",
    ),
    "masked squares": (
        lambda axes: axes.pcolormesh(np.ma.array([[1.0, 7.0]], mask=[[False, True]])),
        "1 x 2 squares of (1.0, 1.0)",
    ),
    "no square": (
        lambda axes: axes.pcolormesh(np.ma.masked_all((1, 2))),
        "1 x 2 squares of nothing",
    ),
    "values in a row": (
        lambda axes: axes.pcolormesh(np.zeros((2, 3))).set_array(np.arange(6.0)),
        "2 x 3 squares of (0.0, 5.0)",
    ),
    "squares without a value": (
        lambda axes: axes.add_collection(QuadMesh(np.zeros((2, 3, 2)))),
        "1 x 2 squares of nothing",
    ),
}


@pytest.mark.parametrize(("draw", "words"), DRAWN.values(), ids=DRAWN)
def test_a_description_bears_whatever_matplotlib_draws(axes, draw, words):
    draw(axes)
    assert style.describe(axes.figure).endswith(words)


def test_words_are_drawn_as_they_are(axes):
    plots.named_points(axes, [[0.0, 1.0], [1.0, 0.0]], ["$x_$", "3 $"])
    axes.figure.canvas.draw()
    assert [text.get_text() for text in axes.texts] == [r"\$x_\$", r"3 \$"]
    with pytest.raises(ValueError, match=r"words: expected .* of them, got {'': 1}"):
        drawing.by_name("words", {"": 1})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 1, 2], [0, 1], [[1, 2], [3, 4]], [1, 2]), r"loss: expected shape \(2, 3\)"),
        (([0, 1], [0, 1], [[1, np.inf], [3, 4]], [1, 2]), "loss: expected finite numbers"),
        (([0, 1], [0, 1], [[1, 2], [3, 4]], [2, 1]), "levels: expected two or more rising"),
        (
            ([0, 1], [0, 1], [[1, 2], [3, 4]], [0, 1]),
            "levels: expected numbers from 1e-30 to 1e30, got",
        ),
        ((0, [0, 1], [[1, 2], [3, 4]], [1, 2]), "x: expected an array with 1 axis"),
        (([1, 0], [0, 1], [[1, 2], [3, 4]], [1, 2]), "x: expected two or more rising numbers"),
        (([0, 1], [0], [[1, 2]], [1, 2]), "y: expected two or more rising numbers"),
    ],
)
def test_loss_surface_refuses(axes, arguments, message):
    with pytest.raises(ValueError, match=message):
        plots.loss_surface(axes, *arguments)


def test_an_empty_figure_can_be_described(axes):
    axes.plot([], [])
    axes.bar([1, 2], [3, 4])
    assert style.describe(axes.figure) == "Figure\n  ''; x '' linear; y '' linear; 2 patches"


@pytest.fixture
def shell():
    """Give the one IPython that a notebook has."""
    from IPython.core.interactiveshell import InteractiveShell

    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_the_style_is_set_and_figures_speak_in_a_notebook(shell, monkeypatch):
    monkeypatch.setattr(style, "set_matplotlib_formats", lambda *_, **__: None)
    with plt.rc_context():
        style.use_style()
        assert plt.rcParams["font.family"] == ["DejaVu Sans"]
        assert plt.rcParams["axes.prop_cycle"].by_key()["color"][0] == style.BLUE
        figure, axes = plt.subplots()
        axes.set_title("Title")
        text = shell.display_formatter.formatters["text/plain"](figure)
        plt.close(figure)
    assert text.startswith("Figure\n  'Title'")


def test_squares_are_described_by_their_number_and_range(axes):
    plots.squares(axes, [[0.04, -2.0, 1.0], [3.0, 0.0, 0.0]])
    assert "2 x 3 squares of (-2.0, 3.0)" in style.describe(axes.figure)
    assert not axes.texts
    plots.squares(axes, [[1.25, -2.0]], numbers=".1f")
    assert [text.get_text() for text in axes.texts] == ["1.2", "-2.0"]


def test_squares_are_coloured_by_sign(axes):
    plots.squares(axes, [[-1.0, 0.0, 4.0]])
    axes.figure.canvas.draw()
    below, zero, above = axes.collections[0].get_facecolor()[:, :3]
    assert below[0] > below[2]  # orange
    assert above[2] > above[1]  # purple
    assert zero.min() > 0.9


def test_digit_tables_draw_every_table_beside_what_adding_needs(axes):
    tables = {f"network {n}": np.full((10, 1), float(n)) for n in range(7)}
    plots.digit_tables(axes, tables)
    text = style.describe(axes.figure)
    assert text.count("10 points from") == 8
    assert "line 'what adding needs: d', 10 points from (0.0, 0.0)" in text
    for n in range(7):
        assert f"line 'network {n}', 10 points from (0.0, {n}.0)" in text


def test_named_points_stand_where_they_are(axes):
    points = np.array([[0.0, 1.0], [2.0, -3.0]])
    plots.named_points(axes, points, ["a", 7])
    assert [text.get_text() for text in axes.texts] == ["a", "7"]
    assert [text.get_position() for text in axes.texts] == [(0, 1), (2, -3)]
    assert axes.get_aspect() == 1


@pytest.mark.parametrize(
    ("draw", "arguments", "message"),
    [
        (plots.squares, ([1.0],), "values: expected an array with 2 axes"),
        (plots.squares, ([[np.nan]],), "values: expected finite numbers"),
        (plots.squares, ([[1.0]], 1), "numbers: expected a format"),
        (plots.squares, ([[1.0]], "d"), "numbers: expected a format"),
        (plots.squares, ([[1.0]], ".1f}"), "numbers: expected a format"),
        (plots.squares, ([[1e300]],), "values: expected numbers that 32 bits can hold"),
        (plots.squares, ([[1.0]], None, 0), "limit: expected a positive number"),
        (plots.digit_tables, ({"W": range(9)},), "W: expected 10 numbers, got 9 numbers"),
        (plots.named_points, ([[1.0, 2.0, 3.0]], "a"), r"points: expected shape \(any, 2\)"),
        (
            plots.named_points,
            ([[1.0, 2.0]], "ab"),
            "names: expected one for each of 1, got 2 names",
        ),
    ],
)
def test_the_other_plots_refuse(axes, draw, arguments, message):
    with pytest.raises(ValueError, match=message):
        draw(axes, *arguments)


def test_squares_reach_as_far_up_as_down_and_show_numbers_or_a_colour_bar(axes):
    plots.squares(axes, [[-4.0, 0.0, 1.0]])
    assert axes.collections[0].get_clim() == (-4, 4)
    assert len(axes.figure.axes) == 2
    plots.squares(axes, [[0.0]], numbers=".0f")
    assert axes.collections[1].get_clim() == (-1, 1)
    assert len(axes.figure.axes) == 2
    assert plots.squares(axes, [[1.0]], limit=3) is axes
    assert axes.collections[2].get_clim() == (-3, 3)


def test_digit_tables_are_drawn_as_they_are(axes):
    digits = np.arange(10)
    assert plots.digit_tables(axes, {"a": digits[:, np.newaxis] ** 2}) is axes
    dotted, line = axes.get_lines()
    assert dotted.get_xydata().tolist() == np.column_stack([digits, digits]).tolist()
    assert line.get_xydata().tolist() == np.column_stack([digits, digits**2]).tolist()
    assert axes.get_xlabel() == "digit d"
    assert [text.get_text() for text in axes.get_legend().get_texts()][1:] == ["a"]


def test_nothing_is_drawn_of_tables_of_which_one_is_none(axes):
    with pytest.raises(ValueError, match="b: expected"):
        plots.digit_tables(axes, {"a": range(10), "b": np.ones((2, 5))})
    assert not axes.get_lines()


def test_named_points_have_their_circles_where_their_names_are(axes):
    points = np.array([[0.0, 1.0], [2.0, -3.0]])
    assert plots.named_points(axes, points, "ab") is axes
    assert axes.collections[0].get_offsets().tolist() == points.tolist()
    assert axes.get_adjustable() == "datalim"


def test_up_to_a_hundred_steps_or_words_are_drawn():
    assert drawing.few("steps", 100) == 100
    assert len(drawing.by_name("words", {str(k): k for k in range(100)})) == 100
    with pytest.raises(ValueError, match="steps: expected at most 100, got 101"):
        drawing.few("steps", 101)
    with pytest.raises(ValueError, match=r"words: expected \{word: …\}, 1 to 100 of them, got"):
        drawing.by_name("words", {str(k): k for k in range(101)})


def test_figures_have_two_pixels_for_each_of_the_page_and_are_not_cut(monkeypatch):
    asked = []
    monkeypatch.setattr(style, "set_matplotlib_formats", lambda *a, **k: asked.append((a, k)))
    with plt.rc_context():
        style.use_style()
    assert asked == [(("retina",), {"bbox_inches": None})]


def test_words_are_at_most_a_hundred_of_at_most_a_hundred_letters():
    most = drawing.MOST
    assert drawing.words_of("words", most * ["a"]) == most * ["a"]
    assert drawing.by_name("words", {most * "a": 1})
    most_of_what = "1 to 100 characters, words or short numbers"
    said = rf"^words: expected {most_of_what}, got \['a', 'a', 'a', .*\.\.\.\]$"
    with pytest.raises(ValueError, match=said):
        drawing.words_of("words", (most + 1) * ["a"])
    assert drawing.words_of("words", [0, 10**15 - 1]) == ["0", "999999999999999"]
    for long in (10**15, 10**5000):
        with pytest.raises(ValueError, match=r"^words: expected .* short numbers, got "):
            drawing.words_of("words", [1, long])
    with pytest.raises(ValueError, match=r"^words: expected "):
        drawing.by_name("words", {(most + 1) * "a": 1})


def test_yes_and_no_become_truth_values():
    assert drawing.yes_or_no("learned", [0, 1.0]).dtype == bool


def test_numbers_that_rise_do_not_stay():
    assert plots.rising("x", [1, 2]).tolist() == [1, 2]
    with pytest.raises(
        ValueError, match=r"^x: expected two or more rising numbers, got \[1, 1, 2\]$"
    ):
        plots.rising("x", [1, 1, 2])


def test_a_description_counts_images_and_leaves_out_rows_of_which_a_part_is_masked(axes):
    axes.imshow(np.ones((2, 2)))
    assert style.describe(axes.figure).endswith("; 1 images")
    points = np.ma.masked_array([[1, 2], [3, 4], [5, 6]], [[0, 1], [0, 0], [0, 0]])
    assert style.known(points).tolist() == [[3, 4], [5, 6]]


def test_a_name_that_begins_with_an_underscore_has_its_place_in_the_legend(axes):
    plots.digit_tables(axes, {"_a": range(10), "b": range(10)})
    names = [text.get_text().strip() for text in axes.get_legend().get_texts()]
    assert names == ["what adding needs: d", "_a", "b"]


def test_named_points_can_be_drawn_on_axes_that_share_both_scales():
    figure, panels = plt.subplots(2, 2, sharex=True, sharey=True)
    for axes in panels.flat:
        plots.named_points(axes, [[0, 1], [1, 0]], ["a", "b"])
    figure.canvas.draw()
    assert {axes.get_adjustable() for axes in panels.flat} == {"box"}
    plt.close(figure)
    figure, alone = plt.subplots()
    assert plots.named_points(alone, [[0, 1], [1, 0]], ["a", "b"]).get_adjustable() == "datalim"
    plt.close(figure)


def test_words_may_stand_in_an_array():
    assert drawing.words_of("words", np.array([3, 10])) == ["3", "10"]
    assert drawing.words_of("words", np.array(["a", "bc"])) == ["a", "bc"]
    for wrong in (np.ma.array([1, 2]), np.zeros((2, 2), int), np.array([0.5]), np.arange(101)):
        with pytest.raises(ValueError, match=r"^words: expected 1 to 100"):
            drawing.words_of("words", wrong)


def test_a_word_without_an_end_is_refused():
    with pytest.raises(ValueError, match=r"^words: expected 1 to 100"):
        drawing.words_of("words", [(drawing.MOST + 1) * "a"])


def test_numbers_that_no_picture_can_hold_are_refused(axes):
    with pytest.raises(ValueError, match=r"^tables, a: expected numbers that 32 bits can hold"):
        plots.digit_tables(axes, {"a": np.full(10, 1e308)})
