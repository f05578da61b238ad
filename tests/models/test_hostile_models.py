"""What every helper of `models` must bear; see `tests/hostile.py`."""

import numpy as np
import pytest

from helpers import models
from helpers.engine import Dense, SimpleRNN, sigmoid_cross_entropy
from helpers.models import (
    Adder,
    Captioner,
    EncoderDecoder,
    Eyes,
    captioner,
    encoder_decoder,
    hand_built,
    reader,
    untrained_adders,
    untrained_predictors,
)
from helpers.tasks import captions, copying, every_pair, marked_text, pictures, sums_of
from tests.hostile import as_they_stand, left_out
from tests.said import each_made_wrong

PAIRS, DIGITS = every_pair(1), np.array([[1, 2, 3], [0, 9, 9]])
WORDS = {"inputs": np.array([[0, 1, 2], [0, 2, 1]]), "targets": np.array([[1, 2, 0], [2, 1, 0]])}
SCENES = np.array([[0, 5, 3, 11], [2, 3, 0, 7]])


def rng():
    return np.random.default_rng(1)


def adders():
    return untrained_adders(rng(), 2)


def words(networks=None):
    return untrained_predictors(rng(), 3, 2, networks)


def counters():
    return reader(SimpleRNN(3, 2, rng(), return_sequences=True), 3, rng())


def readers_of_text():
    return reader(SimpleRNN(9, 2, rng(), return_sequences=True), 9, rng())


def copier(**options):
    return encoder_decoder(rng(), 5, 5, 4, **options)


def copies():
    source, target = copying(rng(), (2,), 1, 3, digits=2)
    return {"source": source, "target": target}


def draw(rng):
    return copying(rng, (2,), 1, 3, digits=2)


def seen(network=None):
    """Return pictures, scenes and captions."""
    seen = {"pictures": pictures(rng(), SCENES), "scenes": SCENES, "targets": captions(SCENES)}
    return seen if network is None else seen | {"network": captioner(rng(), "grid", 4, 3)}


def text():
    return marked_text(rng(), 2, 30)


def eyes():
    return Eyes(rng(), 3, 4, by_mean=True)


def parts(**given):
    """Return a network by its weights, and what else is given."""
    return dict(zip(Adder._fields, map(np.copy, hand_built()), strict=True)) | given


def of_adder(method):
    """Return a method as a function of the weights as well."""

    def call(**given):
        adder = Adder(*(given.pop(name) for name in Adder._fields))
        return getattr(adder, method)(**given)

    return call


def after_forward(dm, dv):
    seeing = eyes()
    seeing.forward(pictures(rng(), SCENES).astype(float))
    seeing.backward(dm, dv)
    return [layer.gradients for layer in seeing.layers]


def windows(texts, window):
    return models.windows_of(texts, window)(rng())


def three(method, **given):
    """Return a call of a method of an encoder–decoder."""
    return getattr(copier(looks="before"), method), given


def encoded():
    memory, mask, state = copier(looks="before").encode(copies()["source"])
    return {"memory": memory, "mask": mask, "initial_state": state}


