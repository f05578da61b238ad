"""Encoder–decoders: gradients, padding, ensembles, what they write, and training for real."""

import importlib
import pickle
from copy import deepcopy
from functools import partial

import numpy as np
import pytest

from helpers.engine import (
    GRU,
    LSTM,
    Adam,
    Attention,
    BahdanauDecoder,
    Bidirectional,
    Dense,
    LuongDecoder,
    SimpleRNN,
    check_gradients,
    softmax,
)
from helpers.engine.owners import members_of, parts_of
from helpers.models import EncoderDecoder, encoder_decoder, exact, greedy, learn
from helpers.tasks import END, PAD, START, copying

# by its name in the package, `encoder_decoder` is the function
MODULE = importlib.import_module("helpers.models.encoder_decoders")
RNG = np.random.default_rng(1)
SYMBOLS, UNITS = 6, 4
SEQUENCES = {"return_sequences": True}
each_look = pytest.mark.parametrize("looks", [None, "after", "before"])
each_way = pytest.mark.parametrize("both_ways", [False, True])


def network_of(rng, units=UNITS, dtype=np.float64, **options):
    """Return an encoder–decoder whose weights are all random, biases too."""
    network = encoder_decoder(rng, SYMBOLS, SYMBOLS, units, dtype=dtype, **options)
    network.parameters[...] = 0.7 * rng.normal(size=network.parameters.shape)
    return network


def strings(rng, *shape, least=1, most=4):
    """Return strings of three digits, some shorter than others."""
    return copying(rng, shape, least, most, digits=3)


def with_more_pad(rows, count):
    """Return rows that are `count` columns longer."""
    more = np.full((*rows.shape[:-1], count), PAD)
    return np.concatenate([rows, more], axis=-1)


def close_to(found, expected):
    """Tell whether arrays agree in shape, and relative to the largest number."""
    largest = np.abs(expected).max()
    return found.shape == expected.shape and np.abs(found - expected).max() <= 1e-12 * largest


@each_look
@each_way
@pytest.mark.parametrize("masked", [True, False])
def test_gradients_equal_central_differences(looks, both_ways, masked):
    rng = np.random.default_rng(1)
    network = network_of(rng, 2, looks=looks, both_ways=both_ways, masked=masked)
    check_gradients(network, *strings(rng, 3))
    parts = [part for layer in network.layers for part in getattr(layer, "layers", [layer])]
    assert all(gradient.any() for part in parts for gradient in part.gradients.values())


@each_look
def test_the_loss_is_the_mean_over_all_that_is_to_be_said(looks):
    rng = np.random.default_rng(2)
    network = network_of(rng, looks=looks)
    source, target = strings(rng, 5)
    chances, costs = softmax(network.forward(source, target)), []
    for row, said in zip(chances, target[:, 1:], strict=True):
        costs += [-np.log(p[symbol]) for p, symbol in zip(row, said, strict=True) if symbol != PAD]
    assert len(costs) < target[:, 1:].size
    assert network.loss_and_gradients(source, target) == pytest.approx(np.mean(costs), rel=1e-12)


@each_look
@each_way
def test_what_a_walk_kept_is_not_carried_along(looks, both_ways):
    network, sizes = network_of(np.random.default_rng(2), looks=looks, both_ways=both_ways), []
    for blanks in (0, 1000):  # what is kept for each step would be so much more
        source, target = strings(np.random.default_rng(2), 5)
        source = np.pad(source, [(0, 0), (0, blanks)], constant_values=PAD)
        network.loss_and_gradients(source, target)
        sizes.append(len(pickle.dumps(network)))
    seen = 8 * 1000 * 5 * target.shape[-1] if looks else 0  # `attention` is for the reader
    assert sizes[1] < sizes[0] + seen + 1000


def test_what_a_network_is_told_later_is_looked_at():
    network = network_of(np.random.default_rng(2), masked=False)
    with pytest.raises(ValueError, match=r"^masked: expected True or False, got 'no'$"):
        network.masked = "no"
    network.masked = True
    assert network.masked


