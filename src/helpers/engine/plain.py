"""A recurrent network in its plainest form: to be read first, before `recurrent.py`.

One network reads one sequence, and puts something out after each step:

    h_t = tanh(x_t W + h_{t-1} U + b)     the state, all that it remembers; h_0 = 0
    y_t = h_t V + d                       what it puts out

The other modules say the same for batches, ensembles, masks and other layers; a test
holds their numbers to these.  `python -m helpers.engine.plain` trains such a network.
"""

import numpy as np


def forward(x, W, U, b, V, d):
    """Read x (time, features); return h (time + 1, units), from h_0 on, and all y."""
    h = np.zeros((len(x) + 1, len(U)))
    for t in range(len(x)):  # x[t] is x_{t+1}, as arrays count from 0; h[t] is h_t
        h[t + 1] = np.tanh(x[t] @ W + h[t] @ U + b)
    return h, h[1:] @ V + d


def backward(x, h, dy, W, U, b, V, d):
    """Return the gradient of a loss along each weight, from dy, that along each y_t.

    This is backpropagation through time: the steps once more, the last one first.
    """
    dW, dU, db, dV, dd = (np.zeros_like(weight) for weight in (W, U, b, V, d))
    dh_after = np.zeros(len(U))  # along a state, from all that came after it
    for t in reversed(range(len(x))):
        dh = dy[t] @ V.T + dh_after  # what y_t asks for, and what the next step does
        dz = dh * (1 - h[t + 1] ** 2)  # through tanh, with tanh' = 1 − tanh²
        dW += np.outer(x[t], dz)
        dU += np.outer(h[t], dz)
        db += dz
        dV += np.outer(h[t + 1], dy[t])
        dd += dy[t]
        dh_after = dz @ U.T
    return dW, dU, db, dV, dd


def learn_to_echo(rng, has_memory=True, units=8, updates=1000, rate=0.05):
    """Train a network to say what it read two steps ago; return the loss each time.

    x is 1 or −1 by chance, so that without a memory, U = 0, nothing is better than to
    say 0: a mean squared error of 1.
    """
    sizes = (1, units), (units, units), units, (units, 1), 1
    weights, losses = [rng.normal(0, 0.3, size) for size in sizes], []
    weights[1] *= has_memory
    for _ in range(updates):
        x = rng.choice([-1.0, 1.0], (20, 1))
        h, y = forward(x, *weights)
        error = np.concatenate([np.zeros((2, 1)), y[2:] - x[:-2]])
        losses.append(np.sum(error**2) / 18)
        gradients = backward(x, h, 2 * error / 18, *weights)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight -= rate * gradient * (has_memory or weight is not weights[1])
    return losses


if __name__ == "__main__":
    for words, has_memory in (("with", True), ("without", False)):
        losses = learn_to_echo(np.random.default_rng(1), has_memory)
        begin, end = np.mean(losses[:10]), np.mean(losses[-10:])
        print(f"{words} a memory: mean squared error {begin:.2f}, then {end:.4f}")
