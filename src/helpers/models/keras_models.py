"""Keras, made reproducible and quiet, and the training that lessons share.

The one module that imports TensorFlow.
"""

import gc
import math
import os
from contextlib import contextmanager
from typing import NamedTuple

from helpers.lesson import environment
from helpers.lesson.arguments import (
    boolean,
    brief,
    counted,
    require,
    single,
    sizes,
    symbols,
    whole,
)

environment.fix(os.environ)  # TensorFlow reads these when it is imported
collects = gc.isenabled()
gc.disable()  # all that is imported stays; to look through it for garbage takes 0.6 s
try:
    import keras
    import numpy as np
    import tensorflow as tf

    gc.freeze()  # nor is it looked through later
finally:
    if collects:
        gc.enable()
tf.get_logger().setLevel("ERROR")  # each network is compiled anew: that is meant

STARTS = ("zeros", "ones", "glorot_uniform", "orthogonal")


def reproducible(seed):
    """Make every run from here on the same: seeds, and operations in a fixed order."""
    keras.utils.set_random_seed(whole("seed", seed, least=0))
    tf.config.experimental.enable_op_determinism()


def sum_network(recurrent="zeros", kernel="zeros", length=3, features=1):
    """Return the network of lessons 1 and 2: one linear recurrent unit.

    h_t = x_t W + h_{t-1} U + b, h_0 = 0; the output is the last h_t.
    Input (batch, length, features), output (batch, 1).  `recurrent` and `kernel` say
    where U and W start: a number, or the name of a Keras initializer; b starts at 0.
    """
    shape = whole("length", length), whole("features", features)
    sizes("length, features", shape)
    return keras.Sequential([keras.Input(shape), linear_unit(recurrent, kernel)])


def embedding_network(recurrent="zeros", kernel="glorot_uniform", length=3, width=10):
    """Return the network of lesson 3: an embedding E, then one linear recurrent unit.

    h_t = E_d W + h_{t-1} U + b, where d = x_t and E_d is row d of E (10, width).
    Input (batch, length), digits 0 … 9; output (batch, 1).
    E starts as Keras draws it, between −0.05 and 0.05, and U and b as in `sum_network`.
    """
    steps, width = whole("length", length), whole("width", width)
    sizes("length, width", (max(steps, 10), width))  # of a sequence, and of E
    digits = keras.Input((steps,), dtype="int32")
    table = keras.layers.Embedding(10, width)
    return keras.Sequential([digits, table, linear_unit(recurrent, kernel)])


def linear_unit(recurrent, kernel):
    """Return a recurrent layer of one unit without a bend; see `sum_network`."""
    return keras.layers.SimpleRNN(
        1,
        activation="linear",
        kernel_initializer=initializer("kernel", kernel),
        recurrent_initializer=initializer("recurrent", recurrent),
        unroll=True,  # the same arithmetic, without the cost of a loop
    )


def initializer(name, start):
    """Return what Keras takes as an initializer: a known name, or a constant."""
    if isinstance(start, str):
        wanted = f"a number or one of {STARTS}"
        require(start in STARTS, name, brief(start), wanted)
        return start  # not an object: making one would draw from the seed
    return keras.initializers.Constant(float(single(name, start, ndim=0)))


class Training(NamedTuple):
    """What `train` saw: the loss of each epoch, and the weights along the way."""

    losses: np.ndarray  # (epochs,)
    path: np.ndarray  # (records, parameters), the first row from before training


def flat_weights(network):
    """Return all weights of a network in one row, in Keras's order: (parameters,)."""
    require_network(network)
    weights = [weight.ravel() for weight in network.get_weights()]
    return np.concatenate(weights).astype(np.float64)


def train(network, inputs, targets, *, rate, batch, epochs, decay=True,
          steps_per_record=10):  # fmt: skip
    """Train with Adam on the mean squared error; return a `Training`.

    rate     the learning rate; with `decay` it falls to 0 along half a cosine, so
             that the weights settle instead of dancing around the minimum
    batch    sequences per update
    epochs   passes over the data
    steps_per_record   updates run in one call, and between two points of the path; at
                       the end of a pass there may be fewer
    """
    inputs, targets = data_for(network, inputs, targets)
    epochs, batch = whole("epochs", epochs), whole("batch", batch)
    steps = epochs * math.ceil(len(inputs) / batch)
    adam = keras.optimizers.Adam(schedule(rate, decay, steps))
    together = whole("steps_per_record", steps_per_record)
    network.compile(adam, loss="mse", steps_per_execution=together)
    path = [flat_weights(network)]
    record = keras.callbacks.LambdaCallback(  # Keras calls it after `together` batches
        on_train_batch_end=lambda batch, logs: path.append(flat_weights(network))
    )
    options = {"batch_size": batch, "epochs": epochs, "callbacks": [record]}
    with all_or_nothing(network, rate):
        history = network.fit(inputs, targets, verbose=0, **options)
    return Training(np.array(history.history["loss"]), np.array(path))


@contextmanager
def all_or_nothing(network, rate):
    """Leave the weights as they were, if training fails, or they grew without bound."""
    before = network.get_weights()
    try:
        yield
        bounded = np.isfinite(flat_weights(network)).all()
        wanted = "a smaller one, or smaller numbers: these grew without bound"
        require(bounded, "rate", rate, wanted)
    except BaseException:
        network.set_weights(before)
        raise


def schedule(rate, decay, steps):
    """Return what Adam takes as a learning rate: constant, or half a cosine to 0."""
    boolean("decay", decay)
    rate = float(single("rate", rate, ndim=0))
    require(rate > 0, "rate", rate, "a positive learning rate")
    return keras.optimizers.schedules.CosineDecay(rate, steps) if decay else rate


def require_network(network):
    """Refuse what is no Keras network, or has no weights yet."""
    is_network = isinstance(network, keras.Model)
    require(is_network, "network", type(network).__name__, "a Keras network")
    known = network.built and len(network.weights) > 0
    known = known and getattr(network, "input_shape", None) is not None
    given, wanted = "one without", "a network that has weights, and a shape of inputs"
    require(known, "network", given, wanted)


def data_for(network, inputs, targets):
    """Return the data as Keras trains on them; ValueError unless they fit."""
    known = np.isfinite(flat_weights(network)).all()
    require(known, "network", "NaN or infinity in them", "finite weights")
    seen = as_rows("inputs", inputs, network.input_shape)
    wanted = network.output_shape
    if None in wanted[1:]:  # as long as the inputs are
        wanted = network.compute_output_shape(seen.shape)
    targets = as_rows("targets", targets, wanted)
    rows = f"one row for each of the {len(seen)} inputs"
    require(len(targets) == len(seen), "targets", counted(len(targets), "rows"), rows)
    if isinstance(first := first_with_weights(network), keras.layers.Embedding):
        seen = symbols("inputs", inputs, first.input_dim, seen.ndim)
    return seen, targets


def first_with_weights(network):
    """Return the first layer that has weights, of a network in this one as well."""
    first = next(each for each in network.layers if each.weights)
    return first_with_weights(first) if isinstance(first, keras.Model) else first


def as_rows(name, value, wanted):
    """Return `value` in float32; ValueError unless its rows are those of a network."""
    array = single(name, value, ndim=len(wanted))
    # Keras would broadcast one against the other, and train on nonsense
    pairs = zip(array.shape[1:], wanted[1:], strict=True)
    fits = all(want in (None, got) for got, want in pairs)
    require(fits, name, f"shape {array.shape}", f"the network's shape {wanted}")
    return array.astype(np.float32)