@each_look
def test_chances_that_are_tiny_are_so_though_numpy_is_to_raise_them(looks):
    found = []
    for tiny in ("ignore", "raise"):
        rng = np.random.default_rng(2)
        network = network_of(rng, looks=looks, dtype=np.float32)
        network.layers[-1].weights["bias"][...] = 20 * np.arange(SYMBOLS)
        with np.errstate(all=tiny):
            loss = network.loss_and_gradients(*strings(rng, 5))
        found.append((loss, *network.gradients))
    assert found[0] == found[1]


@each_look
@each_way
@pytest.mark.parametrize("networks", [None, 3])
def test_more_padding_changes_nothing(looks, both_ways, networks):
    rng = np.random.default_rng(3)
    network = network_of(rng, looks=looks, both_ways=both_ways, networks=networks)
    shape = (8,) if networks is None else (networks, 8)
    source, target = strings(rng, *shape)
    loss, gradients = network.loss_and_gradients(source, target), network.gradients.copy()
    written = greedy(network, source, 6)
    longer = with_more_pad(source, 3)
    assert np.abs(network.loss_and_gradients(longer, with_more_pad(target, 2)) - loss).max() < 1e-12
    assert np.abs(network.gradients - gradients).max() < 1e-12
    again = greedy(network, longer, 6)
    assert again.symbols.tolist() == written.symbols.tolist()
    assert close_to(again.probabilities, written.probabilities)
    if looks:
        assert close_to(again.attention[..., :4], written.attention)
        assert not again.attention[..., 4:].any()


@each_look
@each_way
def test_without_a_mask_padding_is_read(looks, both_ways):
    rng = np.random.default_rng(4)
    network = network_of(rng, looks=looks, both_ways=both_ways, masked=False)
    source, target = strings(rng, 8)
    outputs = network.forward(source, target)
    longer = network.forward(with_more_pad(source, 3), target)
    assert (np.abs(longer - outputs).max(axis=(1, 2)) > 1e-6).all()


@each_look
@each_way
@pytest.mark.parametrize("shared", [True, False])
def test_an_ensemble_is_so_many_single_networks(looks, both_ways, shared):
    rng, count = np.random.default_rng(5), 3
    ensemble = network_of(rng, looks=looks, both_ways=both_ways, networks=count)
    single = network_of(rng, looks=looks, both_ways=both_ways)
    source, target = strings(rng, 1 if shared else count, 5)
    together, written = ensemble.forward(source, target), greedy(ensemble, source, 6)
    losses = None if shared else ensemble.loss_and_gradients(source, target)
    assert together.shape == (count, 5, 5, SYMBOLS)
    for n in range(count):
        single.parameters[...] = ensemble.parameters[n]
        own = source[0 if shared else n], target[0 if shared else n]
        assert close_to(single.forward(*own), together[n])
        alone = greedy(single, own[0], 6)
        assert alone.symbols.tolist() == written.symbols[n].tolist()
        assert close_to(alone.probabilities, written.probabilities[n])
        assert not looks or close_to(alone.attention, written.attention[n])
        if not shared:
            assert single.loss_and_gradients(*own) == pytest.approx(losses[n], rel=1e-12)
            assert close_to(single.gradients, ensemble.gradients[n])


@pytest.fixture(scope="module", params=[None, "after", "before"])
def trained(request):
    """Give two networks that were trained for a short time, and losses."""
    rng = np.random.default_rng(1)
    network = encoder_decoder(rng, SYMBOLS, SYMBOLS, 16, looks=request.param, networks=2)

    def draw(rng):
        return strings(rng, 2, 32)

    return network, learn(network, draw, rng, rate=0.02, updates=300), request.param


def test_networks_learn_to_copy(trained):
    network, losses, looks = trained
    source, target = strings(np.random.default_rng(2), 1, 300)
    assert losses.shape == (300, 2)
    assert losses[-20:].mean() < 0.3 * losses[:20].mean()
    assert exact(network, source, target).mean() > 0.8
    rng = np.random.default_rng(1)
    fresh = encoder_decoder(rng, SYMBOLS, SYMBOLS, 16, looks=looks, networks=2)
    assert exact(fresh, source, target).mean() < 0.1


