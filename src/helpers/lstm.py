"""The LSTM: a state c that is kept by multiplication with a gate, and so can last.

Source: S. Hochreiter and J. Schmidhuber, "Long short-term memory", 1997; the forget
gate is from F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", 2000.
"""

import numpy as np

from helpers.arguments import finite, generator, whole
from helpers.arrays import by_time, transposed
from helpers.initializers import glorot_uniform, orthogonal
from helpers.layers import leading_axis
from helpers.recurrent import Recurrent


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
        bias[..., 1, :] = finite("forget_bias", forget_bias, ndim=0)
        bias = bias.reshape(*leading, 4 * units)
        super().__init__(
            return_sequences, networks, dtype,
            kernel=kernel, recurrent_kernel=recurrent_kernel, bias=bias,
        )  # fmt: skip

    def walk(self, c_begin):
        """Put in all h, and keep all c, gates and tanh(c) for the way back."""
        *leading, units, places, batch = self.h.shape
        self.c = self.room("c", places, *leading, units, batch)
        self.tanh_c = self.room("tanh_c", places - 1, *leading, units, batch)
        self.gates = self.room("gates", places - 1, *leading, 4 * units, batch)
        self.c[0] = c_begin
        # σ(z) = ½ tanh(z / 2) + ½: with those parts of z halved, and factor and term
        # put in afterwards, one call of tanh serves all four gates
        half = np.repeat(np.array([0.5, 0.5, 1, 0.5], self.dtype), units)[:, np.newaxis]
        put_z = self.preactivation(transposed(self.stack) * half)
        for t, gate in enumerate(self.gates):
            put_z(t, gate)
            np.tanh(gate, gate)
            for part in (gate[..., : 2 * units, :], gate[..., 3 * units :, :]):
                part *= 0.5
                part += 0.5
            self.remember(t)
        return [self.c[-1]]

    def remember(self, t):
        """Put in c_t = f c_{t-1} + i g and h_t = o tanh(c_t)."""
        i, f, g, o = self.parts(self.gates[t])
        c, tanh_c = self.c[t + 1], self.tanh_c[t]
        np.multiply(i, g, c)
        c += np.multiply(f, self.c[t], tanh_c)  # a place that is free for one more line
        np.tanh(c, tanh_c)
        np.multiply(o, tanh_c, by_time(self.h)[t + 1])

    def walk_back(self, slopes, h_end, c_end):
        """Return the slopes along z, and along h_0 and c_0.

        dh_t = from above + U dz_{t+1}
        dc_t = dh_t o (1 − tanh² c_t) + f_{t+1} dc_{t+1}
        """
        U, shape = self.weights["recurrent_kernel"], self.tanh_c.shape[1:]
        dh, dc = self.room("dh", *shape), self.room("dc", *shape)
        dh[...], dc[...] = h_end, c_end
        steps = len(self.gates)
        along_z = self.room("along_z", *self.gates.shape[1:-1], steps, shape[-1])
        for t in reversed(range(steps)):
            now = by_time(along_z)[t]
            np.add(dh, slopes[t], dh)
            self.step_back(t, dh, dc, now)
            np.matmul(U, now, dh)
        return along_z, [dh, dc]

    def step_back(self, t, dh, dc, along_z):
        """Put in dz_t, and turn f_{t+1} dc_{t+1} into f_t dc_t.

        dz_t = dc g i (1−i),  dc c_{t-1} f (1−f),  dc i (1−g²),  dh tanh(c_t) o (1−o)
        """
        i, f, g, o = self.parts(self.gates[t])
        slope, tanh_c = self.room("slope", *dc.shape), self.tanh_c[t]
        np.multiply(tanh_c, tanh_c, slope)
        np.subtract(1, slope, slope)
        slope *= o
        slope *= dh
        dc += slope
        factors = (g, dc), (self.c[t], dc), (i, dc), (tanh_c, dh)
        parts = self.parts(self.bend(self.gates[t])), self.parts(along_z)
        for (inner, outer), bend, along in zip(factors, *parts, strict=True):
            bend *= inner
            np.multiply(bend, outer, along)
        dc *= f

    def bend(self, gates):
        """Return the slope of each gate along z: σ (1 − σ), and 1 − g² for tanh."""
        bend = self.room("bend", *gates.shape)
        np.subtract(1, gates, bend)
        bend *= gates
        (_, _, g, _), (_, _, bend_g, _) = self.parts(gates), self.parts(bend)
        np.multiply(g, g, bend_g)
        np.subtract(1, bend_g, bend_g)
        return bend

    def parts(self, z):
        """Return views of z (…, 4 units, batch): its parts for i, f, g and o."""
        begins = range(0, 4 * self.units, self.units)
        return [z[..., begin : begin + self.units, :] for begin in begins]
