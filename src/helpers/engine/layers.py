"""Layers: what all of them share, and the two without a memory, Dense and Embedding.

Callers have (…, batch, time, features).  `forward` and `backward` check that, turn it,
and call `forth` and `back`, where the equations stand.  There **time comes first**:
arrays are (time, …, batch, features), so that a step is one block of memory.

The … is nothing, or with `networks=R` an axis of length R, for R independent layers in
one: an ensemble.  Inputs then have it too, of length R, or 1 if all see the same.  The
code is one for both, because matmul runs over leading axes by itself.
"""

import numpy as np

from helpers.lesson.arguments import (
    float_type,
    floats,
    generator,
    instance,
    listed,
    of_kind,
    real,
    require,
    symbols_in,
    whole,
)

MANY = 500  # symbols: a product of one-hot rows is faster for fewer


class Layer:
    """A function with weights, and its derivative.

    `weights`, and `gradients` of a loss along each, have Keras's names, order and
    shapes, behind the … (`initial_state`, where it is learned, is ours).  A subclass
    has the equations: forth(x) returns y, and keeps what the way back needs; back(dy),
    where dy is the gradient of the loss along y, fills `gradients` and returns the
    gradient along x.
    """

    symbols, needs_time = "", False  # the types of array that are read as symbols
    states_count, end, along_begin = 0, (), ()  # it has no state

    def __init__(self, networks, dtype, **weights):
        """Keep the weights, and make room for the gradient along each."""
        self.leading = () if networks is None else (networks,)  # the axis that … is
        self.dtype, self.returned = float_type("dtype", dtype), None
        self.weights = {name: each.astype(dtype) for name, each in weights.items()}
        self.gradients = {name: 0 * each for name, each in self.weights.items()}

    def forward(self, inputs, initial_state=None, mask=None):
        """Return (…, batch, time, units), or (…, batch, units) where there is no time.

        initial_state  what `state` was after a walk, of this layer or of another, to go
                       on from there; None: zeros, or what is learned
        mask           (…, batch, time), False where there is nothing to read: there the
                       state stays as it is; None: there is something everywhere
        Leaves `state`, the arrays (…, batch, units) after the last step, h first.
        """
        x, batch = self.read(inputs), np.shape(inputs)[len(self.leading)]
        state = self.read_state("initial_state", initial_state, batch)
        masked = {} if mask is None else {"mask": self.read_mask(mask, batch, len(x))}
        y = self.outside(self.forth(x, *state, **masked))
        self.state = [self.outside(each) for each in self.end]
        self.returned = y.shape[len(self.leading) :]
        return y

    def backward(self, slopes, state_slopes=None, *, to_inputs=True):
        """Fill the gradients; return the one along the inputs, unless they are symbols.

        slopes        the gradient of a loss along what `forward` returned; None: zeros,
                      where the state alone was used
        state_slopes  along `state`, where a walk went on from it; None: zeros
        to_inputs     False: return nothing, which is faster
        Leaves `initial_slopes`, the gradient along the state that the walk began with.
        """
        if slopes is None and self.returned:
            slopes = np.zeros((*self.leading, *self.returned), self.dtype)
        dy = slopes_of(self, slopes)
        dstate = self.read_state("state_slopes", state_slopes, self.returned[0])
        dx = self.back(time_first(dy, self.leading), *dstate, to_inputs=to_inputs)
        self.initial_slopes = [self.outside(each) for each in self.along_begin]
        return None if dx is None else self.outside(dx)

    def read(self, inputs):
        """Return a copy of rows or symbols, time first, or raise ValueError."""
        inputs = of_kind("inputs", inputs, "iuf", "real numbers")
        if inputs.dtype.kind in self.symbols:
            numbers = symbols_in("inputs", inputs, self.features, self.leading)
            return np.moveaxis(numbers, -1, 0).copy()
        has_time = self.needs_time or inputs.ndim > len(self.leading) + 2
        shape = (None,) * (1 + has_time) + (self.features,)
        rows = floats("inputs", inputs, self.leading, shape, self.dtype)
        return time_first(rows, self.leading).copy()

    def read_state(self, name, state, batch):
        """Return the arrays of a state, and none for None."""
        if state is None:
            return []
        listed(name, state, self.states_count)
        shape = batch, self.state_units
        return [floats(name, each, self.leading, shape, self.dtype) for each in state]

    def read_mask(self, mask, batch, time):
        """Refuse a mask: this layer has no steps that it could skip."""
        require(False, "mask", f"one for {type(self).__name__}", "a layer that walks")

    def outside(self, array):
        """Return a copy with batch first again."""
        return batch_first(array, self.leading).copy()

    def get_weights(self):
        """Return copies of the weights, in Keras's order."""
        return [weight.copy() for weight in self.weights.values()]

    def set_weights(self, values):
        """Take over weights, such as those of a Keras layer, in Keras's order."""
        listed("values", values, len(self.weights))
        pairs = list(zip(self.weights.items(), values, strict=True))
        new = []
        for (name, weight), value in pairs:
            name = f"values, {name}"
            value = real(name, value)
            new.append(floats(name, value, (), weight.shape, self.dtype))
        for (_, weight), value in zip(self.weights.items(), new, strict=True):
            weight[...] = value

    def fill(self, **gradients):
        """Put gradients in their places, by the names of the weights."""
        for name, gradient in gradients.items():
            self.gradients[name][...] = gradient

    def sum_outer(self, x, dz):
        """Return the sum over time and batch of xᵀ dz, the gradient along a kernel."""
        if x.dtype.kind == "i" and self.features > MANY:
            return self.sum_picked(x, dz)
        if x.dtype.kind == "i":  # symbols, for one-hot rows
            x = (x[..., np.newaxis] == np.arange(self.features)).astype(self.dtype)
        m, n = x.shape[-1], dz.shape[-1]
        if not self.leading:  # one product of long matrices
            return x.reshape(-1, m).T @ dz.reshape(-1, n)
        return (x.mT @ dz).reshape(-1, *self.leading, m, n).sum(axis=0)

    def sum_picked(self, x, dz):
        """Return the same for symbols x: dz, added up in the rows that they pick."""
        dW = np.zeros((*self.leading, self.features, dz.shape[-1]), self.dtype)
        np.add.at(dW, picked(x, dW), dz)
        return dW

    def sum_rows(self, dz):
        """Return the sum over time and batch of dz, the gradient along a bias."""
        n = dz.shape[-1]
        if not self.leading:
            dz = dz.reshape(-1, n)
        ones = np.ones(dz.shape[-2], self.dtype)  # 1ᵀ dz is faster than a sum
        return (ones @ dz).reshape(-1, *self.leading, n).sum(axis=0)


