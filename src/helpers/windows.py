"""Backpropagation through time that is cut off: a long text, one window at a time.

Source: R. Williams and J. Peng, "An efficient gradient-based algorithm for on-line
training of recurrent network trajectories", 1990.
"""

from helpers.arguments import require, whole
from helpers.losses import softmax_cross_entropy


def by_windows(network, inputs, targets, window, carry=True):
    """Return the mean loss (…), and its gradients as far as they stay in one window.

    network          a recurrent layer and one on top of it
    inputs, targets  whole numbers (…, texts, time)
    window           steps; the slopes are not taken back beyond where it begins
    carry            whether a window begins with the state that the last one ended with
    """
    require(isinstance(carry, bool), "carry", repr(carry), "True or False")
    (walk, output), window = network.layers, whole("window", window)
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
