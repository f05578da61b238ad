"""What recurrent layers share: inputs projected at once, and a walk through time.

A recurrent layer computes at each time step t, from the input x_t and its state,

    z_t = x_t W + h_{t-1} U + b,

and from z_t the next state.  x_t W + b does not need the state, so it is computed for
all time steps in one matmul.  Inside, time comes before the batch: what belongs to one
step then lies together in memory.
"""

import numpy as np

from helpers.arguments import require, symbols
from helpers.layers import (
    Layer,
    add_up,
    apart,
    column_sums,
    look_up,
    merged,
    require_shape,
    time_first,
    transposed,
)


class Recurrent(Layer):
    """A layer that walks through time; a subclass says how a step is made.

    kernel W (…, features, n), recurrent_kernel U (…, units, n), bias b (…, n), where n
    is units times gates.  The subclass has

    walk(*begin, time, batch)  returns its states, h first, before and after each step:
                               arrays (…, time + 1, batch, units)
    walk_back(slopes, *end)    takes the slopes along h, one for each step; returns
                               those along z (…, time, batch, n) and along `begin`
    """

    def __init__(self, return_sequences, networks, dtype, **weights):
        """Keep the weights, and whether to return h after each step or the last."""
        given, known = repr(return_sequences), isinstance(return_sequences, bool)
        require(known, "return_sequences", given, "True or False")
        self.return_sequences = return_sequences
        super().__init__(networks, dtype, **weights)

    @property
    def units(self):
        """Return the number of units."""
        return self.weights["recurrent_kernel"].shape[-2]

    def forward(self, inputs, initial_state=None):
        """Return h after each step (…, batch, time, units), or after the last.

        inputs         (…, batch, time, features), or whole numbers (…, batch, time):
                       each stands for a one-hot row, so W is looked up, not multiplied
        initial_state  what `state` was after a walk, to go on from there; None: zeros
        """
        self.inputs = self.read(inputs)
        time, batch = self.inputs.shape[len(self.leading) :][:2]
        begin = self.begin(batch, initial_state)
        self.states = self.walk(*begin, time=time, batch=batch)
        self.state = [states[..., -1, :, :] for states in self.states]
        hidden = self.states[0][..., 1:, :, :]
        return time_first(hidden) if self.return_sequences else hidden[..., -1, :, :]

    def read(self, inputs):
        """Return the inputs, time before batch; ValueError if they do not fit."""
        features = self.weights["kernel"].shape[-2]
        if np.asarray(inputs).dtype.kind in "iu":
            numbers = symbols("inputs", inputs, features, len(self.leading) + 2)
            require_shape("inputs", numbers, self.leading, (None, None))
            return numbers.swapaxes(-1, -2)
        inputs = self.floats("inputs", inputs, None, None, features)
        return time_first(inputs)

    def begin(self, batch, initial_state):
        """Return the states before the first step, each (…, batch, units) or 0."""
        if initial_state is None:
            return [0.0] * self.states_count
        number = f"{self.states_count} arrays"
        fits = len(initial_state) == self.states_count
        require(fits, "initial_state", f"{len(initial_state)} arrays", number)
        shape = batch, self.units
        return [self.floats("initial_state", state, *shape) for state in initial_state]

    def begun(self, begin, time, batch):
        """Return room for a state before and after each step, the first filled in."""
        shape = (*self.leading, time + 1, batch, self.units)
        states = np.empty(shape, self.dtype)
        states[..., 0, :, :] = begin
        return states

    def project(self, out):
        """Put x W + b for all time steps into `out` (…, time, batch, n)."""
        kernel, bias = self.weights["kernel"], self.weights["bias"]
        if self.inputs.dtype.kind == "i":
            out[...] = look_up(kernel, self.inputs)
        else:
            rows = merged(self.inputs, self.leading)
            np.matmul(rows, kernel, merged(out, self.leading))
        # NumPy adds long runs of numbers far faster than short ones, and n may be 3: so
        # the rows of a time step, which lie together, are taken as one, and b repeated
        *leading, time, batch, n = out.shape
        runs = out.reshape(*leading, time, batch * n)
        runs += np.tile(bias, batch)[..., np.newaxis, :]

    def backward(self, slopes, state_slopes=None, *, to_inputs=True):
        """Fill the gradients; return the slopes along the inputs, if they are wanted.

        slopes        along what `forward` returned
        state_slopes  along `state`, where the walk went on from it; None: zeros
        `initial_slopes` are then those along the state that the walk began with.
        """
        time = self.states[0].shape[-3] - 1
        above = [0.0] * (time - 1) + [slopes]
        if self.return_sequences:
            above = by_time(time_first(slopes))
        end = [0.0] * self.states_count if state_slopes is None else state_slopes
        along_z, self.initial_slopes = self.walk_back(above, *end)
        self.fill_gradients(along_z)
        if not to_inputs or self.inputs.dtype.kind == "i":
            return None
        rows = merged(along_z, self.leading)
        along_inputs = rows @ transposed(self.weights["kernel"])
        return time_first(apart(along_inputs, along_z, self.leading))

    def fill_gradients(self, along_z):
        """Fill the gradients from the slopes along z."""
        rows = merged(along_z, self.leading)
        before = merged(self.states[0][..., :-1, :, :], self.leading)
        np.matmul(transposed(before), rows, self.gradients["recurrent_kernel"])
        self.gradients["bias"][...] = column_sums(rows)
        if self.inputs.dtype.kind == "i":
            add_up(self.inputs, along_z, self.gradients["kernel"])
        else:
            inputs = merged(self.inputs, self.leading)
            np.matmul(transposed(inputs), rows, self.gradients["kernel"])


def by_time(array):
    """Return a view (time, …) of an array (…, time, batch, any), to walk over."""
    return array.swapaxes(0, -3)  # without an ensemble, time is first already