@pytest.fixture
def partly(trained):
    """Give networks that are right about some strings: the weights moved at random."""
    network, _, looks = trained
    rng = np.random.default_rng(3)
    moved = encoder_decoder(rng, SYMBOLS, SYMBOLS, 16, looks=looks, networks=2)
    shape = network.parameters.shape
    moved.parameters[...] = network.parameters * (1 + 0.3 * rng.normal(size=shape))
    return moved


def test_an_answer_is_right_exactly_where_each_symbol_is_after_the_right_ones(partly):
    source, target = strings(np.random.default_rng(4), 2, 500)
    said = target[..., 1:]
    likeliest = partly.forward(source, target).argmax(axis=-1)
    right = ((likeliest == said) | (said == PAD)).all(axis=-1)
    written = greedy(partly, source, said.shape[-1]).symbols
    assert (written == said).all(axis=-1).tolist() == right.tolist()
    assert exact(partly, source, target).tolist() == right.tolist()
    assert 20 < right.sum() < 980


def test_behind_the_end_nothing_is_written_and_before_it_what_is_likeliest(partly):
    source, _ = strings(np.random.default_rng(5), 2, 300)
    symbols, chances, attention = greedy(partly, source, 7)
    ended = np.cumsum(symbols == END, axis=-1)
    behind = ended - (symbols == END) > 0
    assert behind.any()
    assert ended.max() == 1
    assert (symbols[behind] == PAD).all()
    assert (symbols == chances.argmax(axis=-1))[~behind].all()
    assert (symbols.shape, chances.shape) == ((2, 300, 7), (2, 300, 7, SYMBOLS))
    assert chances.sum(axis=-1) == pytest.approx(np.ones((2, 300, 7)), abs=1e-5)
    if partly.looks:
        assert attention.shape == (2, 300, 7, 4)
        places = np.broadcast_to(source[..., np.newaxis, :] == PAD, attention.shape)
        assert not attention[places].any()
    else:
        assert attention is None


@each_look
@each_way
def test_what_is_written_is_read_again(looks, both_ways):
    rng = np.random.default_rng(6)
    network = network_of(rng, looks=looks, both_ways=both_ways)
    source, _ = strings(rng, 12)
    written = greedy(network, source, 6)
    start = np.full((12, 1), START)
    read = np.concatenate([start, written.probabilities.argmax(axis=-1)], axis=-1)
    assert close_to(softmax(network.forward(source, read)), written.probabilities)


@pytest.mark.parametrize(
    ("slower", "updates", "parts"),
    [
        (None, 10, [1.0] * 8 + [0.2] * 2),
        ((), 4, [1.0] * 4),
        (((0.5, 0.1),), 6, [1.0] * 3 + [0.1] * 3),
        (((0.25, 0.5), (0.75, 0.1)), 8, [1.0] * 2 + [0.5] * 4 + [0.1] * 2),
    ],
)
def test_the_rate_falls_where_it_shall_and_one_optimizer_makes_all_updates(
    monkeypatch, slower, updates, parts
):
    made, rates = [], []

    class Spy(Adam):
        def __init__(self, rate):
            super().__init__(rate)
            made.append(self)

        def step(self, parameters, gradients):
            rates.append(self.rate)
            super().step(parameters, gradients)

    monkeypatch.setattr(MODULE, "Adam", Spy)
    rng = np.random.default_rng(7)
    network, drawn = network_of(rng, networks=2), []

    def draw(rng):
        drawn.append(strings(rng, 2, 3))
        return drawn[-1]

    options = {} if slower is None else {"slower": slower}
    losses = learn(network, draw, rng, rate=0.03, updates=updates, **options)
    assert losses.shape == (updates, 2)
    assert rates == pytest.approx([0.03 * part for part in parts])
    assert [spy.steps for spy in made] == [updates]
    assert len(drawn) == updates


def test_slopes_are_cut_to_the_length_that_is_allowed(monkeypatch):
    lengths = []

    class Spy(Adam):
        def step(self, parameters, gradients):
            lengths.append(np.linalg.norm(gradients))
            super().step(parameters, gradients)

    monkeypatch.setattr(MODULE, "Adam", Spy)
    network = network_of(np.random.default_rng(8))
    options = {"rate": 0.01, "updates": 5}
    learn(network, lambda rng: strings(rng, 3), RNG, clip=0.01, **options)
    assert lengths == pytest.approx([0.01] * 5)
    learn(network, lambda rng: strings(rng, 3), RNG, clip=None, **options)
    assert min(lengths[5:]) > 0.02


