"""Losses and their slopes, from logits: what a network puts out before σ or softmax.

Each returns the loss of every element, and the slope of that loss along the outputs;
how to average is left to the caller.  Targets may share their leading axis.
"""

import numpy as np

from helpers.arguments import finite, require, symbols


def squared_error(outputs, targets):
    """Return (y − t)² and its slope 2 (y − t), for targets of the outputs' shape."""
    error = outputs - matching(outputs.shape, finite("targets", targets, outputs.ndim))
    return error**2, 2 * error


def sigmoid_cross_entropy(logits, targets):
    """Return −t log σ(z) − (1 − t) log(1 − σ(z)), and its slope σ(z) − t.

    targets t from 0 to 1, of the shape of the logits z.  It is computed as
    max(z, 0) − z t + log(1 + exp(−|z|)), where nothing can overflow.
    """
    targets = matching(logits.shape, finite("targets", targets, logits.ndim))
    outside = (targets < 0) | (targets > 1)
    require(not outside.any(), "targets", targets[outside][:1], "numbers from 0 to 1")
    losses = np.maximum(logits, 0) - logits * targets
    losses += np.log1p(np.exp(-np.abs(logits)))
    return losses, sigmoid(logits) - targets


def softmax_cross_entropy(logits, targets):
    """Return −log p_t for p = softmax(z), and its slope: p, less 1 at t.

    logits z (…, symbols), targets t (…), whole numbers.
    """
    targets = symbols("targets", targets, logits.shape[-1], logits.ndim - 1)
    targets = matching(logits.shape[:-1], targets)[..., np.newaxis]
    shifted = logits - logits.max(axis=-1, keepdims=True)  # so that exp cannot overflow
    slopes = np.exp(shifted)
    total = slopes.sum(axis=-1, keepdims=True)
    losses = np.log(total) - np.take_along_axis(shifted, targets, axis=-1)
    slopes /= total
    np.put_along_axis(
        slopes, targets, np.take_along_axis(slopes, targets, axis=-1) - 1, axis=-1
    )
    return losses[..., 0], slopes


def matching(shape, targets):
    """Return targets as `shape`; their first axis may be 1, shared by all."""
    shared = targets.shape == (1, *shape[1:])
    given, wanted = f"shape {targets.shape}", f"shape {shape}"
    require(shared or targets.shape == shape, "targets", given, wanted)
    return targets if targets.shape == shape else np.broadcast_to(targets, shape)


def sigmoid(z):
    """Return 1 / (1 + exp(−z)), as ½ tanh(z / 2) + ½, which cannot overflow."""
    return 0.5 * np.tanh(0.5 * z) + 0.5


def softmax(logits):
    """Return exp(z) / Σ exp(z) along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
