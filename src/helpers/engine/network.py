"""A network: layers one after another, a loss, and all weights in one array.

Read `Network.forth`, `back` and `loss_and_gradients` first: a walk through the layers,
the way back, and both with a loss between them.
"""

import uuid
from itertools import pairwise

import numpy as np

from helpers.engine.doors import (
    Owner,
    batch_first,
    bounded,
    forget,
    time_first,
)
from helpers.engine.layers import Arrays, Embedding, Layer, put
from helpers.lesson.arguments import (
    brief,
    function_of,
    instance,
    kinds_of,
    no_warnings,
    of_kind,
    require,
)


class Trainable(Owner):
    """Layers whose weights lie in one array, so that an optimizer changes all at once.

    parameters  all weights, (…, count); those of the layers are views into it
    gradients   of the mean loss along each, once a subclass has filled them
    """

    def __init__(self, layers):
        """Gather the weights of the layers: of one ensemble, and one type of number."""
        instance("layers", layers, list | tuple, "a list of layers")
        self.layers = tuple(layers)
        require_one_kind(self.layers)
        self.require_fit()
        self.leading = self.layers[0].leading
        self.identity = uuid.uuid4().hex  # by which its optimizer knows it
        self.gather()

    def __setattr__(self, name, value):
        """Copy what is assigned to `parameters`, or `gradients`, into their places."""
        own = vars(self).get(name) if name in ("parameters", "gradients") else None
        if own is None:
            super().__setattr__(name, value)
            return
        put(name, own, value)
        if name == "parameters":  # a way back would be of other weights
            forget(*self.parts)

    def require_fit(self):
        """Refuse layers that do not fit together, before anything is gathered."""

    def gather(self):
        """Have all weights lie in one array, and the gradients in another."""
        self.parts = parts_of(self.layers)
        weights = moved_into_one([part.weights for part in self.parts], self.leading)
        slopes = moved_into_one([part.gradients for part in self.parts], self.leading)
        vars(self).update(parameters=weights, gradients=slopes)

    def __setstate__(self, state):
        """Make a copy whole: the weights of its layers lie in its parameters again."""
        vars(self).update(state, identity=uuid.uuid4().hex)  # another network
        self.gather()


