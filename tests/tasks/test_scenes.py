"""Scenes: what is in the pictures, what the captions say, and what is refused."""

import numpy as np
import pytest

from helpers.tasks import (
    KINDS,
    WORDS,
    as_image,
    captions,
    drawn_from,
    every_scene,
    in_words,
    pictures,
    scenes_with,
    split_scenes,
)  # fmt: skip
from helpers.tasks.pairs import END, PAD, START
from helpers.tasks.scenes import INKS, STAMPS, object_named, stamps

RNG = np.random.default_rng(1)


@pytest.mark.parametrize(("objects", "count"), [(1, 9 * 12), (2, 36 * 144), (3, 84 * 1728)])
def test_every_scene_is_there_once_its_cells_rising(objects, count):
    scenes = every_scene(objects)
    assert scenes.shape == (count, 2 * objects)
    assert len(np.unique(scenes, axis=0)) == count
    assert (np.diff(scenes[:, :objects], axis=1) > 0).all()
    assert scenes[:, :objects].max() == 8
    assert scenes[:, objects:].max() == 11


@pytest.mark.parametrize(
    ("scene", "text"),
    [
        ([4, 7], "green circle"),
        ([0, 1, 0, 3], "red square left of blue square"),
        ([1, 2, 0, 3], "red square left of blue square"),
        ([2, 3, 1, 11], "red circle above yellow triangle"),
        ([0, 8, 8, 8], "green triangle above green triangle"),
        ([3, 5, 7, 2, 4, 9], "red triangle left of blue circle above yellow square"),
    ],
)
def test_a_caption_says_what_is_there_in_reading_order(scene, text):
    (target,) = captions([scene])
    assert in_words(target) == text
    assert target[0] == START
    assert target[-1] == END
    assert len(target) == len(text.split()) + 2


def test_shorter_captions_are_filled_up_behind_their_end():
    above, left = captions([[0, 3, 0, 0], [0, 1, 0, 0]])
    assert len(above) == len(left) == 8
    assert above[-2:].tolist() == [END, PAD]
    assert in_words(above) == "red square above red square"


def test_each_word_of_a_caption_names_an_object_or_none():
    target = captions([[3, 5, 7, 2, 4, 9]])
    assert in_words(target[0]).split()[4] == "blue"
    named = [0, 0, -1, -1, 1, 1, -1, 2, 2, -1]
    assert object_named(target).tolist() == [named]
    assert object_named(target[0]).tolist() == named
    assert object_named([target, target]).tolist() == [[named], [named]]


def test_what_was_written_behind_end_is_not_said():
    red = 3 + WORDS.index("red")
    assert in_words([red, END, red]) == "red"
    assert in_words([PAD, red]) == ""


