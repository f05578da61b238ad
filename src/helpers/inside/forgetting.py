"""How the slope of a loss fades, or grows, on its way back through time."""

import copy

import numpy as np

from helpers.engine import Recurrent
from helpers.lesson.arguments import (
    finite,
    instance,
    no_warnings,
    positive,
    require,
    single,
    symbols,
    unmoved,
)


def derived_factor(radius, scale):
    """Return by what factor a step back multiplies a slope, in a wide simple RNN.

    For U = radius · Q with QᵀQ = 1 and z_t = x_t W + h_{t-1} U, where x_t W is normal
    with standard deviation `scale`.  In a wide network z is normal too; q is its
    variance.  A step back multiplies by tanh'(z) = 1 − tanh²(z), and by U, which
    multiplies every length by `radius`:

        factor = radius √E[(1 − tanh²(√q ξ))²],     ξ normal with variance 1,

    if the slope has nothing to do with where the units stand.

    Sources: H. Sompolinsky, A. Crisanti and H. Sommers, "Chaos in random neural
    networks", 1988; B. Poole and others, "Exponential expressivity in deep neural
    networks through transient chaos", 2016.
    """
    q = settled_variance(radius, scale)
    return float(radius * np.sqrt(average(lambda z: 1 - np.tanh(z) ** 2, q, 2)))


def settled_variance(radius, scale):
    """Return the variance q of z in such a network, once it is settled.

        q = scale² + radius² E[tanh²(√q ξ)],     ξ normal with variance 1

    The right side, less q, changes its sign once: q is found by halving.  Right to nine
    digits for a radius and a scale up to 1,000, the scale not below radius / 10,000.
    """
    radius, scale = positive("radius", radius), positive("scale", scale)
    require(radius <= 1000, "radius", radius, "a number up to 1,000")
    require(scale <= 1000, "scale", scale, "a number up to 1,000")
    low, high = scale**2, scale**2 + radius**2
    for _ in range(60):
        q = (low + high) / 2
        more = scale**2 + radius**2 * average(np.tanh, q, 2) > q
        low, high = (q, high) if more else (low, q)
    return q


def average(function, variance, power):
    """Return E[function(z) to the power], z normal: a sum over points of its curve."""
    places = np.linspace(-1, 1, 2001)
    points = 9 * places**3  # close to one another around 0, where a steep tanh turns
    weights = places**2 * np.exp(-(points**2) / 2)
    return weights @ function(np.sqrt(variance) * points) ** power / weights.sum()


def slopes_by_lag(layer, inputs, lags, rng):
    """Return how long a slope is, `lag` steps before it began with length 1.

    It begins as a random direction of the last state after all inputs: of h in a
    SimpleRNN, of c in an LSTM.  What is returned is the root of the mean square over
    the batch, for each lag.
    layer   a recurrent layer of ours, a single network
    inputs  (batch, time, features), with more steps than the longest lag
    """
    instance("layer", layer, Recurrent, "a recurrent layer, and no ensemble")
    one_way = layer.reads_one_way and not layer.leading
    given, wanted = "an ensemble, or both ways", "a single layer that reads one way"
    require(one_way, "layer", given, wanted)
    inputs = finite("inputs", inputs, shape=(None, None, layer.features))
    lags, layer = symbols("lags", lags, inputs.shape[1], 1), in_float64(layer)
    require(lags.min() > 0, "lags", "0", "lags of at least 1")
    # what overflows is refused where the walk goes on from it
    with unmoved(rng), no_warnings():
        slopes = rng.normal(size=(len(inputs), layer.units))
        slopes /= np.linalg.norm(slopes, axis=1, keepdims=True)
        return np.array([slope_length(layer, inputs, lag, slopes) for lag in lags])


def in_float64(layer):
    """Return a copy for its last state, in float64: in float32 slopes are soon 0."""
    layer = copy.deepcopy(layer)
    # both stay as they are, but in this copy
    vars(layer).update(dtype=np.dtype(np.float64), return_sequences=False)
    for arrays in (layer.weights, layer.gradients):
        arrays.update({name: each.astype(layer.dtype) for name, each in arrays.items()})
    return layer


def slope_length(layer, inputs, lag, slopes):
    """Walk up to `lag` steps before the end, then on; take the slopes back that far."""
    layer.forward(inputs[:, :-lag])
    layer.forward(inputs[:, -lag:], layer.state)
    others = [np.zeros_like(slopes)] * (layer.states_count - 1)
    # not `backward`, which minds what the weights' gradients are: nobody asks for them
    layer.back(0.0, *others, slopes, to_inputs=False)
    return mean_length(layer.along_begin[-1])


def mean_length(slopes):
    """Return the root of the mean square of the lengths of slopes (batch, units)."""
    bounded, given = np.isfinite(slopes).all(), "slopes that grow to infinity"
    require(bounded, "lags", given, "shorter ones")
    largest = np.abs(slopes).max() or 1.0  # so that no square is too small, or large
    return largest * np.sqrt(np.mean(np.sum((slopes / largest) ** 2, axis=1)))


def factor_per_step(lengths, lags):
    """Return the factor r of the line that fits best: log length = lag log r + any."""
    lengths = finite("lengths", lengths, 1)
    lags = single("lags", lags, shape=lengths.shape)
    require((lengths > 0).all(), "lengths", lengths.min(), "positive numbers")
    width = np.ptp(lags)
    require(width > 0, "lags", lags[:1], "numbers that differ")
    with no_warnings():
        slope = np.polyfit((lags - lags[0]) / width, np.log(lengths), 1)[0]
        factor = float(np.exp(slope / width))
    require(np.isfinite(factor), "lengths", "others", "a factor below infinity")
    return factor
