"""Recurrent layers: what they share, and the simplest, SimpleRNN.

A recurrent layer walks through time.  Step by step it reads an input, and makes a new
state of it and of the state before.  The way back, from the last step to the first, is
backpropagation through time.  Here dA is ∂loss / ∂A, the gradient of the loss along A.
What the layer returns, y_t, is h_t itself.  So dy_t is the gradient along h_t as others
see it, which `plain.py` has as dy_t Vᵀ; with what later steps send back it makes dh_t.
In SimpleRNN:

    forth, t = 1 … T    z_t  = x_t W + h_{t-1} U + b
                        h_t  = act(z_t)
    back,  t = T … 1    dh_t = dy_t + dz_{t+1} Uᵀ        (of T + 1: 0, or as is given)
                        dz_t = dh_t ⊙ act'(z_t)
    then                dW = Σ x_tᵀ dz_t   dU = Σ h_{t-1}ᵀ dz_t   db = Σ dz_t
                        dx_t = dz_t Wᵀ

Each Σ is over the steps, and over the examples of a batch.

Read `SimpleRNN.step` and `step_back` first, then the walk in `Recurrent.forth` and
`back`; `add_weights`, `fill` and the sums over time and batch are in `layers.py`.  Time
comes first in arrays, and code counts from 0, as in `plain.py`: the step at index t
reads x[t] and h[t], and makes h[t + 1]; dy[t], dz[t], mask[t] and kept[t] belong to it.
So x[0] is x_1, and h[0] is h_0.  Callers use `forward` and `backward`, which check what
they bring, and call `forth` and `back`: see `doors.py`.
"""

import numpy as np

from helpers.engine.layers import Layer, affine
from helpers.engine.starts import glorot_uniform, orthogonal
from helpers.lesson.arguments import boolean, brief, require, sizes, truths, whole


class Recurrent(Layer):
    """A layer that walks through time; a subclass says what happens in one step.

    kernel W (…, features, n), recurrent_kernel U (…, units, n), bias b (…, n), where n
    is the units, `parts_count` times (GRU has two b).  A state is `states_count` arrays
    (…, batch, units), h the first.  Callers' inputs are (…, batch, time, features), or
    symbols (…, batch, time).  The … is nothing, or the axis of an ensemble.

    step(xW_b, *before)       takes x_t W + b and the state before; returns the state
                              after it, and what the way back needs
    step_back(kept, *dstate)  takes that, and the gradient along each array of the state
                              after it, as others see it (what c gives through h is
                              added here); returns dz_t (in a GRU dp_t), and the
                              gradient along the state before; `back` left U_T, Uᵀ, for
                              it.  It is linear: of 0 it makes 0, as `take_back` needs
    """

    symbol_kinds, needs_time = "iu", True  # as in `Door`
    states_count, parts_count = 1, 1  # LSTM: 2 (h and c) and 4 (i, f, g, o)
    reads_one_way = True  # but Bidirectional
    for_back = frozenset({"x", "mask", "kept", "h_before", "U_T"})  # see `Owner`

    def __init__(self, features, units, rng, *, return_sequences=False,
                 networks=None, dtype=np.float64):  # fmt: skip
        """Start as Keras does: W Glorot uniform, the rows of U orthonormal, b 0."""
        super().__init__(networks, dtype)
        self.return_sequences = boolean("return_sequences", return_sequences)
        self.features, self.units = whole("features", features), whole("units", units)
        self.state_units, n = self.units, self.parts_count * self.units
        sizes("features, units", (*self.leading, max(features, units), n))
        W = glorot_uniform(rng, (*self.leading, features, n))
        U = orthogonal(rng, (*self.leading, units, n))
        b = np.zeros((*self.leading, n))
        self.add_weights(kernel=W, recurrent_kernel=U, bias=b)

    @property
    def U(self):  # noqa: N802  (its name in every equation)
        """Return the recurrent kernel."""
        return self.weights["recurrent_kernel"]

    def forth(self, x, *state, mask=None):
        """Walk from a state, or from the beginning; return all h, or the last.

        mask  (time, …, batch, 1), 0 where a step is skipped: there the state stays
        """
        xW_b = self.from_inputs(x)  # (time, …, batch, n): for all steps at once
        self.x, self.mask, self.kept = x, mask, []  # for `back`
        self.is_given = len(state) > 0  # then an h_0 that is learned is not used
        rows = xW_b.shape[1:-1]  # (…, batch)
        state = state or self.beginning(rows)
        h = np.empty((len(x) + 1, *rows, self.units), self.dtype)
        h[0] = state[0]
        for t in range(len(x)):
            after, kept = self.step(xW_b[t], *state)
            state = after if mask is None else unless_skipped(mask[t], after, state)
            h[t + 1] = state[0]
            self.kept.append(kept)
        self.h_before, self.end = h[:-1], state  # h_before[t]: before x[t] was read
        h.flags.writeable = False  # what is returned shares its memory with h_before
        return h[1:] if self.return_sequences else h[-1]

    def back(self, dy, *dstate, to_inputs=True):
        """Take the steps back, last one first; fill gradients; return dx, if wanted."""
        if not self.return_sequences:
            dy = [0.0] * (len(self.x) - 1) + [dy]  # only the last h was returned
        dstate = dstate or [0.0] * self.states_count  # nothing comes after the end
        self.U_T = self.U.mT.copy()  # contiguous: its products are faster
        dz = [None] * len(self.x)
        for t in reversed(range(len(self.x))):
            dh_later, *others = dstate
            dh = dh_later + dy[t]  # along h[t + 1]: from later steps, and its output
            dz[t], dstate = self.take_back(t, [dh, *others])
        self.along_begin = dstate  # what is left belongs to the state before step 1
        dz = np.array(dz)
        self.fill_from(dz)
        is_wanted = to_inputs and self.x.dtype.kind == "f"  # along a symbol is nothing
        return dz @ self.weights["kernel"].mT if is_wanted else None  # dx = dz Wᵀ

    def take_back(self, t, dstate):
        """Take back the step that read x[t]; where that was skipped, pass on dstate.

        On the way forth the state was m ⊙ after + (1 − m) ⊙ before, with m 1 or 0.  So
        m ⊙ dA goes back through the step, and (1 − m) ⊙ dA around it.
        """
        if self.mask is None:
            return self.step_back(self.kept[t], *dstate)
        m = self.mask[t]
        dz, before = self.step_back(self.kept[t], *[m * dA for dA in dstate])
        around = [(1 - m) * dA for dA in dstate]
        return dz, [sum(pair) for pair in zip(before, around, strict=True)]

    def read_mask(self, mask, batch, time):
        """Return truth values as 0 and 1, (time, …, batch, 1)."""
        mask = truths("mask", mask, self.leading, (batch, time))
        return np.moveaxis(mask, -1, 0)[..., np.newaxis].astype(self.dtype)

    def from_inputs(self, x):
        """Return x W + b."""
        return affine(x, self.weights["kernel"], self.weights["bias"])

    def beginning(self, shape):
        """Return the state before the first step: zeros."""
        return [np.zeros((*shape, self.units), self.dtype)] * self.states_count

    def fill_from(self, dz):
        """Fill the gradients: all steps used the same weights, so they add up."""
        dW, dU = self.sum_outer(self.x, dz), self.sum_outer(self.h_before, dz)
        self.fill(kernel=dW, recurrent_kernel=dU, bias=self.sum_rows(dz))


