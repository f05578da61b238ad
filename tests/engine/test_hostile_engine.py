"""Every function and method of the engine, called with one argument that is wrong."""

import numpy as np

from helpers import engine
from helpers.engine import (
    GRU,
    LSTM,
    SGD,
    AdditiveAttention,
    Attention,
    BahdanauDecoder,
    Bidirectional,
    Dense,
    Embedding,
    LuongDecoder,
    Network,
    RMSProp,
    SimpleRNN,
    VectorDecoder,
)
from tests.hostile import as_they_stand, left_out
from tests.said import each_made_wrong

ROWS = np.linspace(-1, 1, 24).reshape(2, 4, 3)  # (batch, time, features)
WORDS = np.arange(8).reshape(2, 4) % 3  # (batch, time)
MASK = np.array([[True, True, False, False], [True, True, True, True]])
PLACES = np.linspace(-1, 1, 30).reshape(2, 5, 3)  # (batch, places, width)
STATE = np.full((2, 2), 0.5)


def rng():
    return np.random.default_rng(1)


def made(kind, *sizes, **options):
    return kind(*sizes, rng(), **options)


def walked(layer, *inputs, **options):
    layer.forward(*inputs, **options)
    return layer


def text_network(**options):
    layers = [made(SimpleRNN, 3, 2, return_sequences=True, **options), made(Dense, 2, 3, **options)]
    return Network(layers, engine.softmax_cross_entropy)


def row_network():
    layers = [made(SimpleRNN, 3, 2), made(Dense, 2, 1)]
    return Network(layers, engine.squared_error)


def writer(features):
    return made(LSTM, features, 2, return_sequences=True)


def both_ways():
    return Bidirectional(made(LSTM, 3, 1), made(LSTM, 3, 1))


OPTIONS = {"networks": 2, "dtype": np.float64}
RECURRENT = {"features": 3, "units": 2, "return_sequences": True, **OPTIONS}
TARGETS = np.array([[0.5], [1.0]])


def constructors():
    """Yield the name of each class, and a call of it."""
    sizes = {
        "Dense": {"features": 3, "units": 2, **OPTIONS},
        "Embedding": {"symbols": 3, "width": 2, **OPTIONS},
        "SimpleRNN": {**RECURRENT, "activation": "tanh", "learn_initial_state": True},
        "LSTM": {**RECURRENT, "forget_bias": 1.0},
        "GRU": RECURRENT,
        "Attention": {"units": 2, "width": 3, **OPTIONS},
        "AdditiveAttention": {"units": 2, "width": 3, "hidden": 4, **OPTIONS},
    }
    for name, arguments in sizes.items():
        yield name, lambda name=name, its=arguments: (getattr(engine, name), {**its, "rng": rng()})


def forwards():
    """Yield the way forth of each layer."""
    with_state = {
        "SimpleRNN": (SimpleRNN, [STATE]),
        "LSTM": (LSTM, [STATE, STATE]),
        "GRU": (GRU, [STATE]),
    }
    for name, (kind, state) in with_state.items():
        for what, inputs in {"rows": ROWS, "symbols": WORDS}.items():
            given_all = {"inputs": inputs, "initial_state": state, "mask": MASK}
            yield (
                f"{name}.forward {what}",
                lambda kind=kind, its=given_all: (made(kind, 3, 2).forward, dict(its)),
            )
    yield "Dense.forward", lambda: (made(Dense, 3, 2).forward, {"inputs": ROWS})
    yield "Embedding.forward", lambda: (made(Embedding, 3, 2).forward, {"inputs": WORDS})
    states = [STATE[:, :1]] * 4
    yield (
        "Bidirectional.forward",
        lambda: (both_ways().forward, {"inputs": ROWS, "initial_state": states, "mask": MASK}),
    )
    yield (
        "SimpleRNN.forward in float32",
        lambda: (made(SimpleRNN, 3, 2, dtype=np.float32).forward, {"inputs": ROWS}),
    )
    yield (
        "SimpleRNN.forward of an ensemble",
        lambda: (
            made(SimpleRNN, 3, 2, networks=3).forward,
            {"inputs": ROWS[np.newaxis], "mask": MASK[np.newaxis]},
        ),
    )