CALLS = {
    "Adder.step": lambda: (
        of_adder("step"),
        parts(states=np.zeros((2, 3)), inputs=np.array([[0.0, 1.0], [1.0, 1.0]])),
    ),
    "Adder.answer": lambda: (of_adder("answer"), parts(states=np.zeros((2, 3)))),
    "Adder.walk": lambda: (of_adder("walk"), parts(pairs=PAIRS, begin=np.ones((4, 3)))),
    "Adder.add": lambda: (of_adder("add"), parts(pairs=PAIRS, begin=np.ones((4, 3)))),
    "adder_of": lambda: (models.adder_of, {"network": adders(), "number": 1}),
    "bits_right": lambda: (
        models.bits_right,
        {"ensemble": adders(), "pairs": PAIRS, "sums": sums_of(PAIRS)},
    ),
    "hand_built": lambda: (models.hand_built, {"steep": 8.0}),
    "some_of": lambda: (models.some_of, {"ensemble": adders(), "chosen": [1, 0]}),
    "trained_adders": lambda: (
        models.trained_adders,
        {"rng": rng(), "networks": 1, "units": 2, "rate": 0.1, "passes": 1},
    ),
    "untrained_adders": lambda: (
        models.untrained_adders,
        {"rng": rng(), "networks": 2, "units": 2, "features": 2, "layer": SimpleRNN}
        | {"dtype": np.float64},
    ),
    "wrong_by_line": lambda: (models.wrong_by_line, {"ensemble": adders()}),
    "Eyes": lambda: (
        Eyes,
        {"rng": rng(), "features": 3, "width": 4, "by_mean": True}
        | {"networks": 2, "dtype": np.float32},
    ),
    "Eyes.forward": lambda: (
        eyes().forward,
        {"pictures": pictures(rng(), SCENES).astype(float)},
    ),
    "Eyes.backward": lambda: (
        after_forward,
        {"dm": np.ones((2, 9, 3)), "dv": np.ones((2, 4))},
    ),
    "Eyes.open_as": lambda: (eyes().open_as, {"others": eyes()}),
    "Captioner": lambda: (
        Captioner,
        {"encoder": Eyes(rng(), 3, 4, by_mean=True)}
        | {"decoder": SimpleRNN(13, 4, rng(), return_sequences=True), "output": Dense(4, 13, rng())}
        | {"masked": True},
    ),
    "Captioner.encode": lambda: (
        captioner(rng(), "first", 4, 3).encode,
        {"pictures": pictures(rng(), SCENES)},
    ),
    "captioner": lambda: (
        models.captioner,
        {"rng": rng(), "sees": "grid", "units": 4, "features": 3}
        | {"networks": 2, "dtype": np.float32},
    ),
    "looks_at_objects": lambda: (models.looks_at_objects, seen("grid")),
    "EncoderDecoder": lambda: (
        EncoderDecoder,
        {
            "encoder": SimpleRNN(5, 4, rng(), return_sequences=True),
            "decoder": SimpleRNN(5, 4, rng(), return_sequences=True),
            "output": Dense(4, 5, rng()),
            "masked": True,
        },
    ),
    "EncoderDecoder.encode": lambda: three("encode", source=copies()["source"]),
    "EncoderDecoder.decode": lambda: three("decode", inputs=copies()["target"], **encoded()),
    "EncoderDecoder.forward": lambda: three("forward", **copies()),
    "EncoderDecoder.loss_and_gradients": lambda: three("loss_and_gradients", **copies()),
    "encoder_decoder": lambda: (
        models.encoder_decoder,
        {"rng": rng(), "read": 5, "written": 5, "units": 4, "looks": "after", "both_ways": True}
        | {"networks": 2, "masked": True, "dtype": np.float32},
    ),
    "exact": lambda: (models.exact, {"network": copier(), **copies()}),
    "greedy": lambda: (
        models.greedy,
        {"network": copier(looks="after"), "source": copies()["source"], "length": 2},
    ),
    "learn": lambda: (
        models.learn,
        {"network": copier(), "draw": draw, "rng": rng(), "rate": 0.01, "updates": 2}
        | {"slower": ((0.5, 0.2),), "clip": 1.0},
    ),
    "probabilities": lambda: (
        models.probabilities,
        {"network": words(), "inputs": WORDS["inputs"], "temperature": 0.5},
    ),
    "says_right": lambda: (models.says_right, {"network": words(), **WORDS}),
    "state_distances": lambda: (
        models.state_distances,
        {"network": words(), "inputs": WORDS["inputs"], "first": 0, "second": 1},
    ),
    "teach": lambda: (
        models.teach,
        {"network": words(), "rng": rng(), **WORDS, "rate": 0.1, "updates": 2},
    ),
    "trained_predictors": lambda: (
        models.trained_predictors,
        {"rng": rng(), **WORDS, "size": 3, "units": 2, "networks": 2, "rate": 0.1, "updates": 2},
    ),
    "untrained_predictors": lambda: (
        models.untrained_predictors,
        {"rng": rng(), "size": 3, "units": 2, "networks": 2},
    ),
    "word_probability": lambda: (
        models.word_probability,
        {"network": words(), **WORDS, "temperature": 0.5},
    ),
    "all_right": lambda: (models.all_right, {"network": counters(), "n": 2}),
    "learn_text": lambda: (
        models.learn_text,
        {"network": readers_of_text(), "text": text(), "rng": rng()}
        | {"rate": 0.1, "updates": 2, "window": 3},
    ),
    "learn_to_count": lambda: (
        models.learn_to_count,
        {"network": counters(), "rng": rng(), "rate": 0.1, "updates": 2, "most": 2, "batch": 2},
    ),
    "mean_loss": lambda: (models.mean_loss, {"network": readers_of_text(), "text": text()}),
    "reader": lambda: (
        models.reader,
        {"layer": SimpleRNN(3, 2, rng()), "answers": 3, "rng": rng()}
        | {"loss": sigmoid_cross_entropy},
    ),
    "right_up_to": lambda: (models.right_up_to, {"network": counters(), "most": 2}),
    "windows_of": lambda: (windows, {"texts": np.zeros((2, 5), int), "window": 2}),
    "fed_back": lambda: (models.fed_back, {"network": words(), "first": [0, 1], "length": 2}),
    "likeliest": lambda: (models.likeliest, {"network": words(), "first": [0, 1], "length": 2}),
    "sample": lambda: (
        models.sample,
        {"network": words(), "first": [0, 1], "length": 2, "rng": rng(), "temperature": 0.5},
    ),
    "best_loss": lambda: (models.best_loss, {"U": 0.5}),
    "largest_error": lambda: (models.largest_error, {"table": np.arange(10.0), "U": 1.0}),
    "learned": lambda: (models.learned, {"table": np.arange(10.0), "U": 1.0}),
    "read_digits": lambda: (
        models.read_digits,
        {"table": np.ones((10, 2)), "recurrent_kernel": np.eye(2), "sequences": DIGITS},
    ),
    "share_right": lambda: (
        models.share_right,
        {"outputs": np.ones((3, 1)), "targets": np.ones((3, 1))},
    ),
}


