"""Layers: what all of them share, and the two without a memory, Dense and Embedding.

Read `Dense.forth` and `back` first: y = x W + b, and dW = xᵀ dy, db = Σ dy, dx = dy Wᵀ.

Here, in `forth` and `back`, **time comes first**: arrays are (time, …, batch,
features), so that a step is one block of memory.  Callers have another order: see
`doors.py`.

The … is nothing, or with `networks=R` an axis of length R, for R independent layers in
one: an ensemble.  Inputs then have it too, of length R, or 1 if all see the same.  The
code is one for both, because matmul runs over leading axes by itself, and W.mT is the
transpose of each matrix in W.
"""

import numpy as np

from helpers.engine.doors import Door
from helpers.engine.owners import Arrays
from helpers.engine.starts import glorot_uniform, leading_axis
from helpers.lesson.arguments import (
    float_type,
    floats,
    generator,
    real,
    require,
    sizes,
    whole,
)

MANY_SYMBOLS = 500  # up to so many, a product of one-hot rows is faster than adding up
MANY_NUMBERS = 2**23  # an array with more is not made only to be summed


class Layer(Door):
    """A function with weights, and its derivative.

    `weights`, and `gradients` of a loss along each, have Keras's names, order and
    shapes, behind the … (`initial_state`, where it is learned, is ours).  A subclass
    has the equations.  forth(x) returns y, and keeps what the way back needs.
    back(dy, to_inputs), where dy is the gradient of the loss along y, fills
    `gradients`, and returns the gradient along x if `to_inputs` asks for it.
    """

    def __init__(self, networks, dtype):
        """Look at what all weights share, before one is drawn."""
        self.leading = leading_axis(networks)  # the axis that … is
        self.dtype = float_type("dtype", dtype)
        self.weights, self.gradients = Arrays(), Arrays()

    def add_weights(self, **weights):
        """Take weights (…, any) as they begin; make room for the gradients along them.

        Equations ask for them by name, as in `self.weights["kernel"]`: once a network
        has the layer they lie elsewhere, and an array that you took out before is no
        longer used; it cannot be written to any more.
        """
        is_open = "weights" in vars(self) and not self.is_in_use
        wanted = "all weights before a network has the layer"
        require(is_open, "weights", "more", wanted)
        new = {name: self.read_weight(name, each) for name, each in weights.items()}
        along = {name: np.zeros_like(weight) for name, weight in new.items()}
        self.gradients.places.update(along)
        self.weights.places.update(new)

    def read_weight(self, name, weight):
        """Return its own copy of a weight; ValueError unless it is (…, any)."""
        weight = real(name, weight)
        rest = max(weight.ndim - len(self.leading), 0) * (None,)
        return floats(name, weight, (), (*self.leading, *rest), self.dtype)

    def fill(self, **gradients):
        """Put gradients in their places, by the names of the weights."""
        for name, gradient in gradients.items():
            self.gradients[name][...] = gradient  # in place: a network has views of it

    def sum_outer(self, x, dz):
        """Return the sum over time and batch of xᵀ dz, the gradient along a kernel.

        For one network: the product of two matrices, with a row for each step of each
        example.  The rest is the same for symbols and for an ensemble.
        """
        if x.dtype.kind == "i":
            return self.sum_of_symbols(x, dz)
        m, n = x.shape[-1], dz.shape[-1]
        if not self.leading:
            return x.reshape(-1, m).T @ dz.reshape(-1, n)
        if x.ndim > 3 and len(x) * m * n * self.leading[0] > MANY_NUMBERS:
            return sum(map(np.matmul, x.mT, dz))  # step by step, in less memory
        return (x.mT @ dz).reshape(-1, *self.leading, m, n).sum(axis=0)

    def sum_of_symbols(self, x, dz):
        """Return the same for symbols x, which stand for one-hot rows."""
        if self.features > MANY_SYMBOLS or x.size * self.features > MANY_NUMBERS:
            return self.sum_picked(x, dz)
        one_hot = x[..., np.newaxis] == np.arange(self.features)
        return self.sum_outer(one_hot.astype(self.dtype), dz)

    def sum_picked(self, x, dz):
        """Return the same as well: dz, added up in the rows that they pick."""
        dW = np.zeros((*self.leading, self.features, dz.shape[-1]), self.dtype)
        np.add.at(dW, picked(x, dW), dz)
        return dW

    def sum_rows(self, dz):
        """Return the sum over time and batch of dz, the gradient along a bias."""
        if not self.leading:
            dz = dz.reshape(-1, dz.shape[-1])
        sums = np.ones(dz.shape[-2], self.dtype) @ dz  # faster than dz.sum(axis=-2)
        return sums.reshape(-1, *sums.shape[-2:]).sum(axis=0) if self.leading else sums

    def __setstate__(self, state):
        """Make a copy whole: its arrays are its own, wherever they come from."""
        super().__setstate__(state)
        for own in {"weights", "gradients"} & state.keys():  # else those of its parts
            places = state[own].places
            places.update({name: array.copy() for name, array in places.items()})


