"""The dense layer: Dense."""

import numpy as np

from helpers.arguments import generator, whole
from helpers.arrays import merged, outer_sums, transposed
from helpers.initializers import glorot_uniform
from helpers.layers import Layer, leading_axis


class Dense(Layer):
    """y = x W + b for every row x: kernel W (…, features, units), bias b (…, units).

    Inputs are (…, batch, features), or (…, batch, time, features).
    """

    def __init__(self, features, units, rng, networks=None, dtype=np.float64):
        """Start W as Keras does (Glorot uniform), b at 0."""
        shape = whole("features", features), whole("units", units)
        shape = leading_axis(networks) + shape
        kernel = glorot_uniform(generator("rng", rng), shape)
        bias = np.zeros_like(kernel[..., 0, :])
        super().__init__(networks, dtype, kernel=kernel, bias=bias)

    def read(self, inputs):
        """Return the inputs as they are inside; ValueError if they do not fit."""
        axes = 2 if np.ndim(inputs) > len(self.leading) + 2 else 1
        features = self.weights["kernel"].shape[-2]
        inputs = self.floats("inputs", inputs, *(None,) * axes, features)
        return self.turned(inputs.copy())  # which `back` needs as they are now

    def ahead(self, inputs):
        """Return the outputs, (…, units, batch) or (…, units, time, batch)."""
        kernel, bias = self.weights.values()
        self.require_inside(inputs, (2, 3), kernel.shape[-2])
        self.inputs = inputs
        outputs = self.times("outputs", transposed(kernel), inputs)
        merged(outputs, self.leading)[...] += bias[..., np.newaxis]
        return outputs

    def back(self, slopes, *, to_inputs=True):
        """Fill the gradients; return the slopes along the inputs, where wanted."""
        inputs, columns = (merged(each, self.leading) for each in (self.inputs, slopes))
        outer_sums(inputs, columns, self.gradients["kernel"])
        np.add.reduce(columns, axis=-1, out=self.gradients["bias"])
        if not to_inputs:
            return None
        return self.times("along_inputs", self.weights["kernel"], slopes)
