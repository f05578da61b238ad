"""Networks that read characters and say which one comes next.

h_t = tanh(x_t W + h_{t-1} U + b), logits y_t = h_t V + d, and the probabilities of the
next character are softmax(y_t).  Source: A. Karpathy, "The unreasonable effectiveness
of recurrent neural networks", 2015.
"""

import numpy as np

from helpers.engine import Adam, Network, SimpleRNN, fit, softmax
from helpers.engine.doors import bounded
from helpers.engine.training import two_layers
from helpers.lesson.arguments import (
    instance,
    no_warnings,
    real,
    require,
    require_shape,
    symbols,
    symbols_in,
    unmoved,
    whole,
)  # fmt: skip
from helpers.models.readers import reader
from helpers.models.sampling import sharpened


def untrained_predictors(rng, size, units, networks=None):
    """Return networks for `size` characters, started as Keras does."""
    options = {"return_sequences": True, "networks": networks}
    with unmoved(rng):
        return reader(SimpleRNN(whole("size", size), units, rng, **options), size, rng)


def trained_predictors(rng, inputs, targets, *, size, units, networks, **recipe):
    """Return networks, trained as `teach` does, and the losses."""
    with unmoved(rng):
        network = untrained_predictors(rng, size, units, whole("networks", networks))
        return network, teach(network, rng, inputs, targets, **recipe)


def teach(network, rng, inputs, targets, rate=0.1, updates=500):
    """Train networks by Adam on all words at once; return the losses.

    inputs, targets  whole numbers (words, time); inputs may be rows (…, size) as well
    losses           (updates, networks), or (updates,) of a single network: the mean
                     over all characters
    """
    size = instance("network", network, Network, "a network").layers[-1].units
    shape = real("inputs", inputs).shape
    require(len(shape) > 1 and shape[0], "inputs", f"shape {shape}", "(words, time)")
    targets = symbols("targets", targets, size, ndim=2)
    data = [np.asarray(inputs), targets]
    if network.leading:  # all see the same words
        data = [each[np.newaxis] for each in data]
    options = {"batch": shape[0], "epochs": whole("updates", updates)}
    return fit(network, *data, Adam(rate), rng=rng, **options)


def probabilities(network, inputs, temperature=1.0):
    """Return softmax(logits / T), (…, words, time, size)."""
    return softmax(sharpened(logits_of(network, inputs), temperature))


def logits_of(network, inputs):
    """Return what a network puts out; ValueError unless there is some at each step."""
    logits = instance("network", network, Network, "a network").forward(inputs)
    at_each, wanted = logits.ndim - len(network.leading) == 3, "one that does at each"
    require(at_each, "network", "one that answers once, not at each step", wanted)
    return logits


def word_probability(network, inputs, targets, temperature=1.0):
    """Return the probability that samples are these targets (…, words).

    Each character is drawn given those before it, so it is the product over time.
    """
    found = probabilities(network, inputs, temperature)
    chosen = targets_for(network, found, targets)[..., np.newaxis]
    return np.take_along_axis(found, chosen, axis=-1)[..., 0].prod(axis=-1)


def says_right(network, inputs, targets):
    """Tell of each network whether the likeliest character is right at every step."""
    logits = logits_of(network, inputs)
    right = logits.argmax(axis=-1) == targets_for(network, logits, targets)
    return right.all(axis=(-2, -1))


def targets_for(network, outputs, targets):
    """Return a character for each of the outputs (…, size), or raise ValueError."""
    (*shape, size), leading = outputs.shape, network.leading
    numbers = symbols("targets", targets, size, len(shape))
    require_shape("targets", numbers, leading, shape[len(leading) :])
    return np.broadcast_to(numbers, shape)  # one set of targets may serve all networks


def state_distances(network, inputs, first, second):
    """Return the distance between the states after two steps, (…, words).

    inputs         whole numbers (…, words, time)
    first, second  the steps, from 0
    """
    walk, _ = two_layers(network)
    inputs = symbols_in("inputs", inputs, walk.features, network.leading)
    first, second = whole("first", first, least=0), whole("second", second, least=0)
    for name, step in (("first", first), ("second", second)):
        known = step < inputs.shape[-1]
        require(known, name, step, f"a step below {inputs.shape[-1]}")
    states = walk.forward(inputs)
    with no_warnings():  # `bounded` looks at it
        apart = states[..., first, :] - states[..., second, :]
        return bounded(np.linalg.norm(apart, axis=-1))
