"""The loop that trains a network; and windows, for a text that is too long for it.

All that `fit` does, of what matters, is

    for inputs, targets in batches:
        loss = network.loss_and_gradients(inputs, targets)  # forth, and back
        optimizer.step(network.parameters, network.gradients)

The rest clips, looks ahead where momentum leads, and sees to it that nothing is lost:
read `one_update` first, then `follow`.
"""

import math
from contextlib import contextmanager

import numpy as np
from tqdm import tqdm

from helpers.engine.layers import Dense
from helpers.engine.losses import softmax_cross_entropy
from helpers.engine.network import Network
from helpers.engine.optimizers import Optimizer, above_nothing, lengths_of, shorten
from helpers.engine.owners import require_writeable
from helpers.engine.recurrent import Recurrent
from helpers.engine.trainable import Trainable
from helpers.lesson.arguments import (
    boolean,
    brief,
    function_of,
    generator,
    instance,
    kinds_of,
    no_warnings,
    of_kind,
    require,
    symbols_in,
    unmoved,
    whole,
)


def one_update(network, inputs, targets, optimizer, clip, may_diverge):
    """Look ahead, walk forth and back, clip, and step; the rest looks at numbers."""
    with no_warnings():  # it is looked at here
        optimizer.look_ahead(network.parameters)
        loss = network.loss_and_gradients(inputs, targets)
        require_finite(loss.sum(), may_diverge)
        if clip is not None:
            shorten(network.gradients, lengths_of(network.gradients), clip)
        require_bounded(network.gradients, may_diverge)
        optimizer.step(network.parameters, network.gradients)
        require_bounded(network.parameters, may_diverge)
    return loss


def follow(network, drawn, updates, optimizer, rng, options):
    """Make an update for each pair of inputs and targets; undo all if one fails."""
    clip, may_diverge = read_options(**options)
    # disable=None: only a terminal has the bar; in a notebook it would be stored
    bar, losses = tqdm(drawn, total=updates, delay=2, disable=None), []
    with unmoved(rng), all_or_nothing(network, optimizer), bar:
        for data in bar:
            losses.append(one_update(network, *data, optimizer, clip, may_diverge))
    return np.array(losses)


def update(network, inputs, targets, optimizer, clip=None, *, may_diverge=False):
    """Make one step of the optimizer; return the loss (…) where its slopes are taken.

    That is before the step, or where momentum alone would lead.

    clip         greatest length of the gradient of all weights; None: any
    may_diverge  False: ValueError if numbers grow to infinity (decoders: either way)

    If it fails, the parameters and the optimizer are what they were before.
    """
    clip, may_diverge = read_options(clip, may_diverge)
    with all_or_nothing(network, optimizer):
        return one_update(network, inputs, targets, optimizer, clip, may_diverge)


