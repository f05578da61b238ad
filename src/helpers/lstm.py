"""The LSTM: a state c that is kept by multiplication with a gate, and so can last.

Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory", 1997; the forget
gate is from F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", 2000.
"""

import numpy as np

from helpers.arguments import generator, whole
from helpers.initializers import glorot_uniform, orthogonal
from helpers.layers import leading_axis, transposed
from helpers.recurrent import Recurrent, by_time


class LSTM(Recurrent):
    """A cell c that is forgotten, written and shown as three gates f, i and o say.

    z_t = x_t W + h_{t-1} U + b, cut into four parts of `units` numbers: i, f, g, o
    i, f, o = σ(their part of z_t)     g = tanh(its part)
    c_t = f c_{t-1} + i g              h_t = o tanh(c_t)

    kernel W (…, features, 4 units), recurrent_kernel U (…, units, 4 units), bias b
    (…, 4 units), in Keras's order of gates, which calls g "c".  The state is [h, c].
    """

    states_count = 2

    def __init__(
        self, features, units, rng, *, return_sequences=False, forget_bias=1.0,
        networks=None, dtype=np.float64,
    ):  # fmt: skip
        """Start as Keras does: W Glorot uniform, U orthogonal, b 0 but for f."""
        generator("rng", rng)
        leading, units = leading_axis(networks), whole("units", units)
        kernel = glorot_uniform(rng, (*leading, whole("features", features), 4 * units))
        recurrent_kernel = orthogonal(rng, (*leading, units, 4 * units))
        bias = np.zeros((*leading, 4, units))
        bias[..., 1, :] = forget_bias
        bias = bias.reshape(*leading, 4 * units)
        super().__init__(
            return_sequences, networks, dtype,
            kernel=kernel, recurrent_kernel=recurrent_kernel, bias=bias,
        )  # fmt: skip

    def walk(self, h_begin, c_begin, *, time, batch):
        """Return all h and all c; keep the gates and tanh(c) for the way back."""
        hidden = self.begun(h_begin, time, batch)
        cells = self.begun(c_begin, time, batch)
        self.gates = self.room("gates", (*hidden[..., 1:, :, 0].shape, 4 * self.units))
        self.tanh_c = self.room("tanh_c", hidden[..., 1:, :, :].shape)
        # σ(z) = ½ tanh(z / 2) + ½: with those parts of z halved, and factor and term
        # put in afterwards, one call of tanh serves all four gates
        half = np.repeat(np.array([0.5, 0.5, 1, 0.5], self.dtype), self.units)
        rest, U = 1 - half, self.weights["recurrent_kernel"] * half
        self.project(self.gates)
        self.gates *= half
        z = np.empty_like(by_time(self.gates)[0])
        for t, gate in enumerate(by_time(self.gates)):
            gate += np.matmul(by_time(hidden)[t], U, z)
            np.tanh(gate, gate)
            gate *= half
            gate += rest
            rest_of = (by_time(each)[t:] for each in (cells, hidden, self.tanh_c))
            self.remember(gate, *rest_of)
        return [hidden, cells]

    def remember(self, gate, c, h, tanh_c):
        """Put c_t = f c_{t-1} + i g and h_t = o tanh(c_t) into c[1] and h[1]."""
        i, f, g, o = self.parts(gate)
        np.multiply(f, c[0], c[1])
        c[1] += i * g
        np.tanh(c[1], tanh_c[0])
        np.multiply(o, tanh_c[0], h[1])

    def walk_back(self, slopes, h_end, c_end):
        """Return the slopes along z, and along h_0 and c_0.

        dh_t = from above + from step t + 1
        dc_t = dh_t o (1 − tanh² c_t) + f_{t+1} dc_{t+1}
        dz_t = dc g i (1−i),  dc c_{t-1} f (1−f),  dc i (1−g²),  dh tanh(c_t) o (1−o)
        """
        U_T = transposed(self.weights["recurrent_kernel"])
        dh, dc = (np.zeros_like(self.states[0][..., 0, :, :]) for _ in "hc")
        dh += h_end
        dc += c_end
        along_z, shown = self.factors()
        forget = by_time(tuple(self.parts(self.gates))[1])
        for t in reversed(range(len(forget))):
            dh += slopes[t]
            dc += dh * by_time(shown)[t]
            now = by_time(along_z)[t]
            along_i, along_f, along_g, along_o = self.parts(now)
            along_i *= dc
            along_f *= dc
            along_g *= dc
            along_o *= dh
            dc *= forget[t]
            np.matmul(now, U_T, dh)
        return along_z, [dh, dc]

    def factors(self):
        """Return dz/dc and dz/dh (…, time, batch, 4 units), and dc/dh, for all steps.

        They need no slope, so they are computed for all time steps at once.
        """
        i, _, g, o = self.parts(self.gates)
        along_z = self.room("along_z", self.gates.shape)
        np.subtract(1, self.gates, along_z)
        along_z *= self.gates
        along_i, along_f, along_g, along_o = self.parts(along_z)
        along_i *= g
        along_f *= self.states[1][..., :-1, :, :]
        along_o *= self.tanh_c
        np.multiply(g, g, along_g)
        np.subtract(1, along_g, along_g)
        along_g *= i
        shown = self.room("shown", self.tanh_c.shape)
        np.multiply(self.tanh_c, self.tanh_c, shown)
        np.subtract(1, shown, shown)
        shown *= o
        return along_z, shown

    def parts(self, z):
        """Return the parts of z that belong to i, f, g and o, as views."""
        return (z[..., k * self.units : (k + 1) * self.units] for k in range(4))