def options(name, argument):
    # names of the engine, which these hand an argument on to
    return {"also": {"rate": {"may_diverge"}, "clip": {"may_diverge"}}.get(argument, ())}


test_the_calls_are_right = as_they_stand(CALLS)
test_a_default_is_as_it_was, test_one_argument_made_wrong_is_refused_by_its_name = each_made_wrong(
    CALLS, __file__, options
)


def test_every_helper_has_a_call():
    assert left_out(models, CALLS) == []


WITH_WORDS = {
    "teach": lambda network: models.teach(network, rng(), **WORDS, updates=2)[-1],
    "probabilities": lambda network: models.probabilities(network, **shared(network, "inputs")),
    "word_probability": lambda network: models.word_probability(network, **shared(network)),
    "says_right": lambda network: models.says_right(network, **shared(network)),
    "state_distances": lambda network: models.state_distances(
        network, **shared(network, "inputs"), first=0, second=1
    ),
    "likeliest": lambda network: models.likeliest(network, firsts(network), 2),
    "fed_back": lambda network: models.fed_back(network, firsts(network), 2),
    "sample": lambda network: models.sample(network, firsts(network), 2, rng()),
    "right_up_to": lambda network: models.right_up_to(network, 2),
    "learn_to_count": lambda network: models.learn_to_count(
        network, rng(), rate=0.1, updates=2, most=2
    )[-1],
}


def shared(network, *names):
    """Return the words, with an axis for the networks of an ensemble."""
    axis = (np.newaxis,) * len(network.leading)
    return {name: WORDS[name][axis] for name in names or WORDS}


def firsts(network):
    return np.zeros((*network.leading, 2), int)


@pytest.mark.parametrize("networks", [None, 1, 3])
@pytest.mark.parametrize("name", WITH_WORDS)
def test_it_works_for_a_single_network_and_for_ensembles(name, networks):
    network = words(networks)
    found = WITH_WORDS[name](network)
    assert found.shape[: len(network.leading)] == network.leading


@pytest.mark.parametrize("call", [models.bits_right, models.wrong_by_line])
def test_helpers_of_adders_ask_for_an_ensemble(call):
    for networks in (1, 3):
        assert call(untrained_adders(rng(), networks)).shape[-1] == networks
    with pytest.raises(ValueError, match=r"ensemble: expected an ensemble .* got a single network"):
        call(untrained_adders(rng()))


def test_the_table_of_addition_is_of_two_numbers():
    with pytest.raises(ValueError, match=r"^ensemble: expected 2 features, got 3 features$"):
        models.wrong_by_line(untrained_adders(rng(), 2, features=3))


def test_single_networks_alone_learn_a_text_and_say_their_loss():
    ensemble = reader(SimpleRNN(9, 2, rng(), return_sequences=True, networks=3), 9, rng())
    for call in (lambda: models.mean_loss(ensemble, text()),
                 lambda: models.learn_text(ensemble, text(), rng())):  # fmt: skip
        with pytest.raises(ValueError, match="network: expected a single network, got an ensemb"):
            call()


def test_an_adder_of_an_ensemble_has_a_number_and_a_single_one_has_none():
    with pytest.raises(ValueError, match="number: expected"):
        models.adder_of(adders())
    with pytest.raises(ValueError, match=r"^number: expected None: it is a single, got 0$"):
        models.adder_of(untrained_adders(rng()), 0)
