"""Captioners: what they compute, gradients, frozen eyes, ensembles, and training for real."""

import numpy as np
import pytest

from helpers.engine import (
    LSTM,
    AdditiveAttention,
    BahdanauDecoder,
    Bidirectional,
    Dense,
    SimpleRNN,
    VectorDecoder,
    check_gradients,
    softmax,
)
from helpers.models import Captioner, Eyes, captioner, exact, greedy, learn, looks_at_objects
from helpers.tasks import captions, drawn_from, every_scene, pictures, split_scenes

SIGHTS = ("first", "vector", "grid")
UNITS, FEATURES, SYMBOLS = 5, 4, 13
each_sight = pytest.mark.parametrize("sees", SIGHTS)


def network_of(rng, sees, **options):
    """Return a captioner whose weights are all random, biases too."""
    network = captioner(rng, sees, UNITS, FEATURES, dtype=np.float64, **options)
    network.parameters[...] = 0.5 * rng.normal(size=network.parameters.shape)
    return network


def scenes_of(rng, *shape):
    """Return scenes, pictures of them and captions."""
    scenes = every_scene(2)[rng.integers(0, 5184, shape)]
    targets = captions(scenes.reshape(-1, 4)).reshape(*shape, -1)
    return scenes, pictures(rng, scenes).astype(float), targets


