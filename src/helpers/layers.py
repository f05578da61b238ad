"""Layers in NumPy: what all of them share.

A layer has `weights`, arrays with Keras's names, order and shapes.  `forward` returns
the outputs and keeps what `backward` needs; `backward` takes the slopes of a loss along
the outputs, fills `gradients`, the slopes along each weight, and returns the slopes
along the inputs.

**Ensembles.**  With `networks=R` every weight gets a leading axis of length R: R
independent layers in one.  Inputs get one as well, of length R, or 1 if all shall see
the same.  It is the `…` of the shapes below; the code is the same with it or without,
because matmul runs over leading axes by itself.

**Inside**, the other axes are reversed: (…, features, time, batch) for what a caller
has as (…, batch, time, features); `helpers.arrays` says why.  `ahead` and `back` are
`forward` and `backward` between layers: reversed, in memory that is used again, and
with no check but that a layer fits the one before it.
"""

import copy

import numpy as np

from helpers.arguments import require, whole
from helpers.arrays import merged, views


class Layer:
    """A function with weights, and its derivative.

    A subclass has `read`, which checks inputs and returns them as they are inside,
    `ahead` and `back`.
    """

    def __init__(self, networks, dtype, **weights):
        """Keep the weights, and make room for the slope along each."""
        self.leading = () if networks is None else (networks,)  # the axis that … is
        self.shapes = {name: weight.shape for name, weight in weights.items()}
        flat = [weight.reshape(*self.leading, -1) for weight in weights.values()]
        parameters = np.concatenate(flat, axis=-1).astype(dtype)
        self.rooms, self.returned, self.in_a_network = {}, None, False
        self.live_in(parameters, np.zeros_like(parameters))

    def live_in(self, parameters, gradients):
        """Have the weights and the slopes along them lie in these arrays (…, count)."""
        self.parameters, self.slopes = parameters, gradients
        self.weights = views(parameters, self.shapes)
        self.gradients = views(gradients, self.shapes)

    def __setstate__(self, state):
        """Make a copy whole: its weights are views into its parameters again."""
        self.__dict__.update(state, rooms={}, returned=None, in_a_network=False)
        self.live_in(self.parameters, self.slopes)

    def part(self, own):
        """Return a layer of some of the networks, with their weights and slopes.

        own  a slice of the networks: of a list, NumPy would make copies
        """
        kept = self.leading and isinstance(own, slice) and len(self.parameters[own])
        require(kept, "own", repr(own), "a slice of the networks of an ensemble")
        part = copy.copy(self)
        parameters, slopes = self.parameters[own], self.slopes[own]
        part.leading = parameters.shape[:1]
        part.shapes = {
            name: part.leading + shape[1:] for name, shape in self.shapes.items()
        }
        part.live_in(parameters, slopes)
        return part

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

    def forward(self, inputs, *state):
        """Return the outputs, (…, batch, units) or (…, batch, time, units)."""
        outputs = self.outside(self.ahead(self.read(inputs), *state))
        self.returned = outputs.shape[len(self.leading) :]
        return outputs

    def backward(self, slopes, *state, **wanted):
        """Fill the gradients; return the slopes along the inputs, where there are any.

        slopes     along what `forward` returned
        to_inputs  False: return nothing, which is faster
        """
        require(self.returned, "backward", "none", "a call of forward before it")
        slopes = self.turned(self.floats("slopes", slopes, *self.returned))
        along_inputs = self.back(slopes, *state, **wanted)
        return None if along_inputs is None else self.outside(along_inputs)

    def require_inside(self, inputs, axes, features=None):
        """Refuse what a layer before this one returned, if it does not fit.

        axes  how many there must be after the leading ones, (features, …, batch)
        """
        found = inputs.shape[len(self.leading) :]
        fits = len(found) in axes and features in (None, found[0])
        given = f"shape {found[::-1]} from the layer before"
        wanted = f"{' or '.join(map(str, axes))} axes, the last one {features or 'any'}"
        require(fits, "inputs", given, wanted)

    def turned(self, array):
        """Reverse the axes after the leading ones: from outside to inside, and back."""
        kept = len(self.leading)
        return array.transpose(*range(kept), *reversed(range(kept, array.ndim)))

    def outside(self, array):
        """Return a copy, as a caller knows it, of an array from inside."""
        return np.array(self.turned(array), order="C")

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

    def room(self, name, *shape):
        """Return an array to write into, the same each time as long as the shape is.

        For what never leaves the layer: to get fresh memory costs more than to fill it.
        """
        if name not in self.rooms or self.rooms[name].shape != shape:
            self.rooms[name] = np.empty(shape, self.dtype)
        return self.rooms[name]

    def times(self, name, matrices, array):
        """Return matrices (…, m, features) @ array (…, features, any), in that room."""
        rows, columns = matrices.shape[:-1], merged(array, self.leading)
        product = self.room(name, *rows, columns.shape[-1])
        # BLAS takes an outer product for a matmul as any other, at a third of the speed
        multiply = np.multiply if matrices.shape[-1] == 1 else np.matmul
        multiply(matrices, columns, product)
        return product.reshape(*rows, *array.shape[len(self.leading) + 1 :])

    @property
    def dtype(self):
        """Return the type of number that the layer computes with."""
        return self.parameters.dtype


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
