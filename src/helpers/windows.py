"""Backpropagation through time that is cut off: a long text, one window at a time.

Source: R. Williams and J. Peng, "An efficient gradient-based algorithm for on-line
training of recurrent network trajectories", 1990.
"""

import numpy as np

from helpers.arguments import require, whole
from helpers.losses import softmax_cross_entropy
from helpers.networks import Network


def by_windows(network, inputs, targets, window, carry=True):
    """Return the mean loss (…), and its gradients as far as they stay in one window.

    network          a recurrent layer and one on top of it
    inputs, targets  whole numbers (…, texts, time)
    window           steps; the slopes are not taken back beyond where it begins
    carry            whether a window begins with the state that the last one ended with
    """
    require(isinstance(carry, bool), "carry", repr(carry), "True or False")
    (walk, output), window = two_layers(network), whole("window", window)
    inputs, targets = np.asarray(inputs), np.asarray(targets)
    same, given = inputs.shape[-2:] == targets.shape[-2:], f"shape {targets.shape}"
    fits = same and inputs.ndim > 1 and inputs.size > 0
    require(fits, "targets", given, f"that of inputs, {inputs.shape}, with time in it")
    state, loss, gradients = None, 0, 0
    for begin in range(0, inputs.shape[-1], window):
        now = slice(begin, begin + window)
        logits = output.forward(walk.forward(inputs[..., now], state))
        losses, slopes = softmax_cross_entropy(logits, targets[..., now])
        walk.backward(output.backward(slopes), to_inputs=False)
        loss = loss + losses.sum(axis=(-2, -1))
        gradients = gradients + network.gradients
        state = walk.state if carry else None
    count = targets.shape[-1] * targets.shape[-2]
    return loss / count, gradients / count


def two_layers(network):
    """Return a network's recurrent layer, and the one on top, if it is such a one."""
    count = len(network.layers) if isinstance(network, Network) else 0
    wanted = "a network with a recurrent layer and one on top of it"
    require(count == 2, "network", f"{count} layers", wanted)
    return network.layers
