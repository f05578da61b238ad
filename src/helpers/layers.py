"""Layers in NumPy: what a layer is, and the two without memory, Dense and Embedding.

A layer has `weights`, arrays with Keras's names, order and shapes.  `forward` returns
the outputs and keeps what `backward` needs; `backward` takes the slopes of a loss along
the outputs, fills `gradients`, the slopes along each weight, and returns the slopes
along the inputs.

**Ensembles.**  With `networks=R` every weight gets a leading axis of length R: R
independent layers in one.  Inputs get one as well, of length R, or 1 if all shall see
the same.  It is the `…` of the shapes below; the code is the same with it or without,
because matmul runs over leading axes by itself.
"""

import numpy as np

from helpers.arguments import generator, require, symbols, whole
from helpers.initializers import glorot_uniform, uniform


class Layer:
    """A function with weights, and its derivative."""

    def __init__(self, networks, dtype, **weights):
        """Keep the weights, and make room for the slope along each."""
        self.leading = () if networks is None else (networks,)  # the axis that … is
        self.weights = {name: weight.astype(dtype) for name, weight in weights.items()}
        self.gradients = {name: np.zeros_like(w) for name, w in self.weights.items()}
        self.rooms = {}

    def get_weights(self):
        """Return copies of the weights, in Keras's order."""
        return [weight.copy() for weight in self.weights.values()]

    def set_weights(self, values):
        """Take over weights, such as those of a Keras layer, in Keras's order."""
        values = [np.asarray(value) for value in values]
        number = f"{len(self.weights)} arrays"
        require(len(values) == len(self.weights), "values", f"{len(values)}", number)
        for (name, weight), value in zip(self.weights.items(), values, strict=True):
            given, shape = f"shape {value.shape}", f"shape {weight.shape}"
            require(value.shape == weight.shape, name, given, shape)
            require(np.isfinite(value).all(), name, "NaN or infinity", "finite numbers")
        for weight, value in zip(self.weights.values(), values, strict=True):
            weight[...] = value

    def floats(self, name, value, *shape):
        """Return `value` as an array; ValueError unless finite floats (…, *shape).

        A length of None stands for any.
        """
        array = np.asarray(value)
        is_float = array.dtype.kind == "f"
        given = "" if is_float else f"numbers of type {array.dtype}"
        require(is_float, name, given, "floating-point numbers")
        require_shape(name, array, self.leading, shape)
        require(np.isfinite(array).all(), name, "NaN or infinity", "finite numbers")
        return array.astype(self.dtype, copy=False)

    def room(self, name, shape):
        """Return an array to write into, the same each time as long as the shape is.

        For what never leaves the layer: to get fresh memory costs more than to fill it.
        """
        if name not in self.rooms or self.rooms[name].shape != shape:
            self.rooms[name] = np.empty(shape, self.dtype)
        return self.rooms[name]

    @property
    def dtype(self):
        """Return the type of number that the layer computes with."""
        return next(iter(self.weights.values())).dtype


def require_shape(name, array, leading, shape):
    """Refuse an array that is not (…, *shape), or has an axis of length 0."""
    wanted = leading + shape
    fits = array.ndim == len(wanted) and array.size > 0
    for axis, (got, want) in enumerate(zip(array.shape, wanted, strict=False)):
        shared = axis < len(leading) and got == 1
        fits = fits and (want in (None, got) or shared)
    if fits:
        return
    lengths = ["any" if length is None else str(length) for length in shape]
    lengths = [f"{networks} or 1" for networks in leading] + lengths
    require(False, name, f"shape {array.shape}", f"shape ({', '.join(lengths)})")


def leading_axis(networks):
    """Return the leading axes of weights: none, or one of length `networks`."""
    return () if networks is None else (whole("networks", networks),)


def merged(array, leading):
    """Merge all axes between the leading and the last: (…, rows, last)."""
    return array.reshape(*array.shape[: len(leading)], -1, array.shape[-1])


def apart(rows, like, leading):
    """Undo `merged`: give the rows the axes of the array `like` again."""
    axes = like.shape[len(leading) : -1]
    return rows.reshape(*rows.shape[: len(leading)], *axes, rows.shape[-1])