def by_hand(network, picture, words):
    """Return logits for one picture and the words read, step by step, as the docstrings say."""
    eyes, decoder, output = network.layers
    (P, p), (M, c), (G, g) = (layer.get_weights() for layer in eyes.layers)
    m = np.zeros((9, FEATURES))
    for s, pixels in enumerate(picture):
        place = np.eye(3)[[s // 3, s % 3]].ravel()
        m[s] = np.tanh(np.concatenate([np.maximum(pixels @ P + p, 0), place]) @ M + c)
    v = np.tanh((m.mean(axis=0) if eyes.by_mean else m.ravel()) @ G + g)
    rnn = decoder.layers[0] if hasattr(decoder, "layers") else decoder
    (W, U, b), (V, bias) = rnn.get_weights(), output.get_weights()
    h = v if decoder is rnn or network.looks else np.zeros(UNITS)
    logits = []
    for word in words:
        x, out = [np.eye(SYMBOLS)[word]], []
        if network.looks:
            Q, K, k = decoder.layers[1].get_weights()
            context = softmax(np.tanh(h @ Q + m @ K) @ k[:, 0]) @ m
            x, out = [*x, context], [context]
        elif decoder is not rnn:
            x = [*x, v]
        h = np.tanh(np.concatenate(x) @ W + h @ U + b)
        logits.append(np.concatenate([h, *out]) @ V + bias)
    return np.array(logits)


@each_sight
def test_a_captioner_does_what_its_docstrings_say(sees):
    rng = np.random.default_rng(1)
    network = network_of(rng, sees)
    _, shown, targets = scenes_of(rng, 3)
    logits = network.forward(shown, targets)
    for n in range(3):
        expected = by_hand(network, shown[n], targets[n, :-1])
        assert logits[n] == pytest.approx(expected, abs=1e-12)


@each_sight
def test_gradients_equal_central_differences(sees):
    rng = np.random.default_rng(2)
    network = network_of(rng, sees)
    _, shown, targets = scenes_of(rng, 3)
    check_gradients(network, shown, targets)
    parts = [part for layer in network.layers for part in getattr(layer, "layers", [layer])]
    assert all(gradient.any() for part in parts for gradient in part.gradients.values())


@each_sight
def test_an_ensemble_is_so_many_single_networks(sees):
    rng = np.random.default_rng(3)
    ensemble, single = network_of(rng, sees, networks=3), network_of(rng, sees)
    _, shown, targets = scenes_of(rng, 3, 4)
    losses, written = ensemble.loss_and_gradients(shown, targets), greedy(ensemble, shown, 7)
    for n in range(3):
        single.parameters[...] = ensemble.parameters[n]
        assert single.loss_and_gradients(shown[n], targets[n]) == pytest.approx(
            losses[n], rel=1e-12
        )
        assert single.gradients == pytest.approx(ensemble.gradients[n], abs=1e-12)
        assert greedy(single, shown[n], 7).symbols.tolist() == written.symbols[n].tolist()


@each_sight
def test_all_networks_may_see_the_same_pictures(sees):
    rng = np.random.default_rng(4)
    ensemble = network_of(rng, sees, networks=3)
    _, shown, targets = scenes_of(rng, 1, 4)
    together = ensemble.forward(shown, targets)
    each = ensemble.forward(np.repeat(shown, 3, axis=0), np.repeat(targets, 3, axis=0))
    assert together == pytest.approx(each, abs=1e-12)


@each_sight
def test_frozen_eyes_stay_as_they_are_and_all_else_learns(sees):
    rng = np.random.default_rng(5)
    network, others = network_of(rng, sees), network_of(rng, sees)
    network.layers[0].open_as(others.layers[0])
    before = [part.get_weights() for part in network.layers[0].layers]
    tongue = network.layers[2].get_weights()
    draw = drawn_from(every_scene(2), (8,))
    learn(network, draw, rng, rate=0.01, updates=5)
    see, tell, gather = (part.get_weights() for part in network.layers[0].layers)
    for own, was, given in zip((see, tell), before, others.layers[0].layers, strict=False):
        for now, then, theirs in zip(own, was, given.get_weights(), strict=True):
            assert (now == then).all()
            assert (now == theirs).all()
    assert all((now != then).any() for now, then in zip(gather, before[2], strict=True))
    assert (network.layers[2].get_weights()[0] != tongue[0]).any()


@each_sight
def test_eyes_can_be_frozen_after_they_have_learned(sees):
    rng = np.random.default_rng(12)
    network, draw = network_of(rng, sees), drawn_from(every_scene(2), (8,))
    learn(network, draw, rng, rate=0.01, updates=3)
    network.layers[0].frozen = True
    before = [part.get_weights() for part in network.layers[0].layers[:2]]
    learn(network, draw, rng, rate=0.01, updates=3)
    for part, was in zip(network.layers[0].layers[:2], before, strict=True):
        assert all((now == then).all() for now, then in zip(part.get_weights(), was, strict=True))


@pytest.mark.parametrize("name", ["by_mean", "leading", "dtype"])
def test_what_eyes_were_made_with_stays(name):
    eyes = Eyes(np.random.default_rng(5), FEATURES, 5, by_mean=True)
    with pytest.raises(ValueError, match=f"^{name}: expected what the Eyes was made with"):
        setattr(eyes, name, not getattr(eyes, name))


def test_eyes_that_are_not_frozen_learn():
    rng = np.random.default_rng(6)
    network = network_of(rng, "grid")
    before = network.layers[0].layers[0].get_weights()[0]
    learn(network, drawn_from(every_scene(2), (8,)), rng, rate=0.01, updates=5)
    assert (network.layers[0].layers[0].get_weights()[0] != before).any()


def test_how_far_it_looks_at_what_it_names_is_read_at_the_right_words():
    rng = np.random.default_rng(7)
    network = network_of(rng, "grid", networks=2)
    scenes, shown, targets = scenes_of(rng, 6)
    found = looks_at_objects(network, shown[np.newaxis], scenes, targets)
    network.forward(shown[np.newaxis], np.stack([targets, targets]))
    attention = network.layers[1].attention
    second = np.array([4 if targets[n, 3] == 3 + 7 else 5 for n in range(6)]) - 1
    words = np.array([0 * second, 0 * second + 1, second, second + 1])
    for column, (steps, place) in enumerate(zip(words, (0, 0, 1, 1), strict=True)):
        own = [attention[:, n, steps[n], scenes[n, place]] for n in range(6)]
        assert found[:, column] == pytest.approx(np.mean(own, axis=0), abs=1e-12)


@pytest.mark.parametrize(("sees", "least"), [("grid", 0.9), ("vector", 0.05), ("first", 0.03)])
def test_it_learns_to_caption_scenes_that_it_never_saw(sees, least):
    rng = np.random.default_rng(8)
    seen, new = split_scenes(rng, every_scene(2))
    network = captioner(rng, sees, networks=2)
    test = pictures(rng, new[np.newaxis, :300]), captions(new[:300])[np.newaxis]
    assert exact(network, *test).max() == 0
    slower = ((0.7, 0.3), (0.9, 0.1))
    learn(network, drawn_from(seen, (2, 32)), rng, rate=0.007, updates=400, slower=slower)
    assert exact(network, *test).mean(axis=-1).max() > least


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"sees": "all"}, "sees"),
        ({"sees": None}, "sees"),
        ({"sees": ["grid"]}, "sees"),
        ({"units": 0}, "units"),
        ({"features": 1.5}, "features"),
        ({"rng": 1}, "rng"),
        ({"networks": 0}, "networks"),
    ],
)
def test_what_cannot_be_built_is_refused(change, name):
    options = {"rng": np.random.default_rng(9), "sees": "grid"} | change
    with pytest.raises(ValueError, match=f"{name}: expected"):
        captioner(**options)


