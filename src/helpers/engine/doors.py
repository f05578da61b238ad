"""The doors of a layer: what its callers see; here what they bring is looked at.

Callers have (…, batch, time, features).  `forward` and `backward` check that, turn it,
so that time comes first, and call `forth` and `back`, where the equations stand.

Each thing has two names, outside and inside.  A slope, or gradient, dA is ∂loss / ∂A,
in the shape of A; where all networks of an ensemble share an A, each has its own dA.

    forward(inputs, initial_state)    forth(x, *state)
    state                             end, the arrays of the state after the last step
    backward(slopes, state_slopes)    back(dy, *dstate)
    initial_slopes                    along_begin, along the state before the first step
"""

import numpy as np

from helpers.engine.owners import (
    Owner,
    fitting,
    members_of,
    parts_of,
    require_writeable,
    walks_of,
)
from helpers.lesson.arguments import (
    floats,
    listed,
    no_warnings,
    of_kind,
    require,
    symbols_in,
)


class Door(Owner):
    """What a caller sees of a layer: the ways forth and back, states, and weights."""

    symbol_kinds, needs_time = "", False  # NumPy's kinds of number that are symbols
    states_count, state_units, end, along_begin = 0, 0, (), ()  # it has no state

    def forward(self, inputs, initial_state=None, mask=None):
        """Return (…, batch, time, units), or (…, batch, units) of rows, or a last step.

        In short: turn the inputs, so that time comes first, `forth`, and turn back.
        initial_state  what `state` was after a walk, of this layer or of another, to go
                       on from there; None: zeros, or what is learned
        mask           (…, batch, time), False where there is nothing to read: there the
                       state stays as it is; None: there is something everywhere
        Leaves `state`, the arrays (…, batch, units) after the last step, h first.
        """
        x, batch = self.read(inputs), np.shape(inputs)[len(self.leading)]
        state = self.read_state("initial_state", initial_state, batch)
        masked = {} if mask is None else {"mask": self.read_mask(mask, batch, len(x))}
        return self.take_walk(x, state, masked)

    def take_walk(self, x, state, masked):
        """Do what `forward` says, with what was read."""
        self.drop_walk()  # there is no way back from half a walk
        with no_warnings():  # `bounded` looks at it
            y = bounded(self.outside(self.forth(x, *state, **masked)))
        self.state = [self.outside(each) for each in self.end]
        remember(self, y)
        return y

    def backward(self, slopes, state_slopes=None, *, to_inputs=True):
        """Fill the gradients; return the one along the inputs, unless they are symbols.

        In short: turn the slopes, so that time comes first, `back`, and turn back.
        slopes        the gradient of a loss along what `forward` returned; None: zeros,
                      where the state alone was used
        state_slopes  along `state`, where a walk went on from it; None: zeros
        to_inputs     False: return nothing, which is faster
        Leaves `initial_slopes`, the gradient along the state that the walk began with.
        """
        dy = slopes_of(self, slopes)
        dstate = self.read_state("state_slopes", state_slopes, self.returned[0])
        with no_warnings():  # `bounded` looks at it
            dx = self.back(time_first(dy, self.leading), *dstate, to_inputs=to_inputs)
        self.initial_slopes = [self.outside(each) for each in self.along_begin]
        bounded_back(parts_of(members_of([self])), *self.initial_slopes)
        return None if dx is None else bounded(self.outside(dx), "slopes")

    def read(self, inputs):
        """Return a copy of rows or symbols, time first, or raise ValueError."""
        inputs = of_kind("inputs", inputs, "iuf", "real numbers")
        # whole numbers with an axis more are rows, but where all numbers are symbols
        are_rows = inputs.ndim > len(self.leading) + 2 and "f" not in self.symbol_kinds
        if inputs.dtype.kind in self.symbol_kinds and not are_rows:
            numbers = symbols_in("inputs", inputs, self.features, self.leading)
            return np.moveaxis(numbers, -1, 0).copy()
        needs_time = self.needs_time or self.is_before_a_walk
        has_time = needs_time or inputs.ndim > len(self.leading) + 2
        shape = (None, None, self.features) if has_time else (None, self.features)
        rows = floats("inputs", inputs, self.leading, shape, self.dtype)
        return time_first(rows, self.leading).copy()

    def read_state(self, name, state, batch):
        """Return the arrays of a state, and none for None."""
        if state is None:
            return []
        listed(name, state, self.states_count)
        shape = batch, self.state_units
        floating = (floats(name, s, self.leading, shape, self.dtype) for s in state)
        return [for_each_network(self, each).copy() for each in floating]

    def read_mask(self, mask, batch, time):
        """Refuse a mask: this layer has no steps that it could skip."""
        require(False, "mask", f"one for {type(self).__name__}", "a layer that walks")

    def outside(self, array):
        """Return a copy with batch first again."""
        return batch_first(array, self.leading).copy()

    def get_weights(self):
        """Return copies of the weights, in Keras's order."""
        return [weight.copy() for weight in self.weights.values()]

    def set_weights(self, values):
        """Take over weights, such as those of a Keras layer, in Keras's order."""
        self.take_weights(self.read_weights(values))

    def take_weights(self, new):
        """Take them over by their names, once they are read."""
        self.drop_walk()  # a way back would be of the old weights, too
        for name, weight in self.weights.items():
            weight[...] = new[name]

    def read_weights(self, values):
        """Return them by their names, or raise ValueError."""
        listed("values", values, len(self.weights))
        new = {}
        for (name, weight), value in zip(self.weights.items(), values, strict=True):
            require_writeable("weights", weight)
            new[name] = fitting(f"values, {name}", weight, value)
        return new