def test_learning_goes_the_same_way_from_the_same_generator():
    found = []
    for _ in range(2):
        rng = np.random.default_rng(9)
        network = encoder_decoder(rng, SYMBOLS, SYMBOLS, UNITS, looks="after")
        losses = learn(network, lambda rng: strings(rng, 3), rng, rate=0.01, updates=5)
        found.append([losses.tolist(), network.parameters.tolist()])
    assert found[0] == found[1]


def lstm(features, units, **options):
    return LSTM(features, units, RNG, **SEQUENCES | options)


def reads_both_ways(units):
    return Bidirectional(lstm(SYMBOLS, units), lstm(SYMBOLS, units))


@pytest.mark.parametrize(
    "parts",
    [
        lambda: (lstm(6, 4, return_sequences=False), lstm(6, 4), Dense(4, 6, RNG)),
        lambda: (lstm(6, 4), lstm(6, 4, return_sequences=False), Dense(4, 6, RNG)),
        lambda: (lstm(6, 4), lstm(6, 3), Dense(3, 6, RNG)),
        lambda: (reads_both_ways(4), lstm(6, 4), Dense(4, 6, RNG)),
        lambda: (lstm(6, 4), lstm(6, 4), Dense(5, 6, RNG)),
        lambda: (GRU(6, 4, RNG, **SEQUENCES), lstm(6, 4), Dense(4, 6, RNG)),
        lambda: (lstm(6, 4), LuongDecoder(lstm(6, 4), Attention(4, 4, RNG)), Dense(4, 6, RNG)),
        lambda: (lstm(6, 4), LuongDecoder(lstm(6, 3), Attention(3, 4, RNG)), Dense(7, 6, RNG)),
    ],
)
def test_layers_that_do_not_fit_are_refused_and_can_still_be_used(parts):
    layers = parts()
    with pytest.raises(ValueError, match="encoder, decoder, output: expected layers"):
        EncoderDecoder(*layers)
    for layer in layers:
        for part in getattr(layer, "layers", [layer]):
            assert not any(isinstance(w.base, np.ndarray) for w in part.weights.values())


def test_a_refused_layer_can_go_on_into_a_network_that_fits():
    encoder, output, short = lstm(6, 4), Dense(4, 6, RNG), lstm(6, 3)
    for _ in range(2):
        with pytest.raises(ValueError, match="encoder, decoder, output: expected"):
            EncoderDecoder(encoder, short, output)
    network = EncoderDecoder(encoder, lstm(6, 4), output)
    check_gradients(network, *strings(np.random.default_rng(10), 3))


@pytest.mark.parametrize(
    "parts",
    [
        lambda: (lstm(6, 4), lstm(6, 4), Dense(4, 6, RNG, networks=2)),
        lambda: (lstm(6, 4), lstm(6, 4, dtype=np.float32), Dense(4, 6, RNG)),
        lambda: (*[lstm(6, 4)] * 2, Dense(4, 6, RNG)),
        lambda: (
            lstm(6, 4),
            LuongDecoder(lstm(6, 4), Attention(4, 4, RNG, networks=2)),
            Dense(8, 6, RNG),
        ),
    ],
)
def test_layers_of_more_than_one_kind_are_refused(parts):
    with pytest.raises(ValueError, match=r"layers: expected|layer and attention: expected"):
        EncoderDecoder(*parts())


