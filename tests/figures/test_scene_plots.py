"""Pictures of scenes: where the light falls, and what enters a network when."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import figures
from helpers.figures import ORANGE

IMAGE = np.full((24, 24, 3), 0.8)


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.fixture
def panels():
    figure, panels = plt.subplots(1, 4)
    yield panels
    plt.close(figure)


def drawn(axes):
    (image,) = axes.get_images()
    return np.asarray(image.get_array())


def arrows(axes, color):
    found = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
    return [text for text in found if text.arrowprops["color"] == color]


def test_a_scene_is_drawn_as_it_is(axes):
    figures.scene(axes, IMAGE)
    assert (drawn(axes) == IMAGE).all()


def test_the_light_falls_on_the_cell_that_is_looked_at(axes):
    figures.scene(axes, IMAGE, np.eye(9)[5])
    light = drawn(axes)
    assert light[8:16, 16:] == pytest.approx(np.full((8, 8, 3), 0.8))
    light[8:16, 16:] = 0
    assert 0 < light.max() < 0.2


def test_light_that_is_spread_is_dim_everywhere(axes):
    figures.scene(axes, IMAGE, np.full(9, 1 / 9))
    assert np.ptp(drawn(axes)) == pytest.approx(0)


def test_each_word_has_its_picture_and_its_light(panels):
    figures.word_by_word(panels, IMAGE, ["red", "square", "END"], np.eye(9)[[0, 0, 8]])
    titles = [axes.get_title(loc="center") for axes in panels]
    assert titles == ["red", "square", "END", ""]
    assert [axes.title.get_size() for axes in panels[:3]] == [11, 11, 11]
    brightest = [np.unravel_index(drawn(axes)[..., 0].argmax(), (24, 24)) for axes in panels[:3]]
    assert brightest == [(0, 0), (0, 0), (16, 16)]
    assert [axes.axison for axes in panels] == [True, True, True, False]


@pytest.mark.parametrize(
    ("sees", "entering", "cells"), [("first", 1, 9), ("vector", 5, 9), ("grid", 5, 9 * 5)]
)
def test_what_enters_is_drawn_once_or_at_every_step(axes, sees, entering, cells):
    figures.ways_to_see(axes, sees, ["red", "square", "above"])
    assert len(arrows(axes, ORANGE)) == entering
    assert len(axes.patches) == cells
    words = [text.get_text() for text in axes.texts]
    assert words.count("$v$") == {"first": 1, "vector": 5, "grid": 0}[sees]
    assert words.count("mean") == (sees == "grid")
    assert words.count("?") == (4 if sees == "grid" else 0)
    assert [word for word in words if word in ("START", "END")] == ["START", "END"]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda axes: figures.scene(axes, IMAGE[..., 0]), "image"),
        (lambda axes: figures.scene(axes, IMAGE, np.ones(8)), "light"),
        (lambda axes: figures.ways_to_see(axes, "all", []), "sees"),
        (lambda axes: figures.word_by_word([axes], IMAGE, ["a", "b"], np.ones((2, 9))), "panels"),
        (lambda axes: figures.word_by_word([axes], IMAGE, ["a"], np.ones((2, 9))), "attention"),
    ],
)
def test_what_does_not_fit_is_refused(axes, call, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call(axes)
