"""Layers with gates, numbers between 0 and 1 that decide what is kept: LSTM and GRU."""

import numpy as np

from helpers.engine.layers import affine
from helpers.engine.losses import sigmoid
from helpers.engine.recurrent import Recurrent, states_from
from helpers.lesson.arguments import finite


class LSTM(Recurrent):
    """A cell c that is kept, written and shown as far as three gates say.

    z_t = x_t W + h_{t-1} U + b, cut into four parts of `units` numbers, one each for
    the input gate i, the forget gate f, the candidate g and the output gate o
    i, f, o = σ(their part of z_t)     g = tanh(its part)
    c_t = f ⊙ c_{t-1} + i ⊙ g          h_t = o ⊙ tanh(c_t)

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
        """Start as Keras does: b is 0, but for f, which starts at σ(1) = 0.73."""
        super().__init__(features, units, rng, **options)
        bias = float(finite("forget_bias", forget_bias, ndim=0))
        self.weights["bias"][..., units : 2 * units] = bias

    def walk(self, x, h_0, c_0):
        """c_t = f ⊙ c_{t-1} + i ⊙ g and h_t = o ⊙ tanh(c_t), the gates from z_t."""
        W, U, b = self.weights.values()
        xW_b = affine(x, W, b)  # (time, …, batch, 4 units): for all steps at once
        gates = np.empty_like(xW_b)
        i, f, g, o = parts(gates, 4)  # views: what fills `gates` fills them
        (h, h_before), (c, c_before) = states_from(h_0, g), states_from(c_0, g)
        tanh_c = np.empty_like(c)
        for t in range(len(x)):
            gates[t] = gated(xW_b[t] + h_before[t] @ U)
            c[t] = f[t] * c_before[t] + i[t] * g[t]
            tanh_c[t] = np.tanh(c[t])
            h[t] = o[t] * tanh_c[t]
        self.h, self.h_before, self.c, self.c_before = h, h_before, c, c_before
        self.tanh_c, self.all_gates = tanh_c, gates
        return h, [h[-1], c[-1]]

    def walk_back(self, dh_above, dh, dc):
        """The product rule, line by line, with σ' = σ (1 − σ) and tanh' = 1 − tanh²."""
        U_T = self.weights["recurrent_kernel"].mT.copy()  # products are faster so
        (i, f, g, o), tanh_c = parts(self.all_gates, 4), self.tanh_c
        dz = np.empty_like(self.all_gates)
        dz_i, dz_f, dz_g, dz_o = parts(dz, 4)  # views: what fills them fills dz
        for t in reversed(range(len(dz))):
            dh = dh + dh_above[t]  # through the next step, and through the output
            dc = dc + dh * o[t] * (1 - tanh_c[t] ** 2)
            dz_i[t] = dc * g[t] * i[t] * (1 - i[t])
            dz_f[t] = dc * self.c_before[t] * f[t] * (1 - f[t])
            dz_g[t] = dc * i[t] * (1 - g[t] ** 2)
            dz_o[t] = dh * tanh_c[t] * o[t] * (1 - o[t])
            dc = dc * f[t]  # straight to the cell before
            dh = dz[t] @ U_T  # to the state before, through all gates
        dW, dU = self.sum_outer(self.x, dz), self.sum_outer(self.h_before, dz)
        self.fill(kernel=dW, recurrent_kernel=dU, bias=self.sum_rows(dz))
        return dz, [dh, dc]


class GRU(Recurrent):
    """A state h of which the update gate u keeps a part, and renews the rest.

    p_t = x_t W + b_x and q_t = h_{t-1} U + b_h, each cut into three parts, one each for
    update gate u = σ(p + q)   reset gate r = σ(p + q)   candidate g = tanh(p + r ⊙ q)
    h_t = u ⊙ h_{t-1} + (1 − u) ⊙ g

    kernel W (…, features, 3 units), recurrent_kernel U (…, units, 3 units), bias
    (…, 2, 3 units), b_x and b_h: Keras's default, which calls u "z" and g "h".
    Source: K. Cho and others, "Learning phrase representations using RNN
    encoder–decoder", 2014; r ⊙ q in place of (r ⊙ h) U is the form of cuDNN.
    """

    gates = 3

    def __init__(self, features, units, rng, **options):
        """Start as Keras does, all biases at 0."""
        super().__init__(features, units, rng, **options)
        for arrays in (self.weights, self.gradients):
            arrays["bias"] = np.zeros((*self.leading, 2, 3 * units), self.dtype)

    def walk(self, x, h_0):
        """h_t = u ⊙ h_{t-1} + (1 − u) ⊙ g, the gates from p_t and q_t."""
        W, U, b = self.weights.values()
        p = affine(x, W, b[..., 0, :])  # (time, …, batch, 3 units): for all steps
        q, gates = np.empty_like(p), np.empty_like(p)
        (p_u, p_r, p_g), (q_u, q_r, q_g) = parts(p, 3), parts(q, 3)  # views
        u, r, g = parts(gates, 3)
        h, h_before = states_from(h_0, g)
        for t in range(len(x)):
            q[t] = affine(h_before[t], U, b[..., 1, :])
            u[t] = sigmoid(p_u[t] + q_u[t])
            r[t] = sigmoid(p_r[t] + q_r[t])
            g[t] = np.tanh(p_g[t] + r[t] * q_g[t])
            h[t] = u[t] * h_before[t] + (1 - u[t]) * g[t]
        self.h, self.h_before, self.q_g, self.all_gates = h, h_before, q_g, gates
        return h, [h[-1]]

    def walk_back(self, dh_above, dh):
        """The product rule; dp and dq differ in the part of g alone, by r."""
        U_T = self.weights["recurrent_kernel"].mT.copy()  # products are faster so
        (u, r, g), h_before = parts(self.all_gates, 3), self.h_before
        dp, dq = np.empty_like(self.all_gates), np.empty_like(self.all_gates)
        (dp_u, dp_r, dp_g), (_, _, dq_g) = parts(dp, 3), parts(dq, 3)  # views
        for t in reversed(range(len(dp))):
            dh = dh + dh_above[t]  # through the next step, and through the output
            dp_u[t] = dh * (h_before[t] - g[t]) * u[t] * (1 - u[t])
            dp_g[t] = dh * (1 - u[t]) * (1 - g[t] ** 2)
            dp_r[t] = dp_g[t] * self.q_g[t] * r[t] * (1 - r[t])
            dq[t] = dp[t]
            dq_g[t] *= r[t]
            dh = dh * u[t] + dq[t] @ U_T
        db = np.stack([self.sum_rows(dp), self.sum_rows(dq)], axis=-2)
        dW, dU = self.sum_outer(self.x, dp), self.sum_outer(h_before, dq)
        self.fill(kernel=dW, recurrent_kernel=dU, bias=db)
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