def unless_skipped(m, after, before):
    """Return the state after a step, but the one before it where m is 0: skipped."""
    return [np.where(m, new, old) for new, old in zip(after, before, strict=True)]


ACTIVATIONS = {  # act(z), and act'(z) as told from h = act(z)
    "tanh": (np.tanh, lambda h: 1 - h * h),
    "linear": (np.positive, np.ones_like),  # z itself, and 1
}


class SimpleRNN(Recurrent):
    """h_t = act(x_t W + h_{t-1} U + b), with act tanh or linear.

    With `learn_initial_state` there is one more weight, initial_state h_0 (…, units).
    Source: J. L. Elman, "Finding structure in time", 1990.
    """

    def __init__(self, features, units, rng, *, activation="tanh",
                 learn_initial_state=False, **options):  # fmt: skip
        """Start as Keras does, and h_0 at 0; `options` as in `Recurrent`."""
        known = isinstance(activation, str) and activation in ACTIVATIONS
        given = brief(activation)
        require(known, "activation", given, "'tanh' or 'linear'")
        boolean("learn_initial_state", learn_initial_state)
        super().__init__(features, units, rng, **options)
        self.activation = activation
        if learn_initial_state:
            self.add_weights(initial_state=np.zeros((*self.leading, self.units)))

    def step(self, xW_b, h_before):
        """h_t = act(x_t W + h_{t-1} U + b)."""
        act, _ = ACTIVATIONS[self.activation]
        h = act(xW_b + h_before @ self.U)
        return [h], h  # the state, and all that the way back needs

    def step_back(self, h, dh):
        """dz_t = dh_t ⊙ act'(z_t); dz_t Uᵀ is what dh_{t-1} has from this step."""
        _, act_prime = ACTIVATIONS[self.activation]
        dz = dh * act_prime(h)  # act'(z_t), told from h_t
        return dz, [dz @ self.U_T]

    def beginning(self, shape):
        """Return h_0, zeros or learned: every example begins with it."""
        (h_0,) = super().beginning(shape)
        learned = self.weights.get("initial_state")
        return [h_0 if learned is None else h_0 + learned[..., np.newaxis, :]]

    def fill_from(self, dz):
        """Fill the gradients; along h_0 it is the sum of dh_0 over all examples."""
        super().fill_from(dz)
        if "initial_state" in self.weights:
            dh_0 = 0 if self.is_given else self.sum_rows(self.along_begin[0])
            self.fill(initial_state=dh_0)