@pytest.mark.parametrize("kind", range(12))
def test_an_object_is_drawn_in_its_cell_in_its_colour_and_shape(kind):
    scenes = np.full((200, 2), [5, kind])
    drawn = pictures(np.random.default_rng(2), scenes, noise=0.0).reshape(200, 9, 8, 8, 3)
    assert not np.delete(drawn, 5, axis=1).any()
    inked = drawn[:, 5].any(axis=-1)  # (200, 8, 8)
    pixels = drawn[:, 5][inked]
    assert pixels == pytest.approx(np.broadcast_to(INKS[kind // 3] - 1, pixels.shape), abs=1e-6)
    count = {"square": 36, "circle": 24, "triangle": 24}[KINDS[kind].split()[1]]
    assert (inked.sum(axis=(1, 2)) == count).all()
    corners = {tuple(np.argwhere(each).min(axis=0)) for each in inked}
    assert len(corners) == 9  # at each of nine offsets


def test_shapes_differ_as_their_names_say():
    rows = {
        KINDS[kind].split()[1]: pictures(np.random.default_rng(3), [[0, kind]], noise=0.0)[0, 0]
        .reshape(8, 8, 3)
        .any(axis=-1)
        .sum(axis=1)
        for kind in (0, 1, 2)
    }
    rows = {name: [int(count) for count in widths if count] for name, widths in rows.items()}
    assert rows["square"] == [6] * 6
    assert rows["circle"] == rows["circle"][::-1]
    assert rows["circle"][0] < rows["circle"][2] == 6
    assert rows["triangle"] == [2, 2, 4, 4, 6, 6]


def test_the_stamps_are_those_that_are_drawn_with():
    assert np.array_equal(stamps(), STAMPS)


def test_noise_lies_on_every_pixel_and_is_new_each_time():
    rng = np.random.default_rng(4)
    scenes = every_scene(2)[:3]
    plain = pictures(np.random.default_rng(4), scenes, noise=0.0)
    noisy = pictures(rng, np.repeat(scenes[:1], 400, axis=0), noise=0.1)
    empty = noisy[:, 8]
    assert empty.std() == pytest.approx(0.1, rel=0.02)
    assert empty.mean() == pytest.approx(0, abs=0.002)
    assert len(np.unique(empty[:, 0])) == 400
    assert plain.dtype == noisy.dtype == np.float32


def test_noise_is_the_normal_numbers_that_come_next_times_as_much_as_is_asked():
    rng, scenes = np.random.default_rng(4), every_scene(2)[:3]
    rng.integers(0, 9, (3, 2))  # where the shapes lie
    normal = rng.standard_normal((3, 9, 192), np.float32)
    plain, noisy = (pictures(np.random.default_rng(4), scenes, noise) for noise in (0.0, 0.5))
    assert noisy.tolist() == (plain + np.float32(0.5) * normal).tolist()


def test_noise_may_be_large_and_not_larger():
    assert np.abs(pictures(RNG, SCENE, noise=1e30)).max() > 1e30
    with pytest.raises(
        ValueError, match=r"^noise: expected a number from 0 to 1e30, got 1\.1e\+30$"
    ):
        pictures(RNG, SCENE, noise=1.1e30)


def test_pictures_of_an_ensemble_have_its_axes():
    scenes = every_scene(2)[RNG.integers(0, 5184, (3, 5))]
    assert pictures(RNG, scenes).shape == (3, 5, 9, 192)


def test_an_image_has_each_cell_at_its_place():
    picture = np.zeros((9, 192))
    picture[5] = -1  # black, in the middle row at the right
    image = as_image(picture)
    black = (image == 0).all(axis=-1)
    assert black[8:16, 16:].all()
    assert black.sum() == 64
    assert (image[~black] == 1).all()
    picture[5] = np.arange(192) / 1000  # brighter than white
    assert as_image(picture).max() == 1
    picture[5] = -2  # darker than black
    assert as_image(picture).min() == 0


def test_a_split_keeps_each_scene_on_one_side():
    scenes = every_scene(2)
    seen, new = split_scenes(np.random.default_rng(5), scenes)
    assert len(new) == round(0.2 * len(scenes))
    both = np.concatenate([seen, new])
    assert np.array_equal(np.unique(both, axis=0), np.unique(scenes, axis=0))
    assert len(both) == len(scenes)
    again, _ = split_scenes(np.random.default_rng(6), scenes)
    assert not np.array_equal(seen, again)


def test_scenes_with_a_kind_are_found():
    scenes = every_scene(2)
    found = scenes_with(["red circle", "blue triangle"], scenes)
    texts = [in_words(target) for target in captions(scenes)]
    assert found.tolist() == ["red circle" in t or "blue triangle" in t for t in texts]
    assert scenes_with("red circle", scenes).sum() == 36 * 23


def test_batches_are_of_these_scenes_with_their_captions():
    scenes = every_scene(2)[[7, 4000]]
    images, targets = drawn_from(scenes, (2, 50))(np.random.default_rng(7))
    assert images.shape == (2, 50, 9, 192)
    assert {in_words(t) for row in targets for t in row} == {in_words(t) for t in captions(scenes)}
    for image, target in zip(images[0], targets[0], strict=True):
        scene = scenes[[in_words(t) for t in captions(scenes)].index(in_words(target))]
        cells = np.argsort(np.abs(image).sum(axis=-1))[-2:]
        assert sorted(cells) == scene[:2].tolist()


def test_a_refused_noise_leaves_the_generator_as_it_was():
    rng, same = np.random.default_rng(8), np.random.default_rng(8)
    with pytest.raises(ValueError, match="noise: expected"):
        pictures(rng, SCENE, noise=-1.0)
    assert rng.bit_generator.state == same.bit_generator.state


@pytest.mark.parametrize("wrong", [[1, 0, 2, 3], [0, 9, 2, 3]])
def test_the_message_shows_the_scene_that_is_none(wrong):
    shown = " ".join(map(str, wrong))
    message = rf"^scenes: expected cells that rise, then kinds, got \[\[{shown}\]\]$"
    with pytest.raises(ValueError, match=message):
        captions([[0, 1, 2, 3], wrong])


def test_the_message_says_how_many_numbers_are_no_scene():
    message = r"^scenes: expected cells that rise, then kinds, got 3 numbers$"
    with pytest.raises(ValueError, match=message):
        pictures(RNG, [[[0, 1, 2], [0, 1, 2]]])


SCENE = [[0, 1, 2, 3]]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: every_scene(0), "objects"),
        (lambda: every_scene(4), "objects"),
        (lambda: pictures(RNG, 5), "scenes"),
        (lambda: pictures(RNG, [[[0, 1, 2, 3]], [[1, 0, 2, 3]]]), "scenes"),
        (lambda: drawn_from(SCENE, (2,))(5), "rng"),
        (lambda: scenes_with(3, SCENE), "kinds"),
        (lambda: scenes_with([3], SCENE), "kinds"),
        (lambda: object_named([[1, 99, 2]]), "targets"),
        (lambda: object_named("red"), "targets"),
        (lambda: object_named([[1, 3.5, 2]]), "targets"),
        (lambda: captions([[1, 0, 2, 3]]), "scenes"),
        (lambda: captions([[0, 0, 2, 3]]), "scenes"),
        (lambda: captions([[0, 9, 2, 3]]), "scenes"),
        (lambda: captions([[0, 1, 2, 12]]), "scenes"),
        (lambda: captions([[0, 1, 2]]), "scenes"),
        (lambda: captions([0, 1, 2, 3]), "scenes"),
        (lambda: captions([]), "scenes"),
        (lambda: captions("red"), "scenes"),
        (lambda: pictures(RNG, [[1, 0, 2, 3]]), "scenes"),
        (lambda: pictures(RNG, SCENE, noise="much"), "noise"),
        (lambda: pictures(RNG, SCENE, noise=-1.0), "noise"),
        (lambda: pictures(1, SCENE), "rng"),
        (lambda: as_image(np.zeros((9, 191))), "picture"),
        (lambda: split_scenes(RNG, SCENE), "share"),
        (lambda: split_scenes(RNG, every_scene(1), 1.0), "share"),
        (lambda: split_scenes(RNG, every_scene(1)[:2], 0.9), "share"),
        (lambda: split_scenes(1, every_scene(1)), "rng"),
        (lambda: scenes_with("pink circle", SCENE), "kinds"),
        (lambda: drawn_from(SCENE, (0,)), "shape"),
        (lambda: drawn_from(SCENE, 3), "shape"),
        (lambda: in_words([[3]]), "caption"),
        (lambda: in_words([99]), "caption"),
    ],
)
def test_what_does_not_fit_is_refused(call, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call()
