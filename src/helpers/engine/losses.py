"""Losses and their slopes, from logits: what a network puts out before σ or softmax.

Each returns the loss of every element, and the slope of that loss along the outputs;
how to average is left to the caller.  Targets may share their leading axis.
"""

import numpy as np

from helpers.lesson.arguments import finite, real, require, require_shape, symbols


def squared_error(outputs, targets):
    """Return (y − t)² and its slope 2 (y − t), for targets of the outputs' shape."""
    error = outputs - matching(outputs, finite("targets", targets, outputs.ndim))
    return error**2, 2 * error


def sigmoid_cross_entropy(logits, targets):
    """Return −t log σ(z) − (1 − t) log(1 − σ(z)), and its slope σ(z) − t.

    targets t from 0 to 1, of the shape of the logits z.  With σ(z) = ½ + ½ tanh(z / 2)
    the loss is |z| / 2 + (½ − t) z + log 2 − log(1 + |tanh(z / 2)|): nothing can
    overflow, and one tanh serves the loss and its slope.  Both are right to the last
    digit of 1; of a tiny loss, that is not its own last digit.
    """
    targets = matching(logits, real("targets", targets))
    least, most = targets.min(), targets.max()  # NaN if one is
    if not 0 <= least <= most <= 1:  # the words take longer than the loss
        require(False, "targets", f"{least} to {most}", "numbers from 0 to 1")
    below_half = 0.5 - targets
    halves = 0.5 * logits
    slopes = np.tanh(halves)
    losses = np.log1p(np.abs(slopes))
    np.subtract(np.log(2), losses, losses)
    losses += np.abs(halves, halves)
    losses += np.multiply(logits, below_half, halves)
    slopes *= 0.5
    slopes += below_half
    return losses, slopes


def softmax_cross_entropy(logits, targets, mask=None):
    """Return −log p_t for p = softmax(z), and its slope: p, less 1 at t.

    logits z (…, symbols), targets t (…), whole numbers
    mask  (…), False where nothing was asked: there the loss is 0, and its slope
    """
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
        asked = matching(losses, np.asarray(mask, logits.dtype))
        losses, slopes = losses * asked, slopes * asked[..., np.newaxis]
    return losses, slopes


def matching(outputs, targets):
    """Return targets of the outputs' shape; their first axis may be 1, shared by all.

    They come in the outputs' order in memory: NumPy is several times slower on arrays
    whose orders differ.
    """
    if targets.shape != (1, *outputs.shape[1:]):
        require_shape("targets", targets, (), outputs.shape)
    kind = outputs.dtype if targets.dtype.kind == "f" else targets.dtype
    ordered = np.empty_like(outputs[: len(targets)], kind)
    ordered[...] = targets
    return ordered


def sigmoid(z):
    """Return 1 / (1 + exp(−z)), as ½ tanh(z / 2) + ½, which cannot overflow."""
    return 0.5 * np.tanh(0.5 * z) + 0.5


def softmax(logits):
    """Return exp(z) / Σ exp(z) along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
