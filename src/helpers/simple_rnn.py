"""The simple recurrent layer: SimpleRNN.

Source: J. L. Elman, "Finding structure in time", 1990.
"""

from itertools import pairwise

import numpy as np

from helpers.arguments import generator, require, whole
from helpers.initializers import glorot_uniform, orthogonal
from helpers.layers import leading_axis, transposed
from helpers.recurrent import Recurrent, by_time


class SimpleRNN(Recurrent):
    """h_t = act(x_t W + h_{t-1} U + b), with act tanh or linear.

    kernel W (…, features, units), recurrent_kernel U (…, units, units), bias b
    (…, units); with `learn_initial_state` also initial_state h_0 (…, units).
    """

    states_count = 1

    def __init__(
        self, features, units, rng, *, activation="tanh", return_sequences=False,
        learn_initial_state=False, networks=None, dtype=np.float64,
    ):  # fmt: skip
        """Start as Keras does: W Glorot uniform, U orthogonal, b and h_0 at 0."""
        known = activation in ("tanh", "linear")
        require(known, "activation", repr(activation), "'tanh' or 'linear'")
        self.activation = activation
        generator("rng", rng)
        leading, units = leading_axis(networks), whole("units", units)
        kernel = glorot_uniform(rng, (*leading, whole("features", features), units))
        recurrent_kernel = orthogonal(rng, (*leading, units, units))
        zeros = np.zeros((*leading, units))
        super().__init__(
            return_sequences, networks, dtype,
            kernel=kernel, recurrent_kernel=recurrent_kernel, bias=zeros,
            **({"initial_state": zeros} if learn_initial_state else {}),
        )  # fmt: skip

    def begin(self, batch, initial_state):
        """Return h_0: what is given, or what is learned, or 0."""
        if initial_state is None and "initial_state" in self.weights:
            return [self.weights["initial_state"][..., np.newaxis, :]]
        return super().begin(batch, initial_state)

    def walk(self, begin, *, time, batch):
        """Return all h, from h_0 on: z_t = x_t W + b + h_{t-1} U, h_t = act(z_t)."""
        states = self.begun(begin, time, batch)
        self.project(states[..., 1:, :, :])  # each h_t lies where its x_t W + b was
        U, h = self.weights["recurrent_kernel"], by_time(states)
        from_state = np.empty_like(h[0])
        for before, after in pairwise(h):
            after += np.matmul(before, U, from_state)
            if self.activation == "tanh":
                np.tanh(after, after)
        return [states]

    def walk_back(self, slopes, end):
        """Return the slopes along z and h_0: through tanh' = 1 − h², then through U."""
        U_T = transposed(self.weights["recurrent_kernel"])
        h = by_time(self.states[0])[1:]
        along_z = self.room("along_z", self.states[0][..., 1:, :, :].shape)
        along_h, bend = np.zeros_like(h[0]), np.empty_like(h[0])
        along_h += end
        for t in reversed(range(len(h))):
            now = by_time(along_z)[t]
            np.add(along_h, slopes[t], now)
            if self.activation == "tanh":
                np.multiply(h[t], h[t], bend)
                now *= np.subtract(1, bend, bend)
            np.matmul(now, U_T, along_h)
        return along_z, [along_h]

    def fill_gradients(self, along_z):
        """Fill the gradients, that of h_0 too."""
        if "initial_state" in self.weights:
            (along_h,) = self.initial_slopes
            np.sum(along_h, axis=-2, out=self.gradients["initial_state"])
        super().fill_gradients(along_z)
