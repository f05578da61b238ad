"""A recurrent network in its plainest form: to be read first, before `recurrent.py`.

One network reads one sequence, and puts something out after each step:

    h_t = tanh(x_t W + h_{t-1} U + b)     the state, all that it remembers; h_0 = 0
    y_t = h_t V + d                       what it puts out

SimpleRNN and Dense do the same for batches and ensembles, and a test holds them to
these lines.  `python plain.py`, in its folder, measures its gradients, and trains it to
remember, with NumPy alone.
"""

import numpy as np


def forward(x, W, U, b, V, d):
    """Read x (time, features); return h (time + 1, units), and y (time, outputs).

    A long text is cut into windows, and each begins with the last h of the one before:
    see `by_windows` in `training.py`.  Here h_0 is 0.
    W (features, units), U (units, units), b (units), V (units, outputs), d (outputs)
    """
    h = np.zeros((len(x) + 1, len(U)))  # h[0] is h_0, and h[t] is h_t
    for t in range(len(x)):  # what is read counts from 0: x[t] is x_{t+1}
        h[t + 1] = np.tanh(x[t] @ W + h[t] @ U + b)
    return h, h[1:] @ V + d


def backward(x, h, dy, W, U, b, V, d):
    """Return dW, dU, db, dV, dd from dy, where dA is ∂loss / ∂A, in the shape of A.

    This is backpropagation through time: the steps once more, the last one first.  Each
    step back multiplies by tanh' and Uᵀ: over many, a gradient may vanish, or explode.
    """
    dW, dU, db, dV, dd = (np.zeros_like(weight) for weight in (W, U, b, V, d))
    dh_later = np.zeros(len(U))  # what comes back from the steps after this one
    for t in reversed(range(len(x))):
        dh = dy[t] @ V.T + dh_later  # from its output, and from later steps
        dz = dh * (1 - h[t + 1] ** 2)  # through tanh, with tanh' = 1 − tanh²
        dW += np.outer(x[t], dz)  # all steps use the same weights, so they add up
        dU += np.outer(h[t], dz)
        db += dz
        dV += np.outer(h[t + 1], dy[t])
        dd += dy[t]
        dh_later = dz @ U.T
    return dW, dU, db, dV, dd


def largest_error(rng, time=5, step=1e-5):
    """Return by how much a gradient is off, at most, where each is measured as well."""
    sizes = (2, 3), (3, 3), 3, (3, 2), 2
    weights = [rng.normal(size=size) for size in sizes]
    x, dy = rng.normal(size=(2, time, 2))

    def loss():
        return np.sum(dy * forward(x, *weights)[1])  # so that ∂loss / ∂y is dy

    h, _ = forward(x, *weights)
    pairs = zip(weights, backward(x, h, dy, *weights), strict=True)
    return max(np.abs(measured(loss, W, step) - dW).max() for W, dW in pairs)


def measured(loss, weight, step):
    """Return ∂loss / ∂weight, from the loss a step above and below each number."""
    slopes = np.zeros_like(weight)
    for place in np.ndindex(weight.shape):
        above, below = (moved(loss, weight, place, by) for by in (step, -step))
        slopes[place] = (above - below) / (2 * step)
    return slopes


def moved(loss, weight, place, by):
    """Return the loss with one number of a weight moved."""
    weight[place] += by
    found = loss()
    weight[place] -= by
    return found


def learn_to_echo(rng, delay=2, has_memory=True, units=8, updates=1000, rate=0.05):
    """Train a network to say what it read `delay` steps ago; return the loss each time.

    x is 1 or −1 at random, so that without a memory, U = 0, nothing is better than to
    say 0: a mean squared error of 1, unless the delay is 0.
    """
    sizes = (1, units), (units, units), units, (units, 1), 1
    weights = [rng.normal(0, 0.3, size) for size in sizes]
    U = weights[1]  # the same array: what changes in one changes in the other
    U *= has_memory  # without one, U begins as 0 …
    losses = []
    for _ in range(updates):
        x = rng.choice([-1.0, 1.0], (delay + 20, 1))
        h, y = forward(x, *weights)
        error = y - np.roll(x, delay, axis=0)
        error[:delay] = 0  # the first targets come from x's end: they do not count
        losses.append(np.sum(error**2) / 20)
        dy = 2 * error / 20  # the derivative of the line above
        gradients = backward(x, h, dy, *weights)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight -= rate * gradient
        U *= has_memory  # … and is kept there
    return losses


if __name__ == "__main__":
    print(f"gradients: off by {largest_error(np.random.default_rng(1)):.0e} at most")
    for words, has_memory in (("with", True), ("without", False)):
        losses = learn_to_echo(np.random.default_rng(1), has_memory=has_memory)
        begin, end = np.mean(losses[:10]), np.mean(losses[-10:])
        print(f"{words} a memory: mean squared error {begin:.2f}, then {end:.4f}")