def attentions():
    """Yield the calls of attention, and of the decoders."""
    queries = np.ones((2, 4, 2))
    look = {"queries": queries, "memory": PLACES, "mask": np.ones((2, 5), bool)}
    yield "Attention.forward", lambda: (made(Attention, 2, 3).forward, dict(look))
    yield (
        "AdditiveAttention.forward",
        lambda: (made(AdditiveAttention, 2, 3, 4).forward, dict(look)),
    )
    yield (
        "Attention.backward",
        lambda: (walked(made(Attention, 2, 3), queries, PLACES).backward, {"slopes": ROWS}),
    )
    yield (
        "AdditiveAttention.backward",
        lambda: (
            walked(made(AdditiveAttention, 2, 3, 4), queries, PLACES).backward,
            {"slopes": ROWS},
        ),
    )
    write = {"inputs": WORDS, "initial_state": [STATE, STATE]}
    seen = {**write, "memory": PLACES, "mask": np.ones((2, 5), bool)}
    told = {**write, "memory": PLACES[:, :1]}
    yield "VectorDecoder", lambda: (VectorDecoder, {"layer": writer(6), "width": 3})
    yield (
        "VectorDecoder.forward with a mask",
        lambda: (VectorDecoder(writer(6), 3).forward, {**told, "mask": None}),
    )
    decoders = {
        "LuongDecoder": (lambda: LuongDecoder(writer(3), made(Attention, 2, 3)), seen),
        "BahdanauDecoder": (lambda: BahdanauDecoder(writer(6), made(Attention, 2, 3)), seen),
        "VectorDecoder": (lambda: VectorDecoder(writer(6), 3), told),
    }
    for name, (make, its) in decoders.items():
        yield f"{name}.forward", lambda make=make, its=its: (make().forward, dict(its))
        slopes = np.ones((2, 4, 2 if name == "VectorDecoder" else 5))
        yield (
            f"{name}.backward",
            lambda make=make, its=its, slopes=slopes: (
                walked(make(), **its).backward,
                {"slopes": slopes},
            ),
        )
    pair = lambda features: {"layer": writer(features), "attention": made(Attention, 2, 3)}  # noqa: E731
    yield "LuongDecoder", lambda: (LuongDecoder, pair(3))
    yield "BahdanauDecoder", lambda: (BahdanauDecoder, pair(6))
    yield "VectorDecoder", lambda: (VectorDecoder, {"layer": writer(6), "width": 3})


def backwards():
    """Yield the way back of each layer, and how weights are taken over."""
    for name, kind in {"SimpleRNN": SimpleRNN, "LSTM": LSTM, "GRU": GRU}.items():
        state = [STATE] * kind.states_count
        yield (
            f"{name}.backward",
            lambda kind=kind, state=state: (
                walked(made(kind, 3, 2, return_sequences=True), ROWS).backward,
                {"slopes": np.ones((2, 4, 2)), "state_slopes": state},
            ),
        )
    yield (
        "Dense.backward",
        lambda: (walked(made(Dense, 3, 2), ROWS).backward, {"slopes": np.ones((2, 4, 2))}),
    )
    yield (
        "Embedding.backward",
        lambda: (walked(made(Embedding, 3, 2), WORDS).backward, {"slopes": np.ones((2, 4, 2))}),
    )
    yield (
        "Bidirectional.backward",
        lambda: (
            walked(both_ways(), ROWS).backward,
            {"slopes": STATE, "state_slopes": [STATE[:, :1]] * 4},
        ),
    )
    for name, kind in {"Dense": Dense, "LSTM": LSTM, "GRU": GRU}.items():
        yield (
            f"{name}.set_weights",
            lambda kind=kind: (
                made(kind, 3, 2).set_weights,
                {"values": made(kind, 3, 2).get_weights()},
            ),
        )


def functions():
    """Yield the calls of what is no layer."""
    yield "sigmoid", lambda: (engine.sigmoid, {"z": ROWS})
    yield "softmax", lambda: (engine.softmax, {"logits": ROWS})
    yield "squared_error", lambda: (engine.squared_error, {"outputs": ROWS, "targets": ROWS / 2})
    yield (
        "sigmoid_cross_entropy",
        lambda: (engine.sigmoid_cross_entropy, {"logits": ROWS, "targets": ROWS / 2 + 0.5}),
    )
    yield (
        "softmax_cross_entropy",
        lambda: (engine.softmax_cross_entropy, {"logits": ROWS, "targets": WORDS, "mask": MASK}),
    )
    slopes = {"function": lambda point: 3 * point + point[::-1], "point": np.array([1.0, 2.0])}
    yield "jacobian", lambda: (engine.jacobian, {**slopes, "step": 1e-5})
    directions = engine.independent_directions
    yield "independent_directions", lambda: (directions, {**slopes, "step": 1e-5})
    yield (
        "check_gradients",
        lambda: (
            engine.check_gradients,
            {"network": row_network(), "inputs": ROWS, "targets": TARGETS, "largest": 1e-6},
        ),
    )
    yield "glorot_uniform", lambda: (engine.glorot_uniform, {"rng": rng(), "shape": (3, 2)})
    yield "orthogonal", lambda: (engine.orthogonal, {"rng": rng(), "shape": (2, 3)})
    yield (
        "clip_by_global_norm",
        lambda: (engine.clip_by_global_norm, {"gradients": np.array([3.0, 4.0]), "limit": 1.0}),
    )


