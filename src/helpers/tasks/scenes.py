"""Scenes of a few coloured shapes in a grid of 3 × 3 cells, and captions for them.

A scene is a row of whole numbers: the cells of its objects, 0 … 8 in reading order,
then their kinds, 0 … 11.  A kind is a colour and a shape.  The caption names the
objects in reading order: "red square above blue circle left of red circle".
"""

from itertools import combinations, pairwise, product

import numpy as np

from helpers.lesson.arguments import (
    brief,
    finite,
    generator,
    no_warnings,
    require,
    sizes,
    symbols,
    whole,
)
from helpers.tasks.memory import axes_of, lengths
from helpers.tasks.pairs import FIRST, PAD, framed, said_in

COLOURS, SHAPES = ("red", "blue", "green", "yellow"), ("square", "circle", "triangle")
WORDS = (*COLOURS, *SHAPES, "above", "left", "of")
KINDS = tuple(f"{colour} {shape}" for colour in COLOURS for shape in SHAPES)
CELLS, SIDE = 9, 8  # cells, and pixels along the side of each
PIXELS = SIDE * SIDE * 3
INKS = np.array(
    [[0.85, 0.1, 0.1], [0.1, 0.2, 0.9], [0.1, 0.65, 0.15], [0.95, 0.85, 0.1]]
)


def every_scene(objects):
    """Return all scenes with so many objects (scenes, 2 · objects)."""
    objects = whole("objects", objects)
    require(objects <= 3, "objects", objects, "at most 3")
    places = combinations(range(CELLS), objects)
    kinds = product(range(len(KINDS)), repeat=objects)
    return np.array([(*where, *what) for where, what in product(places, list(kinds))])


def split_scenes(rng, scenes, share=0.2):
    """Return two parts of scenes, by chance: to learn from, a `share` to test with."""
    scenes, share = as_scenes(scenes), finite("share", share, ndim=0)
    count = round(len(scenes) * share) if 0 < share < 1 else 0
    require(0 < count < len(scenes), "share", share, "some scenes on each side")
    scenes = generator("rng", rng).permutation(scenes)
    return scenes[count:], scenes[:count]


def scenes_with(kinds, scenes):
    """Tell of each scene whether one of its objects is of one of these kinds."""
    names = [kinds] if isinstance(kinds, str) else kinds
    known = isinstance(names, list | tuple) and all(
        isinstance(name, str) and name in KINDS for name in names
    )
    require(known, "kinds", brief(names), f"some of {KINDS}")
    _, shown = cells_and_kinds(as_scenes(scenes))
    return np.isin(shown, [KINDS.index(name) for name in names]).any(axis=-1)


def drawn_from(scenes, shape):
    """Return a function of rng: pictures (*shape, 9, 192) of them, and captions."""
    shape, scenes, texts = lengths("shape", shape), as_scenes(scenes), captions(scenes)
    sizes("shape", (*shape, CELLS, PIXELS))

    def draw(rng):
        chosen = generator("rng", rng).integers(0, len(scenes), shape)
        return pictures(rng, scenes[chosen]), texts[chosen]

    return draw


def captions(scenes):
    """Return for each scene what is to be written (scenes, longest + 2), framed."""
    texts = [caption(*cells_and_kinds(scene)).split() for scene in as_scenes(scenes)]
    rows = np.full((len(texts), max(map(len, texts))), PAD)
    for row, text in zip(rows, texts, strict=True):
        row[: len(text)] = [FIRST + WORDS.index(word) for word in text]
    return framed(rows)


def caption(cells, kinds):
    """Return the words for one scene."""
    rows = [pair[0] // 3 == pair[1] // 3 for pair in pairwise(cells)]
    words = ["", *(" left of " if same else " above " for same in rows)]
    return "".join(w + KINDS[kind] for w, kind in zip(words, kinds, strict=True))


def in_words(caption):
    """Return what a row of symbols says, up to its END."""
    return " ".join(WORDS[place] for place in said_in("caption", caption, len(WORDS)))


def pictures(rng, scenes, noise=0.1):
    """Draw scenes (…, 2 · objects) as (…, 9 cells, 192 numbers): ink less white.

    So it is 0 where the paper is white, but for the noise, which lies on every number.
    Each shape is 6 × 6 pixels and lies at one of nine offsets in its cell, by chance.
    """
    scenes = as_scenes(scenes, axes_of("scenes", scenes))
    cells, kinds = cells_and_kinds(scenes)
    noise = finite("noise", noise, ndim=0)
    require(0 <= noise <= 1e30, "noise", noise, "a number from 0 to 1e30")
    offsets = generator("rng", rng).integers(0, 9, cells.shape)
    stamps = STAMPS[kinds % 3, offsets][..., np.newaxis]
    ink = stamps * (INKS[kinds // 3] - 1)[..., np.newaxis, np.newaxis, :]
    drawn = np.zeros((*scenes.shape[:-1], CELLS, PIXELS), np.float32)
    flat = ink.reshape(*cells.shape, PIXELS)
    np.put_along_axis(drawn, cells[..., np.newaxis], flat, axis=-2)
    with no_warnings():  # too little noise is none
        drawn += noise.astype(np.float32) * rng.standard_normal(drawn.shape, np.float32)
    return drawn


def as_image(picture):
    """Return a picture (9, 192) as it is shown: (24, 24, 3), numbers from 0 to 1."""
    cells = finite("picture", picture, shape=(CELLS, PIXELS))
    grid = cells.reshape(3, 3, SIDE, SIDE, 3).swapaxes(1, 2)
    return np.clip(1 + grid.reshape(3 * SIDE, 3 * SIDE, 3), 0, 1)


def object_named(targets):
    """Return which object each word of captions names (…, longest + 1), −1 for none."""
    size = FIRST + len(WORDS)
    axes = axes_of("targets", targets)
    said = symbols("targets", targets, size, axes)[..., 1:] - FIRST
    is_colour, is_shape = (said >= 0) & (said < 4), (said >= 4) & (said < 7)
    return np.where(is_colour | is_shape, np.cumsum(is_colour, axis=-1) - 1, -1)


def as_scenes(scenes, ndim=2):
    """Return scenes (…, 2 · objects); ValueError unless they are."""
    rows = symbols("scenes", scenes, len(KINDS), ndim)
    cells, _ = cells_and_kinds(rows)
    rising = (np.diff(cells, axis=-1) > 0).all(axis=-1) & (cells < CELLS).all(axis=-1)
    even, bad = rows.shape[-1] % 2 == 0, rows[~rising]
    given = f"{rows.shape[-1]} numbers" if not even else f"{bad[:1]}"
    require(even and not len(bad), "scenes", given, "cells that rise, then kinds")
    return rows


def cells_and_kinds(scenes):
    """Return the two halves of scenes."""
    return np.split(scenes, [scenes.shape[-1] // 2], axis=-1)


def stamps():
    """Return each shape at each offset in a cell (3, 9, 8, 8), 1 where there is ink."""
    y, x = np.mgrid[0:6, 0:6]
    circle = (y - 2.5) ** 2 + (x - 2.5) ** 2 <= 7.6
    shapes = [np.ones((6, 6)), circle, np.abs(x - 2.5) <= (y + 1) / 2]
    drawn = np.zeros((3, 9, SIDE, SIDE))
    for number, offset in product(range(3), range(9)):
        down, right = divmod(offset, 3)
        drawn[number, offset, down : down + 6, right : right + 6] = shapes[number]
    return drawn


STAMPS = stamps()