def time_first(array):
    """Swap batch and time: inside, what belongs to a time step lies together."""
    return array.swapaxes(-2, -3)


def column_sums(rows):
    """Sum over the rows (…, rows, columns); a matmul with ones is faster than `sum`."""
    return (np.ones((1, rows.shape[-2]), rows.dtype) @ rows)[..., 0, :]


def transposed(matrices):
    """Swap the last two axes."""
    return matrices.swapaxes(-1, -2)


class Dense(Layer):
    """y = x W + b for every row x: kernel W (…, features, units), bias b (…, units)."""

    def __init__(self, features, units, rng, networks=None, dtype=np.float64):
        """Start W as Keras does (Glorot uniform), b at 0."""
        shape = whole("features", features), whole("units", units)
        shape = leading_axis(networks) + shape
        kernel = glorot_uniform(generator("rng", rng), shape)
        bias = np.zeros_like(kernel[..., 0, :])
        super().__init__(networks, dtype, kernel=kernel, bias=bias)

    def forward(self, inputs):
        """Return (…, batch, units) for inputs (…, batch, features).

        A time axis after the batch goes through: (…, batch, time, features).
        """
        kernel, bias = self.weights.values()
        axes = 2 if np.ndim(inputs) > len(self.leading) + 2 else 1
        inputs = self.floats("inputs", inputs, *(None,) * axes, kernel.shape[-2])
        self.inputs = time_first(inputs) if axes == 2 else inputs
        outputs = merged(self.inputs, self.leading) @ kernel
        outputs += bias[..., np.newaxis, :]
        outputs = apart(outputs, self.inputs, self.leading)
        return time_first(outputs) if axes == 2 else outputs

    def backward(self, slopes, *, to_inputs=True):
        """Fill the gradients; return the slopes along the inputs, where wanted."""
        has_time = self.inputs.ndim == len(self.leading) + 3
        slopes = time_first(slopes) if has_time else slopes
        rows = merged(slopes, self.leading)
        inputs = merged(self.inputs, self.leading)
        np.matmul(transposed(inputs), rows, self.gradients["kernel"])
        self.gradients["bias"][...] = column_sums(rows)
        if not to_inputs:
            return None
        along_inputs = rows @ transposed(self.weights["kernel"])
        along_inputs = apart(along_inputs, slopes, self.leading)
        return time_first(along_inputs) if has_time else along_inputs


class Embedding(Layer):
    """E_d for every symbol d: embeddings E (…, symbols, width), looked up by row."""

    def __init__(self, symbols, width, rng, networks=None, dtype=np.float64):
        """Start E as Keras does, between −0.05 and 0.05."""
        shape = whole("symbols", symbols), whole("width", width)
        embeddings = uniform(generator("rng", rng), leading_axis(networks) + shape)
        super().__init__(networks, dtype, embeddings=embeddings)

    def forward(self, inputs):
        """Return (…, batch, time, width) for whole numbers (…, batch, time)."""
        (table,) = self.weights.values()
        self.inputs = symbols("inputs", inputs, table.shape[-2], len(self.leading) + 2)
        require_shape("inputs", self.inputs, self.leading, (None, None))
        return look_up(table, self.inputs)

    def backward(self, slopes, *, to_inputs=False):
        """Fill the gradients; along whole numbers there are no slopes to return."""
        add_up(self.inputs, slopes, self.gradients["embeddings"])


def look_up(table, numbers):
    """Return row d of `table` (…, symbols, width) for each d of `numbers` (…, any)."""
    if table.ndim == 2:
        return table[numbers]
    networks = np.arange(len(table)).reshape(-1, *[1] * (numbers.ndim - 1))
    return table[networks, numbers]


def add_up(numbers, rows, table):
    """Put into row d of `table` the sum of the `rows` whose number is d."""
    leading = table.shape[:-2]
    one_hot = np.eye(table.shape[-2], dtype=rows.dtype)[numbers]
    np.matmul(transposed(merged(one_hot, leading)), merged(rows, leading), out=table)