def entered(network, optimizer):
    """Return the parameters as they are within."""
    with engine.all_or_nothing(network, optimizer):
        return network.parameters.copy()


def trainings():
    """Yield the calls of networks, of optimizers, and of the loop that trains."""
    yield (
        "Network",
        lambda: (Network, {"layers": [made(Dense, 3, 2)], "loss": engine.squared_error}),
    )
    yield "Trainable", lambda: (engine.Trainable, {"layers": [made(Dense, 3, 2)]})
    yield "Network.forward", lambda: (row_network().forward, {"inputs": ROWS})
    yield (
        "Network.loss_and_gradients",
        lambda: (row_network().loss_and_gradients, {"inputs": ROWS, "targets": TARGETS}),
    )
    yield "SGD", lambda: (SGD, {"rate": 0.1})
    yield (
        "Adam",
        lambda: (engine.Adam, {"rate": 0.1, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}),
    )
    yield (
        "RMSProp",
        lambda: (RMSProp, {"rate": 0.1, "decay": 0.9, "momentum": 0.5, "epsilon": 1e-7}),
    )
    one = {"inputs": ROWS, "targets": TARGETS, "clip": 1.0, "may_diverge": False}
    for name, optimizer in {"SGD": SGD, "Adam": engine.Adam, "RMSProp": RMSProp}.items():
        yield (
            f"update {name}",
            lambda optimizer=optimizer: (
                engine.update,
                {"network": row_network(), "optimizer": optimizer(0.1), **one},
            ),
        )
    yield (
        "fit",
        lambda: (
            engine.fit,
            {"network": row_network(), "optimizer": RMSProp(momentum=0.5), "rng": rng(), **one}
            | {"batch": 1, "epochs": 2},
        ),
    )
    yield (
        "fit_fresh",
        lambda: (
            engine.fit_fresh,
            {"network": row_network(), "draw": lambda rng: (ROWS, TARGETS), "rng": rng()}
            | {"optimizer": SGD(0.1), "updates": 2, "clip": 1.0, "may_diverge": False},
        ),
    )
    yield (
        "all_or_nothing",
        lambda: (entered, {"network": row_network(), "optimizer": SGD(0.1)}),
    )
    texts = {"inputs": WORDS, "targets": WORDS, "window": 2, "carry": True}
    yield "by_windows", lambda: (engine.by_windows, {"network": text_network(), **texts})
    yield (
        "Bidirectional",
        lambda: (Bidirectional, {"ahead": made(LSTM, 3, 2), "behind": made(LSTM, 3, 2)}),
    )


CALLS = {
    name: call
    for group in (constructors, forwards, backwards, attentions, functions, trainings)
    for name, call in group()
}
# Where numbers grow without bound, a loss grows with them, and NaN stays NaN: `update`
# decides what then.
PASSED_ON = {
    "squared_error": ["outputs", "targets"],
    "sigmoid_cross_entropy": ["logits"],
    "softmax_cross_entropy": ["logits"],
    "Network.loss_and_gradients": ["targets"],
    "check_gradients": ["targets"],
    "jacobian": ["step"],
    "independent_directions": ["step"],
}
# tried by way of those that are made of them
ABSTRACT = {"Door", "Layer", "Recurrent", "Optimizer"}


def options(name, argument):
    allowed = AssertionError if name == "check_gradients" else ()
    passed_on = argument in PASSED_ON.get(name, ())
    if passed_on:
        allowed = (AssertionError, RuntimeWarning) if allowed else RuntimeWarning
    return {"allowed": allowed, "may_be_nan": passed_on}


test_the_calls_are_right = as_they_stand(CALLS)
test_a_default_is_as_it_was, test_what_is_wrong_is_borne = each_made_wrong(CALLS, __file__, options)


def test_nothing_is_left_out():
    assert left_out(engine, CALLS, ABSTRACT) == []
