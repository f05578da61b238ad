"""An LSTM in its plainest form: to be read after `plain.py`, and before `gated.py`.

One layer reads one sequence.  From what it reads and from its last h it makes four
rows of numbers, and keeps two states, of which c is the memory and h what it shows:

    z_t = x_t W + h_{t-1} U + b         cut into four: z_i, z_f, z_g, z_o
    i, f, o = σ(z_i), σ(z_f), σ(z_o)    gates: how much to write, to keep, to show
    g = tanh(z_g)                       what to write
    c_t = f ⊙ c_{t-1} + i ⊙ g           the memory; c_0 = 0
    h_t = o ⊙ tanh(c_t)                 what it shows of it; h_0 = 0

LSTM does the same for batches and ensembles, and a test holds it to these lines.
`python plain_lstm.py`, in its folder, shows with NumPy alone what c is good for.
"""

import numpy as np


def sigmoid(z):
    """σ(z) = 1 / (1 + exp(−z)), between 0 and 1, in a form that cannot overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def forward(x, W, U, b):
    """Read x (time, features); return h, c (time + 1, units), gates of all steps.

    W (features, 4 units), U (units, 4 units), b (4 units): each cut as z is
    """
    h = np.zeros((len(x) + 1, len(U)))  # the last rows stay 0: h[-1] is h_0
    c, gates = h.copy(), []
    for t in range(len(x)):  # arrays count from 0: x[t], h[t], c[t] are of step t + 1
        i, f, g, o = gates_of(x[t] @ W + h[t - 1] @ U + b)
        c[t] = f * c[t - 1] + i * g
        h[t] = o * np.tanh(c[t])
        gates.append((i, f, g, o))
    return h, c, gates


def gates_of(z):
    """Cut z (4 units) in four, and make three gates and a candidate of it."""
    z_i, z_f, z_g, z_o = np.split(z, 4)
    return sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)


def backward(x, h, c, gates, dh, W, U, b):
    """Return dx, dW, dU, db from dh (time, units), where dA is ∂loss / ∂A.

    dh is what comes from outside, from what is done with h; what comes from the steps
    after is added here.  With σ' = σ (1 − σ) and tanh' = 1 − tanh².
    """
    dx, dW, dU, db = (np.zeros_like(array) for array in (x, W, U, b))
    dh_later = dc_later = np.zeros(len(U))  # what comes back from the steps after
    for t in reversed(range(len(x))):
        i, f, g, o = gates[t]
        dh_t = dh[t] + dh_later
        dc = dh_t * o * (1 - np.tanh(c[t]) ** 2) + dc_later
        dz_i = dc * g * i * (1 - i)
        dz_f = dc * c[t - 1] * f * (1 - f)
        dz_g = dc * i * (1 - g**2)
        dz_o = dh_t * np.tanh(c[t]) * o * (1 - o)
        dz = np.concatenate([dz_i, dz_f, dz_g, dz_o])
        dW += np.outer(x[t], dz)  # all steps use the same weights, so they add up
        dU += np.outer(h[t - 1], dz)
        db += dz
        dx[t] = dz @ W.T
        dh_later = dz @ U.T  # to the h before: through all four
        dc_later = dc * f  # to the c before: straight, f of it
    return dx, dW, dU, db


def begin(rng, units, forget_bias):
    """Draw W of one feature, and U; b is 0, but `forget_bias` in the part of f."""
    b = np.repeat([0.0, forget_bias, 0, 0], units)
    return rng.normal(0, 0.3, (1, 4 * units)), rng.normal(0, 0.3, (units, 4 * units)), b


def what_comes_back(rng, forget_bias, time=50, units=8):
    """Return |dx_t| for each step t, where the loss is the sum of the last h alone.

    The LSTM is untrained; its forget gates stand near σ(forget_bias).
    """
    x, weights = rng.normal(size=(time, 1)), begin(rng, units, forget_bias)
    dh = np.zeros((time, units))
    dh[-1] = 1
    dx, *_ = backward(x, *forward(x, *weights), dh, *weights)
    return np.abs(dx[:, 0])


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    for bias in (-1, 1, 5):
        sizes = np.mean([what_comes_back(rng, bias) for _ in range(100)], axis=0)
        words = ", ".join(f"{k} steps back {sizes[-1 - k]:.0e}" for k in (0, 10, 40))
        print(f"forget gates near {sigmoid(bias):.2f}: a gradient of {words}")
