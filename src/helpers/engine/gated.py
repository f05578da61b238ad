"""Layers with gates, numbers between 0 and 1 that decide what is kept: LSTM and GRU."""

import numpy as np

from helpers.engine.layers import affine
from helpers.engine.losses import sigmoid
from helpers.engine.recurrent import Recurrent
from helpers.lesson.arguments import finite


class LSTM(Recurrent):
    """A cell c that is forgotten, written and shown as three gates f, i and o say.

    z_t = x_t W + h_{t-1} U + b, cut into four parts of `units` numbers: i, f, g, o
    i, f, o = σ(their part of z_t)     g = tanh(its part)
    c_t = f c_{t-1} + i g              h_t = o tanh(c_t)

    Why a cell: straight back from c_t to c_{t-k}, a gradient is multiplied by the k
    forget gates between them, and by nothing else.  Where f is near 1 it lasts; in
    SimpleRNN each step multiplies by act'(z) and Uᵀ, and it may vanish or explode.

    kernel W (…, features, 4 units), recurrent_kernel U (…, units, 4 units), bias b
    (…, 4 units), in Keras's order of gates, which calls g "c".  The state is [h, c].
    Sources: S. Hochreiter and J. Schmidhuber, "Long short-term memory", 1997; F. Gers,
    J. Schmidhuber and F. Cummins, "Learning to forget", 2000.
    """

    gates, states_count = 4, 2

    def __init__(self, features, units, rng, *, forget_bias=1.0, **options):
        """Start as Keras does: b is 0, but for f, which starts at σ(1) = 0.73.

        `options` as in `Recurrent`.
        """
        super().__init__(features, units, rng, **options)
        bias = float(finite("forget_bias", forget_bias, ndim=0))
        self.weights["bias"][..., units : 2 * units] = bias

    def walk(self, x, h_0, c_0):
        """i, f, o = σ(z_t), g = tanh(z_t), c_t = f c_{t-1} + i g, h_t = o tanh(c_t)."""
        W, U, b = self.weights.values()
        a = affine(x, W, b)  # (time, …, batch, 4 units): x_t W + b, then the gates
        i, f, g, o = parts(a, 4)  # views: what fills a fills them
        h = np.empty((len(a) + 1, *g.shape[1:]), a.dtype)
        c, tanh_c = np.empty_like(h), np.empty_like(h)
        h[0], c[0] = h_0, c_0
        for t in range(len(a)):  # from h[t] and c[t] to h[t + 1] and c[t + 1]
            a[t] = gated(a[t] + h[t] @ U)
            c[t + 1] = f[t] * c[t] + i[t] * g[t]
            tanh_c[t + 1] = np.tanh(c[t + 1])
            h[t + 1] = o[t] * tanh_c[t + 1]
        self.a, self.h, self.c, self.tanh_c = a, h, c, tanh_c
        return h[1:], [h[-1], c[-1]]

    def walk_back(self, dh_above, dh, dc):
        """The product rule, line by line, with σ' = σ (1 − σ) and tanh' = 1 − tanh²."""
        U_T = self.weights["recurrent_kernel"].mT.copy()  # products are faster so
        (i, f, g, o), c, tanh_c = parts(self.a, 4), self.c, self.tanh_c
        dz = np.empty_like(self.a)
        dz_i, dz_f, dz_g, dz_o = parts(dz, 4)  # views: what fills them fills dz
        for t in reversed(range(len(dz))):
            dh = dh + dh_above[t]  # through the next step, and through the output
            dc = dc + dh * o[t] * (1 - tanh_c[t + 1] ** 2)
            dz_i[t] = dc * g[t] * i[t] * (1 - i[t])
            dz_f[t] = dc * c[t] * f[t] * (1 - f[t])
            dz_g[t] = dc * i[t] * (1 - g[t] ** 2)
            dz_o[t] = dh * tanh_c[t + 1] * o[t] * (1 - o[t])
            dc = dc * f[t]  # straight to c[t]; what goes through h[t] is in dh
            dh = dz[t] @ U_T
        dW, dU = self.sum_outer(self.x, dz), self.sum_outer(self.h[:-1], dz)
        self.fill(dW, dU, self.sum_rows(dz))
        return dz, [dh, dc]


