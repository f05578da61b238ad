"""What recurrent layers share: rows of inputs and states, and a walk through time.

A recurrent layer computes at each time step t, from the input x_t and its state,

    z_t = x_t W + h_{t-1} U + b,

and from z_t the next state.  Taken as (x_t, h_{t-1}, 1) times W, U and b stacked on one
another this is one matmul, and so is the sum of its gradients over all time steps.
"""

import numpy as np

from helpers.arguments import require, symbols
from helpers.arrays import by_time, merged, one_hot, outer_sums, views
from helpers.layers import Layer, require_shape


class Recurrent(Layer):
    """A layer that walks through time; a subclass says how a step is made.

    kernel W (…, features, n), recurrent_kernel U (…, units, n), bias b (…, n), where n
    is units times gates.  `stack` (…, features + units + 1, n) is the three of them.
    `rows` (…, features + units + 1, time + 1, batch) has x_t, h_{t-1} and 1 at place t;
    the place after the last has h alone.  The subclass has

    walk(*begin)             puts h_t into place t + 1 of `h`, the part of `rows` that
                             has the states; returns what else belongs to the last state
    walk_back(slopes, *end)  takes the slopes along h (time, …, units, batch), and along
                             the last state; returns those along z (…, n, time, batch),
                             and along the state that the walk began with
    """

    def __init__(self, return_sequences, networks, dtype, **weights):
        """Keep the weights, and whether to return h after each step or the last."""
        given, known = repr(return_sequences), isinstance(return_sequences, bool)
        require(known, "return_sequences", given, "True or False")
        self.return_sequences = return_sequences
        super().__init__(networks, dtype, **weights)

    def live_in(self, parameters, gradients):
        """Have the weights lie there: W, U and b, one after another, are a stack."""
        super().live_in(parameters, gradients)
        self.units = self.weights["recurrent_kernel"].shape[-2]
        *_, self.features, n = self.weights["kernel"].shape
        shape = {"stack": (*self.leading, self.features + self.units + 1, n)}
        self.stack = views(parameters, shape)["stack"]
        self.stack_gradients = views(gradients, shape)["stack"]

    def forward(self, inputs, initial_state=None):
        """Return h after each step (…, batch, time, units), or after the last.

        inputs         (…, batch, time, features), or whole numbers (…, batch, time):
                       each stands for a one-hot row
        initial_state  what `state` was after a walk, to go on from there; None: zeros
        """
        return super().forward(inputs, initial_state)

    def backward(self, slopes, state_slopes=None, *, to_inputs=True):
        """Fill the gradients; return the slopes along the inputs, if they are wanted.

        slopes        along what `forward` returned
        state_slopes  along `state`, where the walk went on from it; None: zeros
        `initial_slopes` are then those along the state that the walk began with.
        """
        return super().backward(slopes, state_slopes, to_inputs=to_inputs)

    @property
    def state(self):
        """Return the state after the last step, h first, each (…, batch, units)."""
        return [self.outside(each) for each in self.last]

    @property
    def initial_slopes(self):
        """Return the slopes along the state that the walk began with."""
        return [self.outside(each) for each in self.along_begin]

    def read(self, inputs):
        """Return the inputs as they are inside; ValueError if they do not fit."""
        if np.asarray(inputs).dtype.kind not in "iu":
            return self.turned(self.floats("inputs", inputs, None, None, self.features))
        numbers = symbols("inputs", inputs, self.features, len(self.leading) + 2)
        require_shape("inputs", numbers, self.leading, (None, None))
        return self.turned(numbers)

    def ahead(self, inputs, initial_state=None):
        """Return h, (…, units, time, batch) or (…, units, batch)."""
        begin = self.begin(inputs.shape[-1], initial_state)
        self.inputs, self.rows = inputs, self.lay_out(inputs)
        self.h = self.rows[..., self.features : -1, :, :]
        self.h[..., 0, :] = begin[0]
        self.last = [self.h[..., -1, :], *self.walk(*begin[1:])]
        return self.h[..., 1:, :] if self.return_sequences else self.last[0]

    def begin(self, batch, state):
        """Return the state before the first step."""
        return self.read_state("initial_state", batch, state)

    def read_state(self, name, batch, state):
        """Return a state as it is inside, each (…, units, batch); 0 for None."""
        if state is None:
            return [0.0] * self.states_count
        fits, number = len(state) == self.states_count, f"{self.states_count} arrays"
        require(fits, name, f"{len(state)} arrays", number)
        states = [self.floats(name, each, batch, self.units) for each in state]
        return [self.turned(each) for each in states]

    def lay_out(self, inputs):
        """Return the rows, with the inputs and the ones filled in."""
        time, batch = inputs.shape[-2:]
        if inputs.dtype.kind == "i":
            inputs = one_hot(inputs, self.features, self.dtype)
        self.require_inside(inputs, (3,), self.features)
        rows = self.room("rows", *self.leading, self.stack.shape[-2], time + 1, batch)
        rows[..., : self.features, :-1, :] = inputs
        rows[..., -1, :, :] = 1
        return rows

    def preactivation(self, stack):
        """Return a function of t and an array (…, n, batch), into which it puts z_t.

        stack  W, U and b, transposed: (…, n, features + units + 1)
        """
        rows = by_time(self.rows)
        if self.leading or self.inputs.dtype.kind != "i":
            return lambda t, z: np.matmul(stack, rows[t], z)
        # a one-hot column times Wᵀ is a column of Wᵀ: taken, not multiplied
        stacks = np.split(stack, [self.features], axis=1)
        table, others = map(np.ascontiguousarray, stacks)
        from_state = self.room("from_state", len(stack), rows.shape[-1])

        def look_up(t, z):
            np.matmul(others, rows[t, self.features :], from_state)
            np.take(table, self.inputs[t], 1, z, "clip")  # unchecked, which is faster
            return np.add(z, from_state, z)

        return look_up

    def back(self, slopes, state_slopes=None, *, to_inputs=True):
        """Fill the gradients; return the slopes along the inputs, where wanted."""
        above = [0.0] * (self.rows.shape[-2] - 2) + [slopes]
        if self.return_sequences:
            above = by_time(slopes)
        end = self.read_state("state_slopes", slopes.shape[-1], state_slopes)
        along_z, self.along_begin = self.walk_back(above, *end)
        rows = merged(self.rows[..., :-1, :], self.leading)
        columns = merged(along_z, self.leading)
        outer_sums(rows, columns, self.stack_gradients)
        if not to_inputs or self.inputs.dtype.kind == "i":
            return None
        return self.times("along_inputs", self.weights["kernel"], along_z)
