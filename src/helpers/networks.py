"""A network: layers one after another, a loss, and all weights in one array."""

import numpy as np

from helpers.arguments import require
from helpers.layers import Layer


class Network:
    """Layers in a row, each reading what the one before it returned, and a loss.

    parameters  all weights, (…, count); those of the layers are views into it, so that
                an optimizer changes all of them in one call
    gradients   the slope of the mean loss along each, filled in by `backward`
    """

    def __init__(self, layers, loss):
        """Gather the weights of the layers: of one ensemble, and one type of number."""
        alike = {
            (layer.leading, layer.dtype) for layer in layers if isinstance(layer, Layer)
        }
        one_kind = len(alike) == 1 and all(isinstance(layer, Layer) for layer in layers)
        require(one_kind, "layers", repr(alike), "layers of one ensemble and one dtype")
        ((self.leading, _),) = alike
        self.layers, self.loss = list(layers), loss
        self.parameters = gather([layer.weights for layer in layers], self.leading)
        self.gradients = gather([layer.gradients for layer in layers], self.leading)

    def forward(self, inputs):
        """Return the outputs of the last layer: logits."""
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(self, slopes):
        """Fill `gradients`, from the slopes along the outputs."""
        first, *others = self.layers
        for layer in reversed(others):
            slopes = layer.backward(slopes)
        first.backward(slopes, to_inputs=False)

    def loss_and_gradients(self, inputs, targets):
        """Return the mean loss of each network (…); fill `gradients`."""
        losses, slopes = self.loss(self.forward(inputs), targets)
        axes = tuple(range(len(self.leading), losses.ndim))
        slopes /= losses.size // int(np.prod(self.leading))
        self.backward(slopes)
        return losses.mean(axis=axes)


def gather(dictionaries, leading):
    """Copy arrays {name: array} into one (…, count); put views into their places."""
    arrays = [array for each in dictionaries for array in each.values()]
    rows = [array.reshape(*leading, -1) for array in arrays]
    together = np.concatenate(rows, axis=-1)
    begin = 0
    for each in dictionaries:
        for name, array in each.items():
            size = array.size // int(np.prod(leading))
            each[name] = together[..., begin : begin + size].reshape(array.shape)
            begin += size
    return together