@pytest.mark.parametrize(
    "parts",
    [
        lambda: (lstm(6, 4), GRU(6, 4, RNG, **SEQUENCES), Dense(4, 6, RNG)),
        lambda: (lstm(6, 4), SimpleRNN(6, 4, RNG, **SEQUENCES), Dense(4, 6, RNG)),
        lambda: (
            Bidirectional(*(GRU(6, 2, RNG, **SEQUENCES) for _ in "ab")),
            lstm(6, 4),
            Dense(4, 6, RNG),
        ),
        lambda: (lstm(6, 4), LuongDecoder(lstm(6, 4), Attention(4, 3, RNG)), Dense(7, 6, RNG)),
        lambda: (lstm(6, 4), BahdanauDecoder(lstm(9, 4), Attention(4, 3, RNG)), Dense(7, 6, RNG)),
        lambda: (reads_both_ways(2), reads_both_ways(2), Dense(4, 6, RNG)),
    ],
    ids=["gru after lstm", "rnn after lstm", "lstm after grus", "narrow look, after",
         "narrow look, before", "writes both ways"],
)  # fmt: skip
def test_parts_whose_states_or_memory_cannot_be_used_are_refused(parts):
    with pytest.raises(ValueError, match="encoder, decoder, output: expected"):
        EncoderDecoder(*parts())


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (lambda: (Dense(6, 4, RNG), lstm(6, 4), Dense(4, 6, RNG)), "encoder: expected Recurrent"),
        (
            lambda: (lstm(6, 4), Dense(6, 4, RNG), Dense(4, 6, RNG)),
            "decoder: expected Recurrent",
        ),
        (lambda: (lstm(6, 4), lstm(6, 4), lstm(4, 6)), "output: expected Dense"),
        (lambda: (lstm(6, 4), lstm(6, 4), None), "output: expected Dense, got None"),
    ],
)
def test_what_is_no_part_of_it_is_refused_by_its_name(parts, message):
    with pytest.raises(ValueError, match=message):
        EncoderDecoder(*parts())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"looks": "around"}, "looks: expected None, 'after' or 'before', got 'around'"),
        ({"looks": True}, "looks: expected None, 'after' or 'before', got True"),
        ({"units": 5, "both_ways": True}, "units: expected an even number, got 5"),
        ({"units": 0}, "units: expected a whole number"),
        ({"read": 0}, "read: expected a whole number"),
        ({"networks": 0}, "networks: expected a whole number"),
        ({"rng": 1}, "rng: expected a numpy.random.Generator"),
    ],
)
def test_what_cannot_be_made_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        encoder_decoder(**{"rng": RNG, "read": 6, "written": 6, "units": 4} | options)


@pytest.mark.parametrize("length", [0, -1, 1.5, True])
def test_a_length_that_is_no_count_is_refused(length):
    with pytest.raises(ValueError, match="length: expected a whole number"):
        greedy(network_of(RNG), strings(RNG, 3)[0], length)


@pytest.mark.parametrize("slower", [((1.5, 0.2),), ((0.5, 0.2), (0.4, 0.1)), ((0.5, -1.0),)])
def test_parts_that_do_not_rise_or_a_rate_below_zero_are_refused(slower):
    network = encoder_decoder(RNG, 6, 6, 4)
    options = {"rate": 0.1, "updates": 1, "slower": slower}
    with pytest.raises(ValueError, match="slower: expected"):
        learn(network, lambda rng: copying(rng, (2,), 1, 2, digits=3), RNG, **options)


@pytest.mark.parametrize("updates", [1, 2])
def test_a_part_without_an_update_is_left_out(updates):
    network = encoder_decoder(RNG, 6, 6, 4)
    draw = partial(copying, shape=(2,), least=1, most=2, digits=3)
    assert len(learn(network, draw, RNG, rate=0.1, updates=updates)) == updates


@pytest.mark.parametrize("looks", [None, "after", "before"])
def test_no_layer_has_a_way_back_once_the_network_has_had_one(looks):
    network = encoder_decoder(RNG, 6, 6, 4, looks=looks, both_ways=True)
    network.loss_and_gradients(*copying(np.random.default_rng(1), (2,), 1, 2, digits=3))
    for layer in parts_of(members_of(network.layers)):
        with pytest.raises(ValueError, match="backward: expected a call of forward before it"):
            layer.backward(None)


def test_gradients_are_clipped_at_a_length_of_1_unless_it_is_said():
    def learned(**clip):
        rng = np.random.default_rng(1)
        network = encoder_decoder(rng, 6, 6, 4)
        network.parameters[...] *= 20  # for gradients that are longer
        draw = partial(copying, shape=(2,), least=1, most=2, digits=3)
        learn(network, draw, rng, rate=0.1, updates=5, **clip)
        return network.parameters

    assert (learned() == learned(clip=1.0)).all()
    assert (learned() != learned(clip=2.0)).any()


