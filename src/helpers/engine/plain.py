"""A recurrent network in its plainest form: to be read first, before `recurrent.py`.

One network reads one sequence, and puts something out after each step:

    h_t = tanh(x_t W + h_{t-1} U + b)     the state, all that it remembers; h_0 = 0
    y_t = h_t V + d                       what it puts out
    p_t = softmax(y_t)                    in a text: how likely each letter is next

W carries what it reads into the state, U the state before, and V the state to what it
puts out.

`python plain.py`, in its folder, measures the gradients, then trains the network on a
line of text, with a memory and without, and shows what it writes as it learns.  For a
text of your own, of a thousand letters or so, add its file: `python plain.py my.txt`.
All is done with NumPy alone.  SimpleRNN and Dense do the same for batches and
ensembles, and a test holds them to these lines.
"""

import sys
from pathlib import Path

import numpy as np


def forward(x, W, U, b, V, d):
    """Read x (time, features); return h (time + 1, units), and y (time, outputs).

    W (features, units), U (units, units), b (units), V (units, outputs), d (outputs)
    """
    h = np.zeros((len(x) + 1, len(U)))  # h[0] is h_0, and h[t] is h_t
    for t in range(len(x)):  # code counts from 0: x[0] is x_1, from which h_1 is made
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
        dh = dy[t] @ V.T + dh_later  # along h[t + 1]: from its y, and later steps
        dz = dh * (1 - h[t + 1] ** 2)  # through tanh, with tanh' = 1 − tanh²
        dW += np.outer(x[t], dz)  # all steps use the same weights, so they add up
        dU += np.outer(h[t], dz)
        db += dz
        dV += np.outer(h[t + 1], dy[t])
        dd += dy[t]
        dh_later = dz @ U.T  # along h[t]
    return dW, dU, db, dV, dd


def softmax(y):
    """Return exp(y) / Σ exp(y) of each row: how likely each letter is held to be."""
    powers = np.exp(y - y.max(axis=-1, keepdims=True))  # of 0 or less: no overflow
    return powers / powers.sum(axis=-1, keepdims=True)


def loss_and_slope(y, targets):
    """Return the mean of −log p of the letters that did come next, and its dy.

    targets  their one-hot rows (time, letters)
    As −log p_k = log Σ_j exp(y_j) − y_k, its gradient along y is p, less 1 at k: p
    less the one-hot row of k.
    """
    p = softmax(y)
    losses = -np.log(np.sum(p * targets, axis=1))
    return losses.mean(), (p - targets) / len(y)


def loss_and_gradients(x, targets, weights):
    """Walk forth and back once; return the loss, and its gradient along each weight."""
    h, y = forward(x, *weights)
    loss, dy = loss_and_slope(y, targets)
    return loss, backward(x, h, dy, *weights)


def one_hot(text, letters):
    """Return a row for each letter of a text: 1 at its own place, and 0 elsewhere."""
    return np.eye(len(letters))[[letters.index(letter) for letter in text]]


def begin(rng, text, units, scale):
    """Return a text as x, what follows each letter, and weights to begin with.

    After the last letter comes the first again.
    """
    x = one_hot(text, sorted(set(text)))
    n, targets = x.shape[1], np.roll(x, -1, axis=0)
    sizes = (n, units), (units, units), units, (units, n), n
    return x, targets, [rng.normal(0, scale, size) for size in sizes]


def largest_error(rng, text="hello", units=3, step=1e-5):
    """Return the largest difference between a gradient and the slope as measured."""
    x, targets, weights = begin(rng, text, units, scale=1)
    _, gradients = loss_and_gradients(x, targets, weights)
    errors = []
    for weight, gradient in zip(weights, gradients, strict=True):
        for place in np.ndindex(weight.shape):
            at, losses = weight[place], []
            for moved in (at + step, at - step):
                weight[place] = moved
                losses.append(loss_and_gradients(x, targets, weights)[0])
            weight[place] = at
            errors.append(gradient[place] - (losses[0] - losses[1]) / (2 * step))
    return np.abs(errors).max()


def learn(rng, text, has_memory=True, units=32, rate=0.05):
    """Train on a text, as long as asked; yield the loss and the weights at each update.

    Adagrad: w ← w − rate · dw / √(Σ dw² + ε), where Σ is over all updates so far.
    Without a memory U is kept at 0.
    Source: J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online
    learning and stochastic optimization", 2011.
    """
    x, targets, weights = begin(rng, text, units, scale=0.1)
    _, U, *_ = weights
    squares = [np.zeros_like(weight) for weight in weights]
    while True:
        if not has_memory:
            U[...] = 0
        loss, gradients = loss_and_gradients(x, targets, weights)
        yield loss, weights
        for weight, gradient, so_far in zip(weights, gradients, squares, strict=True):
            so_far += gradient**2
            weight -= rate * gradient / np.sqrt(so_far + 1e-8)


def write(rng, weights, text, length):
    """Return what the network writes: it draws each letter by the chance it gives it.

    The first is the first letter of the text.  It reads the letter that it wrote last:
    its state is all that it knows of those before.
    """
    W, U, b, V, d = weights
    letters, written, h = sorted(set(text)), text[0], np.zeros(len(U))
    while len(written) < length:
        (x,) = one_hot(written[-1], letters)
        h = np.tanh(x @ W + h @ U + b)
        written += letters[rng.choice(len(letters), p=softmax(h @ V + d))]
    return written


def least_without_memory(text):
    """Return the least loss of what sees no more than one letter: by counting pairs.

    It is the mean of −log p, where p = count(ab) / count(a) for each pair ab.
    """
    pairs = [a + b for a, b in zip(text, text[1:] + text[0], strict=True)]
    return np.mean([np.log(text.count(ab[0]) / pairs.count(ab)) for ab in pairs])


def show(text, has_memory, shown=(0, 20, 100, 400)):
    """Train a network, and print what it writes after some of its updates."""
    rng = np.random.default_rng(1)
    updates = zip(range(shown[-1] + 1), learn(rng, text, has_memory), strict=False)
    for update, (loss, weights) in updates:
        if update in shown:
            print(f"{update:4}  loss {loss:.3f}  {write(rng, weights, text, 65)!r}")


TEXT = "what a network reads goes into its state, and what it says comes out of it. "

if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text(encoding="utf-8") if sys.argv[1:] else TEXT
    if not text:
        sys.exit(f"{sys.argv[1]}: expected a text of one letter or more, got none")
    print(f"gradients: off by {largest_error(np.random.default_rng(1)):.0e} at most")
    print("with a memory, after some updates (it draws, so that slips are chance):")
    show(text, has_memory=True)
    print(f"without, where the loss is {least_without_memory(text):.3f} or more:")
    show(text, has_memory=False)
