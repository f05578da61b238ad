"""The loop that trains a network."""

import numpy as np
from tqdm import tqdm

from helpers.arguments import generator, require, whole
from helpers.optimizers import clip_by_global_norm


def fit(network, inputs, targets, optimizer, *, batch, epochs, rng, clip=None):
    """Train on batches drawn in a new order in each pass; return the losses.

    inputs, targets  (…, examples, …): as the network and its loss take them
    batch, epochs    examples for an update; passes over all examples
    clip             longest slope allowed, over all weights together; None: any
    returns          the mean loss of each batch before its update (updates, …)

    Shows a progress bar after two seconds.  If it is interrupted, or fails, the
    parameters are what they were before.
    """
    axis, count = len(network.leading), examples(network, inputs, targets)
    generator("rng", rng)
    batches = list(range(0, count, whole("batch", batch)))
    before, losses = network.parameters.copy(), []
    try:
        with tqdm(total=whole("epochs", epochs) * len(batches), delay=2) as bar:
            for _ in range(epochs):
                order = rng.permutation(count)
                for begin in batches:
                    chosen = order[begin : begin + batch]
                    few = [np.take(data, chosen, axis) for data in (inputs, targets)]
                    losses.append(update(network, *few, optimizer, clip))
                    bar.update()
    except BaseException:
        network.parameters[...] = before
        raise
    return np.array(losses)


def update(network, inputs, targets, optimizer, clip=None):
    """Make one step of the optimizer; return the loss (…) before it."""
    optimizer.look_ahead(network.parameters)
    loss = network.loss_and_gradients(inputs, targets)
    if clip is not None:
        clip_by_global_norm(network.gradients, clip)
    optimizer.step(network.parameters, network.gradients)
    return loss


def examples(network, inputs, targets):
    """Return how many examples there are; ValueError unless as many targets."""
    axis = len(network.leading)
    counts = [np.shape(data)[axis : axis + 1] for data in (inputs, targets)]
    fits = counts[0] == counts[1] != ()
    require(fits, "targets", f"{counts[1]} examples", f"as many as inputs, {counts[0]}")
    return counts[0][0]
