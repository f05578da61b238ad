"""A recurrent network in its plainest form: to be read first, before `recurrent.py`.

One network reads one sequence, and puts something out after each step:

    h_t = tanh(x_t W + h_{t-1} U + b)     the state, all that it remembers; h_0 = 0
    y_t = h_t V + d                       what it puts out

Below it learns a text, and y_t tells which letter it expects next.  `python plain.py`,
in its folder, measures its gradients, trains it, and has it write, with NumPy alone.
SimpleRNN and Dense do the same for batches and ensembles, and a test holds them to
these lines.
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


def chances(y):
    """Return softmax(y), how likely each letter is held to come next."""
    powers = np.exp(y - y.max(axis=1, keepdims=True))  # of 0 or less: no overflow
    return powers / powers.sum(axis=1, keepdims=True)


def loss_and_slope(y, following):
    """Return the mean of −log p, for the letters that did come next, and its dy.

    Along y the gradient of −log p_k is p, less 1 at k: p, less the one-hot row of k.
    """
    p = chances(y)
    losses = -np.log(np.sum(p * following, axis=1))
    return losses.mean(), (p - following) / len(y)


def one_hot(text, letters):
    """Return a row for each letter of a text: 1 at its own place, and 0 elsewhere."""
    return np.eye(len(letters))[[letters.index(letter) for letter in text]]


def learn(rng, text, has_memory=True, units=32, updates=400, rate=0.05):
    """Train a network to tell what comes next in a text; return weights, and losses.

    After the last letter comes the first again.  Without a memory U is kept at 0.  A
    weight moves by its gradient, over the root of the sum of its squares so far.
    Source of this rule, Adagrad: J. Duchi, E. Hazan and Y. Singer, "Adaptive
    subgradient methods for online learning and stochastic optimization", 2011.
    """
    x = one_hot(text, sorted(set(text)))
    n, following = x.shape[1], np.roll(x, -1, axis=0)
    sizes = (n, units), (units, units), units, (units, n), n
    weights = [rng.normal(0, 0.1, size) for size in sizes]
    weights[1] *= has_memory
    squares, losses = [np.zeros(size) for size in sizes], []
    for _ in range(updates):
        h, y = forward(x, *weights)
        loss, dy = loss_and_slope(y, following)
        losses.append(loss)
        gradients = backward(x, h, dy, *weights)
        for weight, gradient, so_far in zip(weights, gradients, squares, strict=True):
            so_far += gradient**2
            weight -= rate * gradient / np.sqrt(so_far + 1e-8)
        weights[1] *= has_memory
    return weights, losses


def write(rng, weights, text, begin, length):
    """Return what a network writes that has learned a text: each letter by its chance.

    For each it reads all that is written once more, which is slow, but short to say.
    """
    letters, written = sorted(set(text)), begin
    while len(written) < length:
        _, y = forward(one_hot(written, letters), *weights)
        written += rng.choice(letters, p=chances(y)[-1])
    return written


def least_without_memory(text):
    """Return the least loss of who sees one letter alone: by counting pairs."""
    pairs = [a + b for a, b in zip(text, text[1:] + text[0], strict=True)]
    return -np.mean([np.log(pairs.count(ab) / text.count(ab[0])) for ab in pairs])


TEXT = "what a network reads goes into its state, and what it says comes out of it. "

if __name__ == "__main__":
    print(f"gradients: off by {largest_error(np.random.default_rng(1)):.0e} at most")
    for words, has_memory in (("with", True), ("without", False)):
        rng = np.random.default_rng(1)
        weights, losses = learn(rng, TEXT, has_memory)
        print(f"{words} a memory, loss {losses[0]:.2f}, then {losses[-1]:.3f}:")
        print(f"    {write(rng, weights, TEXT, 'w', 75)}")
    print(f"least loss without a memory, by counting: {least_without_memory(TEXT):.3f}")
