"""Losses and their slopes.  Logits are what comes out before σ or softmax.

Each returns the loss of every output, or row of logits, and the slope of that loss
along the outputs; how to average is left to the caller.  Targets that all networks of
an ensemble share have 1 in place of its axis.  Of outputs that are infinite, or NaN,
the loss is so too: `fit` and `update` refuse it.
"""

import numpy as np

from helpers.lesson.arguments import (
    as_floats,
    finite,
    no_warnings,
    of_kind,
    real,
    require,
    require_shape,
    symbols,
)


def squared_error(outputs, targets):
    """Return (y − t)² and its slope 2 (y − t), for targets of the outputs' shape."""
    outputs = rows_of("outputs", outputs)
    error = outputs - matching(outputs, finite("targets", targets, outputs.ndim))
    return error**2, 2 * error


@np.errstate(under="ignore")  # what is tiny becomes 0
def sigmoid_cross_entropy(logits, targets):
    """Return −t log σ(z) − (1 − t) log(1 − σ(z)), and its slope σ(z) − t.

    targets t from 0 to 1, of the shape of the logits z.  The loss is
    log(1 + exp(z)) − z t, and log(1 + exp(z)) = max(z, 0) + log(1 + exp(−|z|)), which
    cannot overflow.  What may cancel comes first: so a tiny loss keeps its digits.
    """
    z = rows_of("logits", logits)
    t = matching(z, real("targets", targets))
    least, most = t.min(), t.max()  # NaN if one is
    if not 0 <= least <= most <= 1:  # the words take longer than the loss
        require(False, "targets", f"{least} to {most}", "numbers from 0 to 1")
    losses = np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))
    return losses, logistic(z) - t


@np.errstate(under="ignore")  # what is tiny becomes 0
def softmax_cross_entropy(logits, targets, mask=None):
    """Return −log p_t for p = softmax(z), and its slope: p, less 1 at t.

    logits z (…, symbols), targets t (…), whole numbers
    mask  (…), False where nothing was asked: there the loss is 0, and its slope
    """
    logits = rows_of("logits", logits)
    count = logits.shape[-1]
    targets = symbols("targets", targets, count, logits.ndim - 1)
    targets = matching(logits[..., 0], targets)[..., np.newaxis]
    chosen = np.equal(np.arange(count), targets, np.empty_like(logits, bool))
    shifted = logits - logits.max(axis=-1, keepdims=True)  # so that exp cannot overflow
    slopes = np.exp(shifted)
    total = slopes.sum(axis=-1, keepdims=True)
    losses = np.log(total[..., 0]) - np.sum(shifted, axis=-1, where=chosen)
    slopes /= total
    slopes -= chosen
    if mask is not None:
        asked = of_kind("mask", mask, "b", "truth values")
        asked = matching(losses, asked, "mask")
        losses = np.where(asked, losses, 0)  # what was barred has a loss of infinity
        slopes = np.where(asked[..., np.newaxis], slopes, 0)
    return losses, slopes


def rows_of(name, outputs):
    """Return outputs as an array of floats, of one axis or more, and not empty."""
    array = as_floats(name, of_kind(name, outputs, "f", "floating-point numbers"))
    require_shape(name, array, (), (*array.shape[:-1], None))
    return array


def matching(outputs, targets, name="targets"):
    """Return targets of the outputs' shape; their first axis may be 1, shared by all.

    They come in the outputs' order in memory: NumPy is several times slower on arrays
    whose orders differ.
    """
    is_shared = outputs.ndim > 0 and targets.shape == (1, *outputs.shape[1:])
    if not is_shared:
        require_shape(name, targets, (), outputs.shape)
    kind = outputs.dtype if targets.dtype.kind == "f" else targets.dtype
    ordered = np.empty_like(outputs[:1] if is_shared else outputs, kind)
    with no_warnings():  # what is too large for `kind` becomes infinite
        ordered[...] = targets
    bounded = kind == targets.dtype or np.isfinite(ordered).all()
    require(bounded, name, "NaN or infinity", f"numbers that {kind} can hold")
    return ordered


def sigmoid(z):
    """Return 1 / (1 + exp(−z)), as ½ tanh(z / 2) + ½, which cannot overflow."""
    z = as_floats("z", z)
    require(not np.isnan(z).any(), "z", "NaN", "real numbers")
    return logistic(z)


def logistic(z):
    """Return σ(z), unchecked: for what is asked at each step."""
    return 0.5 * np.tanh(0.5 * z) + 0.5


def softmax(logits):
    """Return exp(z) / Σ exp(z) along the last axis; of −∞ exp is 0."""
    logits = as_floats("logits", logits)
    require_shape("logits", logits, (), (*logits.shape[:-1], None))
    largest = logits.max(axis=-1, keepdims=True)
    held, found = np.isfinite(largest).all(), "NaN, ∞, or −∞ alone"
    require(held, "logits", found, "a finite number in each row, at most −∞ beside it")
    with no_warnings():  # of −∞, e to the power is 0
        powers = np.exp(logits - largest)
    return powers / powers.sum(axis=-1, keepdims=True)
