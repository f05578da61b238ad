"""The embedding: a table with a row for each symbol."""

import numpy as np

from helpers.arguments import generator, require, symbols, whole
from helpers.arrays import look_up, merged, one_hot, outer_sums
from helpers.initializers import uniform
from helpers.layers import Layer, leading_axis, require_shape


class Embedding(Layer):
    """E_d for every symbol d: embeddings E (…, symbols, width), looked up by row.

    Inputs are whole numbers (…, batch, time).
    """

    def __init__(self, symbols, width, rng, networks=None, dtype=np.float64):
        """Start E as Keras does, between −0.05 and 0.05."""
        shape = whole("symbols", symbols), whole("width", width)
        embeddings = uniform(generator("rng", rng), leading_axis(networks) + shape)
        super().__init__(networks, dtype, embeddings=embeddings)

    def read(self, inputs):
        """Return the inputs as they are inside; ValueError if they do not fit."""
        count = self.weights["embeddings"].shape[-2]
        numbers = symbols("inputs", inputs, count, len(self.leading) + 2)
        require_shape("inputs", numbers, self.leading, (None, None))
        return self.turned(numbers)

    def ahead(self, inputs):
        """Return the rows of the table as columns (…, width, time, batch)."""
        whole_numbers = inputs.dtype.kind == "i"
        require(whole_numbers, "inputs", f"type {inputs.dtype}", "whole numbers")
        self.inputs = inputs
        return np.moveaxis(look_up(self.weights["embeddings"], inputs), -1, -3)

    def back(self, slopes, *, to_inputs=False):
        """Fill the gradients; along whole numbers there are no slopes to return."""
        table = self.gradients["embeddings"]
        chosen = merged(one_hot(self.inputs, table.shape[-2], self.dtype), self.leading)
        outer_sums(chosen, merged(slopes, self.leading), table)
