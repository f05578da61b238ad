"""An LSTM in its plainest form: to be read after `plain.py`, and before `gated.py`.

One layer reads one sequence.  From what it reads and from its last h it makes four
rows of numbers, and keeps two states, of which c is the memory and h what it shows:

    z_t = x_t W + h_{t-1} U + b         cut into four: z_i, z_f, z_g, z_o
    i, f, o = σ(z_i), σ(z_f), σ(z_o)    gates: how much to write, to keep, to show
    g = tanh(z_g)                       what to write
    c_t = f ⊙ c_{t-1} + i ⊙ g           the memory; c_0 = 0
    h_t = o ⊙ tanh(c_t)                 what it shows of it; h_0 = 0

LSTM does the same for batches and ensembles, and a test holds it to these lines: the
gradients, too, which other tests of LSTM measure.
`python plain_lstm.py`, in its folder, shows what c is good for: a step back along c
multiplies a gradient by f, and by nothing else, where `plain.py` multiplies by tanh'
and Uᵀ.  Nothing is trained there, and U is 0, so that c is the only way back.
"""

import numpy as np


def sigmoid(z):
    """σ(z) = 1 / (1 + exp(−z)), between 0 and 1, in a form that cannot overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def forward(x, W, U, b):
    """Read x (time, features); return h, c (time + 1, units), gates of all steps.

    W (features, 4 units), U (units, 4 units), b (4 units): each in the order i, f, g, o
    """
    h = np.zeros((len(x) + 1, len(U)))  # h[0] is h_0, and h[t] is h_t; so with c
    c, gates = h.copy(), []
    for t in range(len(x)):  # code counts from 0: x[0] is x_1, from which h_1 is made
        i, f, g, o = gates_of(x[t] @ W + h[t] @ U + b)
        c[t + 1] = f * c[t] + i * g
        h[t + 1] = o * np.tanh(c[t + 1])
        gates.append((i, f, g, o))
    return h, c, gates


def gates_of(z):
    """Cut z (4 units) in four, and make three gates and a candidate of it."""
    z_i, z_f, z_g, z_o = np.split(z, 4)
    return sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)


def backward(x, h, c, gates, dy, W, U, b):
    """Return dx, dW, dU, db from dy (time, units), where dA is ∂loss / ∂A.

    y_t is h_t as others see it: dy[t] comes from what is done with it outside; with
    what comes from the steps after it, it is dh.  σ' = σ (1 − σ) and tanh' = 1 − tanh².
    """
    dx, dW, dU, db = (np.zeros_like(array) for array in (x, W, U, b))
    dh_later = dc_later = np.zeros(len(U))  # what comes back from the steps after
    for t in reversed(range(len(x))):
        i, f, g, o = gates[t]
        tanh_c = np.tanh(c[t + 1])
        dh = dy[t] + dh_later
        dc = dh * o * (1 - tanh_c**2) + dc_later
        dz_i = dc * g * i * (1 - i)
        dz_f = dc * c[t] * f * (1 - f)
        dz_g = dc * i * (1 - g**2)
        dz_o = dh * tanh_c * o * (1 - o)
        dz = np.concatenate([dz_i, dz_f, dz_g, dz_o])
        dW += np.outer(x[t], dz)  # all steps use the same weights, so they add up
        dU += np.outer(h[t], dz)
        db += dz
        dx[t] = dz @ W.T
        dh_later = dz @ U.T  # to the h before: through all four
        dc_later = dc * f  # to the c before: straight, f of it
    return dx, dW, dU, db


def begin(rng, units, forget_bias):
    """Draw W for one feature; U and b are 0, but for f b is `forget_bias`."""
    b = np.repeat([0.0, forget_bias, 0, 0], units)
    return rng.normal(0, 0.3, (1, 4 * units)), np.zeros((units, 4 * units)), b


def what_comes_back(rng, forget_bias, time=50, units=8):
    """Return |dx_t| for each step t, where the loss is the sum of the last h alone.

    The LSTM is untrained, and its U is 0: no h asks anything of the one before, and c
    is the only way back.  Its forget gates stand near σ(forget_bias).
    """
    x, weights = rng.normal(size=(time, 1)), begin(rng, units, forget_bias)
    dy = np.zeros((time, units))
    dy[-1] = 1
    dx, *_ = backward(x, *forward(x, *weights), dy, *weights)
    return np.abs(dx[:, 0])


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    print("forget gates, and what is left of a gradient (in brackets, f to the power)")
    for bias in (-1, 1, 5):
        f = sigmoid(bias)
        sizes = np.mean([what_comes_back(rng, bias) for _ in range(100)], axis=0)
        left = sizes / sizes[-2]  # one step back, from where on c is the only way
        words = [f"after {k} more {left[-2 - k]:.0e} ({f**k:.0e})" for k in (10, 40)]
        print(f"near {f:.2f}:", *words)