def fit(network, inputs, targets, optimizer, *, batch, epochs, rng, **options):
    """Train on batches drawn in a new order in each pass; return the losses.

    inputs, targets  (…, examples, …): as the network and its loss take them
    batch, epochs    examples for an update; passes over all examples
    options          clip and may_diverge, as in `update`
    returns          the mean loss of each batch where its slopes are taken (updates, …)

    In a terminal it shows a progress bar after two seconds.  If it is interrupted, or
    fails, the parameters, the optimizer and `rng` are what they were before.
    """
    inputs, targets = examples(network, inputs, targets)
    axis = len(network.leading)
    count, batch = inputs.shape[axis], whole("batch", batch)
    updates = whole("epochs", epochs) * -(-count // batch)  # rounded up
    drawn = (
        [np.take(data, chosen, axis) for data in (inputs, targets)]
        for chosen in batches(count, batch, epochs, generator("rng", rng))
    )
    return follow(network, drawn, updates, optimizer, rng, options)


def batches(count, batch, epochs, rng):
    """Yield the numbers of the examples in each batch, in a new order in each pass."""
    for _ in range(epochs):
        order = rng.permutation(count)
        for begin in range(0, count, batch):
            yield order[begin : begin + batch]


def fit_fresh(network, draw, optimizer, *, updates, rng, **options):
    """Train on new examples in each update; return the losses, as `fit` does.

    draw(rng)  returns inputs and targets for one update
    """
    function_of("draw", draw, "a function of rng")
    updates = whole("updates", updates)
    drawn = (drawn_by(draw, rng) for _ in range(updates))
    return follow(network, drawn, updates, optimizer, generator("rng", rng), options)


def drawn_by(draw, rng):
    """Return the inputs and targets that draw(rng) returns; ValueError unless it does.

    It may read, by `next`, from what has an end: of that Python would make a
    RuntimeError, as it is a generator that calls this.
    """
    try:
        drawn, given = draw(rng), ""
    except StopIteration:
        drawn, given = None, "one whose data has ended"
    if not (isinstance(drawn, tuple | list) and len(drawn) == 2):
        given = given or f"one that returns {brief(drawn)}"  # takes long if it is large
        require(False, "draw", given, "a function that returns inputs and targets")
    return drawn


@contextmanager
def all_or_nothing(network, optimizer):
    """Leave both as they were, if what stands within fails."""
    require_pair(network, optimizer)
    parameters, memory = network.parameters.copy(), optimizer.remembered()
    try:
        optimizer.owner = network.identity
        yield
    except BaseException:
        network.parameters[...] = parameters
        network.drop_walk()  # no way back: it would be of others
        vars(optimizer).clear()
        vars(optimizer).update(memory)
        raise


def read_options(clip=None, may_diverge=False):
    """Return the options of `update`; ValueError unless they are what it takes."""
    clip = None if clip is None else above_nothing("clip", clip)
    return clip, boolean("may_diverge", may_diverge)


def require_pair(network, optimizer):
    """Refuse what is no network, or no optimizer, or one that another network has."""
    instance("network", network, Trainable, "a network")
    require_writeable("parameters", network.parameters)
    instance("optimizer", optimizer, Optimizer, "an optimizer, such as Adam()")
    owner, wanted = optimizer.owner, "a new one: it remembers steps of another network"
    require(owner in (None, network.identity), "optimizer", "one in use", wanted)


def require_bounded(numbers, may_diverge):
    """Refuse numbers that are NaN, or of which the sum of squares is infinite."""
    require_finite(np.vdot(numbers, numbers), may_diverge)


def require_finite(number, may_diverge):
    """Refuse a number that is infinite, or NaN."""
    bounded = may_diverge or math.isfinite(number)
    wanted = "True, or a smaller rate, or clip: numbers grew without bound"
    require(bounded, "may_diverge", may_diverge, wanted)


def examples(network, inputs, targets):
    """Return both as arrays; ValueError unless they have as many examples."""
    axis = len(instance("network", network, Trainable, "a network").leading)
    inputs = of_kind("inputs", inputs, "iuf", "real numbers")
    targets = of_kind("targets", targets, "iuf", "real numbers")
    counts = [data.shape[axis : axis + 1] for data in (inputs, targets)]
    fits = counts[0] == counts[1] != () and counts[0][0] > 0
    require(fits, "targets", f"{counts[1]} examples", f"as many as inputs, {counts[0]}")
    return inputs, targets


def by_windows(network, inputs, targets, window, carry=True):
    """Return the mean loss (…), and its gradients as far as they stay in one window.

    That is truncated backpropagation through time; it makes no update.
    network          a recurrent layer, a Dense on top of it, softmax_cross_entropy
    inputs, targets  whole numbers (…, texts, time)
    window           steps; gradients are not taken back beyond where it begins
    carry            whether a window begins with the state that the last one ended with
    Source: R. Williams and J. Peng, "An efficient gradient-based algorithm for on-line
    training of recurrent network trajectories", 1990.
    """
    boolean("carry", carry)
    (reader, output), window = two_layers(network), whole("window", window)
    inputs, targets = texts_for(network, inputs, targets)
    state, loss, gradients = None, 0, 0
    for begin in range(0, inputs.shape[-1], window):
        now = slice(begin, begin + window)
        logits = output.forward(reader.forward(inputs[..., now], state))
        losses, slopes = softmax_cross_entropy(logits, targets[..., now])
        reader.backward(output.backward(slopes), to_inputs=False)
        loss = loss + losses.sum(axis=(-2, -1))
        gradients = gradients + network.gradients
        state = reader.state if carry else None
    count = targets.shape[-1] * targets.shape[-2]
    return loss / count, gradients / count


def two_layers(network):
    """Return a network's recurrent layer, which reads one way, and the Dense on it."""
    layers = network.layers if isinstance(network, Network) else []
    fits = len(layers) == 2 and isinstance(layers[0], Recurrent)
    fits = fits and layers[0].reads_one_way
    fits = fits and layers[0].return_sequences and isinstance(layers[1], Dense)
    fits = fits and network.loss is softmax_cross_entropy
    wanted = "a network with a recurrent layer that returns sequences, Dense, softmax"
    require(fits, "network", kinds_of(*(layers or [network])), wanted)
    return layers


def texts_for(network, inputs, targets):
    """Return both as symbols that it knows; ValueError unless they are such texts."""
    reader, output = network.layers
    inputs = symbols_in("inputs", inputs, reader.features, network.leading)
    targets = symbols_in("targets", targets, output.units, network.leading)
    same, given = inputs.shape[-2:] == targets.shape[-2:], f"shape {targets.shape}"
    require(same, "targets", given, f"that of inputs, {inputs.shape}")
    return inputs, targets
