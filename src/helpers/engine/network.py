"""A network: layers one after another, a loss, and all weights in one array.

Read `Network.forth`, `back` and `loss_and_gradients` first: a walk through the layers,
the way back, and both with a loss between them.
"""

from itertools import pairwise

import numpy as np

from helpers.engine.doors import (
    Door,
    batch_first,
    bounded,
    time_first,
)
from helpers.engine.layers import Embedding
from helpers.engine.owners import walks_of
from helpers.engine.trainable import Trainable
from helpers.lesson.arguments import (
    brief,
    function_of,
    kinds_of,
    no_warnings,
    of_kind,
    require,
)


class Network(Trainable):
    """Layers in a row, each reading what the one before it returned, and a loss.

    It reads all steps, and so does `fit`.  With padding, call the layers' own `forward`
    (mask=…) and `backward`, mask the loss, and let an optimizer step.
    """

    def __init__(self, layers, loss):
        """Take layers that can read one another."""
        self.loss = function_of("loss", loss, "a function of outputs and targets")
        super().__init__(layers)

    def mark(self, is_in_use):
        """Have the first layer read steps, too, where a later one walks along them."""
        super().mark(is_in_use)
        walks = any(layer.needs_time for layer in self.layers)
        self.layers[0].is_before_a_walk = is_in_use and walks

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
            self.drop_walk()  # what was kept for the way back
        return losses.mean(axis=axes)

    def forward(self, inputs):
        """Return what the last layer returns: logits, if a cross-entropy follows."""
        x = self.layers[0].read(inputs)
        try:
            with no_warnings():  # `bounded` looks at it
                return bounded(self.layers[-1].outside(self.forth(x)))
        finally:
            self.drop_walk()

    def drop_walk(self):
        """Have no layer's own walk go on, or back: the network's came between."""
        super().drop_walk()
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
        walks = walks_of(self.members)
        returned, axes = loss(own, targets.copy()), len(self.leading) + 1
        same, given = walks_of(self.members) == walks, "one that calls the network"
        require(same, "loss", given, "a function of outputs and targets alone")
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
        in_a_row = in_a_row and all(isinstance(layer, Door) for layer in self.layers)
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