def bounded(y, name="inputs"):
    """Return what a way forth, or back, has made of them; ValueError if infinite."""
    given, wanted = "numbers that grow to infinity on their way", "smaller ones"
    require(np.isfinite(y).all(), name, given, f"{wanted}, or smaller weights")
    return y


def bounded_back(layers, *along):
    """Refuse slopes of which a way back has made gradients that are infinite, or NaN.

    along  gradients that it returns, beside those that it has filled
    """
    filled = [each for layer in layers for each in layer.gradients.values()]
    for gradient in (*filled, *along):
        bounded(gradient, "slopes")


def remember(layer, y):
    """Keep of a way forth what the way back asks: y's shape, and its members' walks."""
    layer.returned = y.shape[len(layer.leading) :]
    _, *inner = members_of([layer])
    layer.walks = walks_of(inner)


def slopes_of(layer, slopes, name="slopes"):
    """Return slopes of the shape of what `forward` returned; zeros for None."""
    require(layer.returned, "backward", "none", "a call of forward before it")
    _, *inner = members_of([layer])
    same, given = walks_of(inner) == layer.walks, "one of a part since"
    require(same, "backward", given, "a call of forward before it, and none of a part")
    if slopes is None:
        slopes = np.zeros((*layer.leading, *layer.returned), layer.dtype)
    dy = floats(name, slopes, layer.leading, layer.returned, layer.dtype)
    return for_each_network(layer, dy)


def for_each_network(layer, array):
    """Return an array that all networks share as one with a copy for each."""
    lengths = array.shape[len(layer.leading) :]
    return np.broadcast_to(array, (*layer.leading, *lengths))


def time_first(rows, leading):
    """Return a view (time, …, batch, any) of (…, batch, time, any), if it has time."""
    # rollaxis does what moveaxis does, in a quarter of the time
    return np.rollaxis(rows, -2) if rows.ndim > len(leading) + 2 else rows


def batch_first(rows, leading):
    """Return a view (…, batch, time, any) of (time, …, batch, any), if it has time."""
    return np.rollaxis(rows, 0, -1) if rows.ndim > len(leading) + 2 else rows