def test_a_target_without_symbols_is_refused():
    source, target = copying(np.random.default_rng(1), (2,), 1, 2, digits=3)
    with pytest.raises(ValueError, match="target: expected something to say"):
        encoder_decoder(RNG, 6, 6, 4).loss_and_gradients(source, 0 * target)


def test_learning_that_is_stopped_in_a_later_part_leaves_all_as_it_was():
    network, rng, calls = network_of(RNG), np.random.default_rng(5), []
    before, begin = network.parameters.copy(), rng.bit_generator.state

    def draw(rng):
        calls.append(rng)
        if len(calls) == 9:  # the rate is lower since the eighth
            raise KeyboardInterrupt
        return strings(rng, 3)

    with pytest.raises(KeyboardInterrupt):
        learn(network, draw, rng, rate=0.01, updates=10)
    assert (network.parameters == before).all()
    assert rng.bit_generator.state == begin


def test_an_answer_needs_room_for_its_marks():
    with pytest.raises(ValueError, match="written: expected a whole number of at least 3, got 2"):
        encoder_decoder(RNG, 6, 2, 4)
    network = encoder_decoder(RNG, 6, 3, 4)
    assert (greedy(network, strings(RNG, 3)[0], 2).symbols < 3).all()


@pytest.mark.parametrize("looks", ["after", "before", None])
def test_where_it_looked_is_kept_for_each_symbol_that_it_wrote(looks):
    source, _ = strings(RNG, 3)
    seen = greedy(encoder_decoder(RNG, 6, 6, 4, looks=looks), source, 2).attention
    assert seen is None if looks is None else seen.shape == (3, 2, source.shape[-1])
    assert looks is None or seen.sum(axis=-1) == pytest.approx(1, abs=1e-5)


def test_layers_that_do_not_fit_are_named_in_order():
    with pytest.raises(
        ValueError,
        match=r"^encoder, decoder, output: expected layers that return sequences, "
        r"of one kind and size; a Dense, got LSTM, GRU, Dense$",
    ):
        EncoderDecoder(lstm(6, 4), GRU(6, 4, RNG, **SEQUENCES), Dense(4, 6, RNG))


@pytest.mark.parametrize("looks", ["after", "before"])
def test_a_single_source_without_symbols_is_refused_where_it_shall_be_looked_at(looks):
    source, target = strings(RNG, 3)
    source[1] = PAD
    with pytest.raises(
        ValueError,
        match=r"^source: expected a symbol to look at in each row, got a row of PAD alone$",
    ):
        network_of(RNG, looks=looks).forward(source, target)
    network_of(RNG, looks=looks, masked=False).forward(source, target)


def test_the_shortest_target_is_a_start_and_one_symbol():
    network, (source, _) = network_of(RNG), strings(RNG, 3)
    target = np.array([[START, END]] * 3)
    chances = softmax(network.forward(source, target))[:, 0, END]
    found = network.loss_and_gradients(source, target)
    assert found == pytest.approx(-np.log(chances).mean(), rel=1e-12)
    alone = network.loss_and_gradients(source[:1], target[:1])
    assert alone == pytest.approx(-np.log(chances[0]), rel=1e-12)
    with pytest.raises(ValueError, match=r"^target: expected START, and more, got one symbol$"):
        network.forward(source, target[:, :1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_losses_have_the_type_of_the_network(dtype):
    network = network_of(RNG, dtype=dtype, networks=2)
    assert network.loss_and_gradients(*strings(RNG, 2, 3)).dtype == dtype


@pytest.mark.parametrize("looks", [None, "after", "before"])
def test_an_output_that_names_what_the_decoder_cannot_read_is_refused(looks):
    rng = np.random.default_rng(1)
    encoder, decoder, _ = encoder_decoder(rng, 5, 5, 4, looks=looks).layers
    width = decoder.units
    with pytest.raises(
        ValueError, match=r"^output: expected at most 5, as are read, got one that "
    ):
        EncoderDecoder(*deepcopy((encoder, decoder)), Dense(width, 6, rng, dtype=np.float32))
    made = EncoderDecoder(*deepcopy((encoder, decoder)), Dense(width, 4, rng, dtype=np.float32))
    assert made.forward([[3, 4]], [[1, 3, 2]]).shape == (1, 2, 4)