@each_sight
@pytest.mark.parametrize("shape", [(3, 8, 192), (3, 9, 191), (9, 192), (3, 9, 192, 1)])
def test_what_is_no_picture_is_refused(sees, shape):
    rng = np.random.default_rng(10)
    network = network_of(rng, sees)
    _, _, targets = scenes_of(rng, 3)
    with pytest.raises(ValueError, match="pictures: expected"):
        network.forward(np.zeros(shape), targets)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda scenes, targets: (scenes[:2], targets), "scenes"),
        (lambda scenes, targets: (scenes.tolist()[:2], targets), "scenes"),
        (lambda scenes, targets: (scenes[:, ::-1], targets), "scenes"),
        (lambda scenes, targets: (every_scene(3)[:6], targets), "targets"),
        (lambda scenes, targets: (scenes, np.where(targets > 2, 3, targets)), "targets"),
    ],
)
def test_looks_at_other_scenes_than_those_that_are_named_are_refused(change, name):
    rng = np.random.default_rng(13)
    network = network_of(rng, "grid")
    scenes = np.array([[0, 8, 1, 2]] * 6)
    scenes, targets = change(scenes, captions(scenes))
    shown = pictures(rng, np.array([[0, 8, 1, 2]] * 6)).astype(float)
    with pytest.raises(ValueError, match=f"{name}: expected"):
        looks_at_objects(network, shown, scenes, targets)


def decoders(rng):
    """Return for each way to see a decoder that begins with a v of width 5, or has it."""
    sizes = {"vector": 13 + 5, "grid": 13 + FEATURES, "first": 13}
    options = {"return_sequences": True, "dtype": np.float32}
    rnns = {sees: SimpleRNN(size, UNITS, rng, **options) for sees, size in sizes.items()}
    attention = AdditiveAttention(UNITS, FEATURES, 3, rng, dtype=np.float32)
    wrapped = {
        "vector": VectorDecoder(rnns["vector"], 5),
        "grid": BahdanauDecoder(rnns["grid"], attention),
    }
    return rnns | wrapped


@each_sight
def test_eyes_that_do_not_fit_the_decoder_are_refused(sees):
    rng = np.random.default_rng(14)
    for width in (5, 6):
        decoder = decoders(rng)[sees]
        eyes = Eyes(rng, FEATURES, width, sees == "grid", dtype=np.float32)
        output = Dense(decoder.units, 13, rng, dtype=np.float32)
        if width == 5:
            Captioner(eyes, decoder, output)
            continue
        with pytest.raises(ValueError, match="eyes: expected one of width 5, got v of width 6"):
            Captioner(eyes, decoder, output)


@each_sight
def test_an_output_that_names_what_the_decoder_cannot_read_is_refused(sees):
    rng = np.random.default_rng(15)
    eyes, decoder, output = parts_of(sees, rng)
    more = Dense(decoder.units, output.units + 1, rng, dtype=np.float32)
    with pytest.raises(ValueError, match=r"^output: expected at most 13, as are read, got one th"):
        Captioner(eyes, decoder, more)


def test_only_a_network_that_looks_can_say_where():
    rng = np.random.default_rng(11)
    scenes, shown, targets = scenes_of(rng, 3)
    with pytest.raises(
        ValueError, match=r'^network: expected one that sees "grid", got one that does not look$'
    ):
        looks_at_objects(network_of(rng, "vector"), shown, scenes, targets)


def parts_of(sees, rng):
    """Return eyes, a decoder and an output that fit together."""
    decoder = decoders(rng)[sees]
    eyes = Eyes(rng, FEATURES, 5, sees == "grid", dtype=np.float32)
    return [eyes, decoder, Dense(decoder.units, 13, rng, dtype=np.float32)]


def other(number, make):
    """Return a change of parts: one of them is made anew."""

    def change(parts, rng):
        parts[number] = make(rng)

    return change


F4 = {"dtype": np.float32}
ALL = {"return_sequences": True, **F4}


@pytest.mark.parametrize(
    ("sees", "change"),
    [
        ("first", other(2, lambda rng: Dense(UNITS + 1, 13, rng, **F4))),
        ("vector", other(2, lambda rng: Dense(UNITS + 1, 13, rng, **F4))),
        ("grid", other(2, lambda rng: Dense(UNITS, 13, rng, **F4))),
        ("first", other(1, lambda rng: SimpleRNN(13, UNITS, rng, **F4))),
        ("first", other(1, lambda rng: LSTM(13, 5, rng, **ALL))),
        (
            "first",
            other(1, lambda rng: Bidirectional(*(SimpleRNN(13, 5, rng, **ALL) for _ in "ab"))),
        ),
        ("grid", other(0, lambda rng: Eyes(rng, FEATURES + 1, 5, by_mean=True, **F4))),
    ],
)
def test_parts_of_a_captioner_that_do_not_fit_are_refused(sees, change):
    rng = np.random.default_rng(15)
    Captioner(*parts_of(sees, rng))
    parts = parts_of(sees, rng)
    change(parts, rng)
    with pytest.raises(
        ValueError, match="encoder, decoder, output: expected a decoder that begins"
    ):
        Captioner(*parts)


