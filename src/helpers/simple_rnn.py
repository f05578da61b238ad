"""The simple recurrent layer: SimpleRNN.

Source: J. L. Elman, "Finding structure in time", 1990.
"""

import numpy as np

from helpers.arguments import generator, require, whole
from helpers.arrays import by_time, transposed
from helpers.initializers import glorot_uniform, orthogonal
from helpers.layers import leading_axis
from helpers.recurrent import Recurrent


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

    def begin(self, batch, state):
        """Return h_0: what is given, or what is learned, or 0."""
        begin = super().begin(batch, state)
        self.begins_learned = state is None and "initial_state" in self.weights
        if self.begins_learned:
            begin = [self.weights["initial_state"][..., np.newaxis]]
        return begin

    def walk(self):
        """Put in all h: z_t = x_t W + h_{t-1} U + b, h_t = act(z_t)."""
        put_z = self.preactivation(np.ascontiguousarray(transposed(self.stack)))
        z = self.room("z", *self.h[..., 0, :].shape)
        act = np.tanh if self.activation == "tanh" else np.positive
        for t, h in enumerate(by_time(self.h)[1:]):
            act(put_z(t, z), h)
        return []

    def walk_back(self, slopes, end):
        """Return the slopes along z and h_0: through act', then through U."""
        U, bends = self.weights["recurrent_kernel"], self.bends()
        along_z = self.room("along_z", *self.h[..., 1:, :].shape)
        along_h = self.room("along_h", *self.h[..., 0, :].shape)
        along_h[...] = end
        steps = list(zip(by_time(along_z), slopes, bends, strict=True))
        for now, above, bend in reversed(steps):
            np.add(along_h, above, along_h)  # from later steps, and from the outputs
            np.multiply(along_h, bend, now)
            np.matmul(U, now, along_h)
        if "initial_state" in self.weights:
            total = along_h.sum(axis=-1) if self.begins_learned else 0
            self.gradients["initial_state"][...] = total
        return along_z, [along_h]

    def bends(self):
        """Return act'(z_t) for each step: 1 − h_t² for tanh, and 1 for linear."""
        h = self.h[..., 1:, :]
        if self.activation == "linear":
            return [1.0] * h.shape[-2]
        bends = self.room("bends", *h.shape)
        np.multiply(h, h, bends)
        return by_time(np.subtract(1, bends, bends))