class Dense(Layer):
    """y = x W + b for every row x: kernel W (…, features, units), bias b (…, units).

    Inputs are (…, batch, features), or (…, batch, time, features).
    """

    for_back = frozenset({"x"})

    def __init__(self, features, units, rng, networks=None, dtype=np.float64):
        """Start W as Keras does (Glorot uniform), b at 0."""
        super().__init__(networks, dtype)
        self.features, self.units = whole("features", features), whole("units", units)
        sizes("features, units", (*self.leading, features, units))
        W = glorot_uniform(rng, (*self.leading, features, units))
        self.add_weights(kernel=W, bias=np.zeros((*self.leading, units)))

    def forth(self, x):
        """Return x W + b."""
        self.x = x
        return affine(x, self.weights["kernel"], self.weights["bias"])

    def back(self, dy, to_inputs=True):
        """Return dy Wᵀ; along W the gradient is the sum of xᵀ dy, along b of dy."""
        self.fill(kernel=self.sum_outer(self.x, dy), bias=self.sum_rows(dy))
        return dy @ self.weights["kernel"].mT if to_inputs else None


class Embedding(Layer):
    """E_d for every symbol d: embeddings E (…, symbols, width), looked up by row.

    Inputs are whole numbers (…, batch, time).
    """

    symbol_kinds, needs_time = "iuf", True  # floats, too, if they are whole
    for_back = frozenset({"x"})

    def __init__(self, symbols, width, rng, networks=None, dtype=np.float64):
        """Start E as Keras does, between −0.05 and 0.05."""
        super().__init__(networks, dtype)
        self.features, self.units = whole("symbols", symbols), whole("width", width)
        shape = sizes("symbols, width", (*self.leading, symbols, width))
        E = generator("rng", rng).uniform(-0.05, 0.05, shape)
        self.add_weights(embeddings=E)

    def forth(self, x):
        """Return row x of E."""
        self.x = x
        return times(x, self.weights["embeddings"])

    def back(self, dy, to_inputs=False):
        """Add up dy in the rows that were picked; along a symbol there is nothing."""
        self.fill(embeddings=self.sum_picked(self.x, dy))


def affine(x, W, b):
    """Return x W + b."""
    z = times(x, W)
    z += b[..., np.newaxis, :].repeat(z.shape[-2], axis=-2)  # b to each row, but faster
    return z


def times(x, W):
    """Return x W; a symbol d in place of a row x is a one-hot row, and picks W_d."""
    return x @ W if x.dtype.kind == "f" else W[picked(x, W)]


def picked(x, W):
    """Return the index of the rows of W that symbols pick, in each network its own."""
    return x if W.ndim == 2 else (np.arange(len(W))[:, np.newaxis], x)