def test_what_does_not_fit_is_named_in_order():
    rng = np.random.default_rng(16)
    eyes, decoder, _ = parts_of("grid", rng)
    with pytest.raises(
        ValueError,
        match=r"^encoder, decoder, output: expected a decoder that begins with v and looks at m, "
        r"and a Dense on top of it, got Eyes, BahdanauDecoder, Dense$",
    ):
        Captioner(eyes, decoder, Dense(UNITS, 13, rng, **F4))


@each_sight
def test_only_where_it_looks_at_the_grid_is_v_made_of_the_mean_of_m(sees):
    eyes = captioner(np.random.default_rng(17), sees, UNITS, FEATURES).layers[0]
    assert eyes.by_mean == (sees == "grid")
    assert eyes.layers[2].features == (FEATURES if sees == "grid" else 9 * FEATURES)


def test_eyes_of_32_bits_refuse_by_name_what_is_too_large_for_them():
    eyes = Eyes(np.random.default_rng(18), FEATURES, UNITS, by_mean=True, **F4)
    with pytest.raises(ValueError, match=r"^pictures: expected finite numbers, got NaN or inf"):
        eyes.forward(np.full((2, 9, 192), 1e300))
    eyes.forward(np.ones((2, 9, 192)))
    with pytest.raises(ValueError, match=r"^dm: expected finite numbers, got NaN or infinity$"):
        eyes.backward(np.full((2, 9, FEATURES), 1e300), np.ones((2, UNITS)))


def test_eyes_take_over_those_of_their_own_kind_alone():
    rng = np.random.default_rng(19)
    eyes = Eyes(rng, 3, UNITS, by_mean=True, dtype=np.float64)
    with pytest.raises(
        ValueError,
        match=r"^others: expected \(\(\), dtype\('float64'\), 3\): networks, dtype, features, "
        r"got \(\(2,\), dtype\('float32'\), 4\)$",
    ):
        eyes.open_as(Eyes(rng, 4, UNITS, by_mean=True, networks=2, dtype=np.float32))


def test_eyes_take_over_what_sees_and_not_what_gathers():
    rng = np.random.default_rng(19)
    eyes, others = (Eyes(rng, 3, UNITS, by_mean=True, dtype=np.float64) for _ in range(2))
    eyes.open_as(others)
    kernels = [[layer.weights["kernel"] for layer in each.layers] for each in (eyes, others)]
    assert [(a == b).all() for a, b in zip(*kernels, strict=True)] == [True, True, False]


def test_what_eyes_are_told_later_is_looked_at():
    eyes = Eyes(np.random.default_rng(19), 3, UNITS, by_mean=True)
    with pytest.raises(ValueError, match=r"^frozen: expected True or False, got 'no'$"):
        eyes.frozen = "no"
    assert not eyes.frozen


def test_eyes_take_over_all_or_nothing():
    rng = np.random.default_rng(19)
    eyes, others = (Eyes(rng, 3, UNITS, by_mean=True, dtype=np.float64) for _ in range(2))
    before = [array for layer in eyes.layers for array in layer.get_weights()]
    others.layers[1].weights["bias"][0] = np.nan
    with pytest.raises(ValueError, match=r"^values, bias: expected finite numbers, got NaN"):
        eyes.open_as(others)
    after = [array for layer in eyes.layers for array in layer.get_weights()]
    assert not eyes.frozen
    assert all((a == b).all() for a, b in zip(before, after, strict=True))


def test_a_single_caption_that_names_fewer_objects_is_refused():
    rng = np.random.default_rng(20)
    scenes, shown, targets = scenes_of(rng, 3)
    targets[1, targets[1] > 2] = 7  # shapes without a colour
    with pytest.raises(ValueError, match=r"^targets: expected captions of these scenes"):
        looks_at_objects(network_of(rng, "grid"), shown, scenes, targets)


def test_a_caption_that_lacks_a_word_or_is_of_another_scene_is_refused():
    rng = np.random.default_rng(20)
    scenes, shown, targets = scenes_of(rng, 3)
    shorter = targets.copy()
    shorter[0, 2:-1], shorter[0, -1] = targets[0, 3:], 0  # its first shape is left out
    for wrong in (shorter, targets[::-1], targets[:, :-1]):
        with pytest.raises(ValueError, match=r"^targets: expected captions of these scenes"):
            looks_at_objects(network_of(rng, "grid"), shown, scenes, wrong)
    longer = np.pad(targets, ((0, 0), (0, 2)))
    network = network_of(rng, "grid")
    found = [looks_at_objects(network, shown, scenes, each) for each in (targets, longer)]
    assert found[0] == pytest.approx(found[1], rel=1e-12)