class Network(Trainable):
    """Layers in a row, each reading what the one before it returned, and a loss.

    It reads all steps, and so does `fit`.  With padding, call the layers' own `forward`
    (mask=…) and `backward`, mask the loss, and let an optimizer step.
    """

    def __init__(self, layers, loss):
        """Take layers that can read one another."""
        self.loss = function_of("loss", loss, "a function of outputs and targets")
        super().__init__(layers)
        # a Dense that comes first reads steps, where a later layer walks through them
        self.layers[0].needs_time = any(layer.needs_time for layer in self.layers)

    def forth(self, x):
        """Return what the last layer makes of x; time first, as for the layers."""
        for layer in self.layers:
            x = layer.forth(x)
        return x

    def back(self, dy):
        """Fill the gradients of all layers, from the gradient along the outputs."""
        for layer in reversed(self.layers):
            dy = layer.back(dy, to_inputs=layer is not self.layers[0])

    @np.errstate(under="ignore")  # what is tiny becomes 0
    def loss_and_gradients(self, inputs, targets):
        """Return the mean loss of each network (…); fill `gradients`.

        In short: y = forth(x); losses, dy = loss(y, targets); back(dy / count).
        """
        x = self.layers[0].read(inputs)
        try:
            y = batch_first(self.forth(x), self.leading)
            losses, dy = self.losses_and_slopes(y, self.read_targets(targets, len(y)))
            axes = tuple(range(len(self.leading), losses.ndim))
            count = losses[0].size if self.leading else losses.size
            self.back(time_first(dy / count, self.leading))  # as the loss is a mean
        finally:
            self.forget()
        return losses.sum(axis=axes) / count

    def forward(self, inputs):
        """Return what the last layer returns: logits, if a cross-entropy follows."""
        x = self.layers[0].read(inputs)
        try:
            with no_warnings():  # `bounded` looks at it
                return bounded(self.layers[-1].outside(self.forth(x)))
        finally:
            self.forget()

    def forget(self):
        """Have no layer's own walk go on, or back: the network's came between."""
        forget(*self.parts)
        for layer in self.layers:
            vars(layer).pop("state", None)

    def read_targets(self, targets, count):
        """Return them; ValueError unless for each network, or for all, or each row."""
        targets = of_kind("targets", targets, "iuf", "real numbers")
        given = targets.shape[:1]
        shared = given == (count,) or (self.leading and given == (1,))
        wanted = f"networks, {count}, or 1" if self.leading else f"inputs, {count}"
        require(shared, "targets", f"{sum(given)}", f"as many as {wanted}")
        return targets

    def losses_and_slopes(self, y, targets):
        """Return what the loss does; ValueError unless both are arrays for each y."""
        own = y.copy("K")  # in the same order; a layer may need y for its way back
        loss = function_of("loss", self.loss, "a function of outputs and targets")
        returned, axes = loss(own, targets.copy()), len(self.leading) + 1
        fits = isinstance(returned, tuple) and len(returned) == 2
        fits = fits and all(map(is_numbers, returned))
        fits = fits and returned[0].shape[:axes] == y.shape[:axes] and returned[0].size
        if not (fits and returned[1].shape == y.shape):
            wanted = "arrays of 32 bits or more, a loss and a slope for each output"
            require(False, "loss", brief(loss), f"one that returns {wanted}")
        return returned

    def require_fit(self):
        """Refuse layers that cannot read one another."""
        asked = "forth", "back", "features", "units"  # a decoder asks for a memory, too
        in_a_row = all(hasattr(layer, name) for layer in self.layers for name in asked)
        wanted = f"what reads one other layer: by {', '.join(asked)}"
        require(in_a_row, "layers", kinds_of(*self.layers), wanted)
        has_time = True
        for before, after in pairwise(self.layers):
            has_time = has_time and getattr(before, "return_sequences", True)
            fits = after.features == before.units and (has_time or not after.needs_time)
            fits = fits and not isinstance(after, Embedding)  # which reads symbols
            given = f"{type(after).__name__} after {type(before).__name__}"
            wanted = "each to read what the one before it returns"
            require(fits, "layers", given, wanted)


def is_numbers(value):
    """Tell whether it is an array of real numbers, no masked one, nor of 16 bits.

    Of 16 bits a slope, divided by the count of all, would soon be 0.
    """
    kind = value.dtype.kind if type(value) is np.ndarray else "none"
    return kind in "iu" or (kind == "f" and value.dtype.itemsize > 2)


def moved_into_one(owners, leading):
    """Return the arrays of some layers in one (…, count); views take their places."""
    arrays = [array for each in owners for array in each.values()]
    flat = [array.reshape(*leading, -1) for array in arrays]
    whole, ends = np.concatenate(flat, axis=-1), np.cumsum([f.shape[-1] for f in flat])
    views = np.split(whole, ends[:-1], axis=-1)
    for each in owners:
        for name, array in each.items():
            each.places[name] = views.pop(0).reshape(array.shape)
    return whole


def parts_of(layers):
    """Return the layers that hold weights: some are made of others."""
    parts = []
    for layer in layers:
        parts += parts_of(layer.layers) if hasattr(layer, "layers") else [layer]
    return parts


def require_one_kind(layers):
    """Refuse what are no layers of one ensemble and type of number, or are in use."""
    parts = parts_of(layers)
    known = len(parts) > 0 and all(map(is_made, parts))
    kinds = {(part.leading, part.dtype) for part in parts} if known else layers
    one_kind = known and len(kinds) == 1
    given, wanted = brief(kinds), "layers of one ensemble and one dtype"
    require(one_kind, "layers", given, wanted)
    weights = [weight for part in parts for weight in part.weights.values()]
    require(weights, "layers", "none", "a layer that has weights")
    once = len(set(map(id, weights))) == len(weights)
    fresh = once and not any(part.is_in_use for part in parts)
    require(fresh, "layers", "one that is in use", "each once, and in one network")


def is_made(part):
    """Tell whether it is a layer, and has begun as `Layer` does."""
    return isinstance(part, Layer) and isinstance(vars(part).get("weights"), Arrays)