class Dense(Layer):
    """y = x W + b for every row x: kernel W (…, features, units), bias b (…, units).

    Inputs are (…, batch, features), or (…, batch, time, features).
    """

    def __init__(self, features, units, rng, networks=None, dtype=np.float64):
        """Start W as Keras does (Glorot uniform), b at 0."""
        self.features, self.units = whole("features", features), whole("units", units)
        shape = *leading_axis(networks), features, units
        W = glorot_uniform(rng, shape)
        super().__init__(networks, dtype, kernel=W, bias=0 * W[..., 0, :])

    def forth(self, x):
        """Return x W + b."""
        self.x = x
        return affine(x, *self.weights.values())

    def back(self, dy, to_inputs=True):
        """Return dy Wᵀ; along W the gradient is the sum of xᵀ dy, along b of dy."""
        self.fill(kernel=self.sum_outer(self.x, dy), bias=self.sum_rows(dy))
        return dy @ self.weights["kernel"].mT if to_inputs else None


class Embedding(Layer):
    """E_d for every symbol d: embeddings E (…, symbols, width), looked up by row.

    Inputs are whole numbers (…, batch, time).
    """

    symbols, needs_time = "iuf", True

    def __init__(self, symbols, width, rng, networks=None, dtype=np.float64):
        """Start E as Keras does, between −0.05 and 0.05."""
        self.features, self.units = whole("symbols", symbols), whole("width", width)
        shape = *leading_axis(networks), symbols, width
        E = generator("rng", rng).uniform(-0.05, 0.05, shape)
        super().__init__(networks, dtype, embeddings=E)

    def forth(self, x):
        """Return row x of E."""
        self.x = x
        return times(x, self.weights["embeddings"])

    def back(self, dy, to_inputs=False):
        """Add up dy in the rows that were picked; along a symbol there is nothing."""
        self.fill(embeddings=self.sum_picked(self.x, dy))


def slopes_of(layer, slopes):
    """Return slopes of the shape of what a layer's `forward` returned."""
    require(layer.returned, "backward", "none", "a call of forward before it")
    return floats("slopes", slopes, layer.leading, layer.returned, layer.dtype)


def affine(x, W, b):
    """Return x W + b."""
    z = times(x, W)
    z += b[..., np.newaxis, :].repeat(z.shape[-2], axis=-2)  # faster than row by row
    return z


def times(x, W):
    """Return x W; a symbol d in place of a row x is a one-hot row, and picks W_d."""
    return x @ W if x.dtype.kind == "f" else W[picked(x, W)]


def picked(x, W):
    """Return the index of the rows of W that symbols pick, in each network its own."""
    return x if W.ndim == 2 else (np.arange(len(W))[:, np.newaxis], x)


def time_first(rows, leading):
    """Return a view (time, …, batch, any) of (…, batch, time, any), if it has time."""
    # rollaxis does what moveaxis does, in a quarter of the time
    return np.rollaxis(rows, -2) if rows.ndim > len(leading) + 2 else rows


def batch_first(rows, leading):
    """Return a view (…, batch, time, any) of (time, …, batch, any), if it has time."""
    return np.rollaxis(rows, 0, -1) if rows.ndim > len(leading) + 2 else rows


def leading_axis(networks):
    """Return the leading axes of weights: none, or one of length `networks`."""
    return () if networks is None else (whole("networks", networks),)


def glorot_uniform(rng, shape):
    """Draw W (…, rows, columns) between ±√(6 / (rows + columns)).

    With 3 / rows under the root signals would keep their size on the way forth, with
    3 / columns gradients on the way back; this lies between.
    Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
    feedforward neural networks", 2010.
    """
    shape = sizes_of(shape)
    limit = np.sqrt(6 / (shape[-2] + shape[-1]))
    return generator("rng", rng).uniform(-limit, limit, shape)


def sizes_of(shape):
    """Return a shape as it is; ValueError unless it has rows and columns, or more."""
    instance("shape", shape, tuple, "a tuple (…, rows, columns)")
    require(len(shape) > 1, "shape", shape, "a tuple (…, rows, columns)")
    return tuple(whole("shape", length) for length in shape)
