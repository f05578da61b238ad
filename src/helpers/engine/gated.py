"""Layers with gates, numbers between 0 and 1 that decide what is kept: LSTM and GRU.

Read `plain_lstm.py` first, and in `recurrent.py` what `step` and `step_back` are.
"""

import numpy as np

from helpers.engine.layers import affine
from helpers.engine.losses import logistic  # σ
from helpers.engine.recurrent import Recurrent
from helpers.lesson.arguments import single


class LSTM(Recurrent):
    """A cell c that is kept, written and shown as far as three gates say.

    z_t = x_t W + h_{t-1} U + b, cut into four parts of `units` numbers, one each for
    the input gate i (how much to write), the forget gate f (how much to keep), the
    candidate g (what to write) and the output gate o (how much to show)
    i, f, o = σ(their part of z_t)     g = tanh(its part)
    c_t = f ⊙ c_{t-1} + i ⊙ g          h_t = o ⊙ tanh(c_t)

    Why a cell: straight back from c_t to c_{t-k}, a gradient is multiplied by the k
    forget gates between them, and by nothing else.  Where f is near 1 it lasts; in
    SimpleRNN each step multiplies by act'(z) and Uᵀ, and it may vanish or explode.

    kernel W (…, features, 4 units), recurrent_kernel U (…, units, 4 units), bias b
    (…, 4 units), in Keras's order, which calls g "c".  The state is [h, c].
    Sources: S. Hochreiter and J. Schmidhuber, "Long short-term memory", 1997; F. Gers,
    J. Schmidhuber and F. Cummins, "Learning to forget", 2000.
    """

    parts_count, states_count = 4, 2

    def __init__(self, features, units, rng, *, forget_bias=1.0, **options):
        """Start as Keras does: b is 0, but `forget_bias` for f; 1 puts f near 0.73."""
        forget_bias = single("forget_bias", forget_bias, ndim=0)
        super().__init__(features, units, rng, **options)
        _, b_f, _, _ = parts(self.weights["bias"], 4)
        b_f[...] = forget_bias  # a view: it stands in the bias

    def step(self, xW_b, h_before, c_before):
        """c_t = f ⊙ c_{t-1} + i ⊙ g and h_t = o ⊙ tanh(c_t), the gates from z_t."""
        z_i, z_f, z_g, z_o = parts(xW_b + h_before @ self.U, 4)
        i, f, o = logistic(z_i), logistic(z_f), logistic(z_o)
        g = np.tanh(z_g)
        c = f * c_before + i * g
        tanh_c = np.tanh(c)
        return [o * tanh_c, c], (i, f, g, o, c_before, tanh_c)

    def step_back(self, kept, dh, dc_later):
        """dc_t = dh_t ⊙ o ⊙ tanh'(c_t) + f_{t+1} ⊙ dc_{t+1}; dz_t from dh_t and dc_t.

        dc_later is what c_{t+1} sends back, f_{t+1} ⊙ dc_{t+1}.
        σ' = σ (1 − σ) and tanh' = 1 − tanh², both told from what they returned.
        """
        i, f, g, o, c_before, tanh_c = kept
        dc = dh * o * (1 - tanh_c**2) + dc_later
        dz_i = dc * g * i * (1 - i)
        dz_f = dc * c_before * f * (1 - f)
        dz_g = dc * i * (1 - g**2)
        dz_o = dh * tanh_c * o * (1 - o)  # of dh: o is in h_t alone, not in c_t
        dz = np.concatenate([dz_i, dz_f, dz_g, dz_o], axis=-1)
        return dz, [dz @ self.U_T, dc * f]  # to h through all four; straight to c


class GRU(Recurrent):
    """A state h of which the update gate u keeps a part (all where it is 1).

    p_t = x_t W + b_x and q_t = h_{t-1} U + b_h, each cut into three parts
    update gate u = σ(p_u + q_u)      reset gate r = σ(p_r + q_r)
    candidate g = tanh(p_g + r ⊙ q_g)
    h_t = u ⊙ h_{t-1} + (1 − u) ⊙ g

    Where u is near 1, it carries h, and a gradient along h, straight on; where r is
    near 0, g begins anew, without h_{t-1}.

    kernel W (…, features, 3 units), recurrent_kernel U (…, units, 3 units), bias
    (…, 2, 3 units), b_x and b_h: Keras's default, which calls u "z" and g "h".
    Source: K. Cho and others, "Learning phrase representations using RNN
    encoder–decoder", 2014; r ⊙ q_g in place of (r ⊙ h) U is the form of cuDNN.
    """

    parts_count = 3

    def __init__(self, features, units, rng, **options):
        """Start as Keras does, all biases at 0."""
        super().__init__(features, units, rng, **options)
        b_x_and_b_h = np.zeros((*self.leading, 2, 3 * self.units))  # in place of one b
        self.add_weights(bias=b_x_and_b_h)

    def from_inputs(self, x):
        """Return p = x W + b_x."""
        return affine(x, self.weights["kernel"], self.weights["bias"][..., 0, :])

    def step(self, p, h_before):
        """h_t = u ⊙ h_{t-1} + (1 − u) ⊙ g, the gates from p_t and q_t."""
        q = affine(h_before, self.U, self.weights["bias"][..., 1, :])
        (p_u, p_r, p_g), (q_u, q_r, q_g) = parts(p, 3), parts(q, 3)
        u, r = logistic(p_u + q_u), logistic(p_r + q_r)
        g = np.tanh(p_g + r * q_g)
        return [u * h_before + (1 - u) * g], (u, r, g, q_g, h_before)

    def step_back(self, kept, dh):
        """Return dp_t, of three parts, and the gradient along h_{t-1}.

        dp_u = dh_t ⊙ (h_{t-1} − g) ⊙ u (1 − u)     dp_g = dh_t ⊙ (1 − u) ⊙ (1 − g²)
        dp_r = dp_g ⊙ q_g ⊙ r (1 − r)               as r ⊙ q_g is within g
        dq_u = dp_u, dq_r = dp_r, dq_g = dp_g ⊙ r   and dh_{t-1} = dh_t ⊙ u + dq Uᵀ
        """
        u, r, g, q_g, h_before = kept
        dp_u = dh * (h_before - g) * u * (1 - u)
        dp_g = dh * (1 - u) * (1 - g**2)
        dp_r = dp_g * q_g * r * (1 - r)
        dp = np.concatenate([dp_u, dp_r, dp_g], axis=-1)
        return dp, [dh * u + dq_of(dp, r) @ self.U_T]  # straight, and through all three

    def fill_from(self, dp):
        """Fill the gradients: along W and b_x from dp, along U and b_h from dq."""
        dq = dq_of(dp, np.array([r for _, r, *_ in self.kept]))
        db = np.stack([self.sum_rows(dp), self.sum_rows(dq)], axis=-2)
        dW, dU = self.sum_outer(self.x, dp), self.sum_outer(self.h_before, dq)
        self.fill(kernel=dW, recurrent_kernel=dU, bias=db)


def dq_of(dp, r):
    """Return the gradient along q: that along p, but times r where r was times q."""
    dp_u, dp_r, dp_g = parts(dp, 3)
    return np.concatenate([dp_u, dp_r, dp_g * r], axis=-1)


def parts(a, count):
    """Return views of the parts of a (…, count · units), each (…, units)."""
    n = a.shape[-1] // count
    return [a[..., k * n : (k + 1) * n] for k in range(count)]