class GRU(Recurrent):
    """A gate u says how much of h is kept, a gate r what of h the new part g sees.

    p_t = x_t W + b_x and q_t = h_{t-1} U + b_h, each cut into three parts: u, r, g
    u, r = σ(p + q), their parts       g = tanh(p + r q), their parts
    h_t = u h_{t-1} + (1 − u) g

    kernel W (…, features, 3 units), recurrent_kernel U (…, units, 3 units), bias
    (…, 2, 3 units), b_x and b_h: Keras's default, which calls u "z" and g "h".
    Source: K. Cho and others, "Learning phrase representations using RNN
    encoder–decoder", 2014; r q in place of (r h) U is the form of cuDNN.
    """

    gates = 3

    def __init__(self, features, units, rng, **options):
        """Start as Keras does.  `options` as in `Recurrent`."""
        super().__init__(features, units, rng, **options)
        for arrays in (self.weights, self.gradients):
            arrays["bias"] = np.zeros((*self.leading, 2, 3 * units), self.dtype)

    def walk(self, x, h_0):
        """u, r = σ(p + q), g = tanh(p + r q), h_t = u h_{t-1} + (1 − u) g."""
        W, U, b = self.weights.values()
        a = affine(x, W, b[..., 0, :])  # (time, …, batch, 3 units): p, then u, r and g
        (u, r, g), q = parts(a, 3), np.empty_like(a)  # views: they fill a
        q_u, q_r, q_g = parts(q, 3)
        h = np.empty((len(a) + 1, *g.shape[1:]), a.dtype)
        h[0] = h_0
        for t in range(len(a)):  # from h[t] to h[t + 1]
            q[t] = affine(h[t], U, b[..., 1, :])
            u[t] = sigmoid(u[t] + q_u[t])
            r[t] = sigmoid(r[t] + q_r[t])
            g[t] = np.tanh(g[t] + r[t] * q_g[t])
            h[t + 1] = u[t] * h[t] + (1 - u[t]) * g[t]
        self.a, self.h, self.q_g = a, h, q_g
        return h[1:], [h[-1]]

    def walk_back(self, dh_above, dh):
        """The product rule; dp and dq differ in the part of g alone, by r."""
        U_T = self.weights["recurrent_kernel"].mT.copy()  # products are faster so
        (u, r, g), h, q_g = parts(self.a, 3), self.h, self.q_g
        dp, dq = np.empty_like(self.a), np.empty_like(self.a)
        (dp_u, dp_r, dp_g), (_, _, dq_g) = parts(dp, 3), parts(dq, 3)  # views
        for t in reversed(range(len(dp))):
            dh = dh + dh_above[t]  # through the next step, and through the output
            dp_u[t] = dh * (h[t] - g[t]) * u[t] * (1 - u[t])
            dp_g[t] = dh * (1 - u[t]) * (1 - g[t] ** 2)
            dp_r[t] = dp_g[t] * q_g[t] * r[t] * (1 - r[t])
            dq[t] = dp[t]
            dq_g[t] *= r[t]
            dh = dh * u[t] + dq[t] @ U_T
        db = np.stack([self.sum_rows(dp), self.sum_rows(dq)], axis=-2)
        self.fill(self.sum_outer(self.x, dp), self.sum_outer(h[:-1], dq), db)
        return dp, [dh]


def gated(z):
    """Return σ(z), but tanh(z) for the third of the four parts.

    σ(z) = ½ tanh(z / 2) + ½, so that one call of tanh, the slowest part, serves all.
    """
    half = np.array([0.5, 0.5, 1, 0.5], z.dtype).repeat(z.shape[-1] // 4)
    return half * np.tanh(half * z) + (1 - half)


def parts(a, count):
    """Return views of a (…, count · units): its parts, one a gate."""
    n = a.shape[-1] // count
    return [a[..., k * n : (k + 1) * n] for k in range(count)]
