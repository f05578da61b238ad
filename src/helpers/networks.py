"""A network: layers one after another, a loss, and all weights in one array."""

import math

import numpy as np

from helpers.arguments import require
from helpers.layers import Layer

LARGEST = 2**16  # numbers in an array: a larger one does not stay in the cache


class Network:
    """Layers in a row, each reading what the one before it returned, and a loss.

    parameters  all weights, (…, count); those of the layers are views into it, so that
                an optimizer changes all of them in one call
    gradients   the slope of the mean loss along each, filled in by `loss_and_gradients`
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
        once = len(set(map(id, layers))) == len(layers)
        fresh = once and not any(layer.in_a_network for layer in layers)
        require(fresh, "layers", "one that is in use", "each once, and in one network")
        self.gather()

    def gather(self):
        """Have all weights lie in one array, and the slopes along them in another."""
        parameters = [layer.parameters for layer in self.layers]
        self.parameters = np.concatenate(parameters, axis=-1)
        self.gradients, begin = np.zeros_like(self.parameters), 0
        for layer in self.layers:
            own = slice(begin, begin + layer.parameters.shape[-1])
            layer.live_in(self.parameters[..., own], self.gradients[..., own])
            layer.in_a_network, begin = True, own.stop

    def __setstate__(self, state):
        """Make a copy whole: the weights of its layers lie in its parameters again."""
        self.__dict__.update(state)
        self.gather()

    def forward(self, inputs):
        """Return the outputs of the last layer: logits."""
        return self.by_parts(Network.outputs, self.layers[0].read(inputs))

    def loss_and_gradients(self, inputs, targets):
        """Return the mean loss of each network (…); fill `gradients`."""
        given = np.shape(targets)[0] if np.ndim(targets) else 0
        inside = self.layers[0].read(inputs)
        if self.leading:
            wanted = f"as many as networks, {self.leading[0]}, or 1"
            fits = given in (1, *self.leading)
        else:
            wanted, fits = (
                f"as many as inputs, {inside.shape[-1]}",
                given == inside.shape[-1],
            )
        require(fits, "targets", f"{given} arrays", wanted)
        return self.by_parts(Network.descend, inside, targets)

    def by_parts(self, method, inputs, *targets):
        """Return what `method` returns, as many networks at once as fit the cache."""
        if not self.leading:
            return method(self, inputs, *targets)
        (networks,), found = self.leading, []
        weights = [each for layer in self.layers for each in layer.weights.values()]
        width = max(weight.shape[-1] for weight in weights)
        size = networks * width * inputs.shape[-1] * inputs.shape[-2]
        few = math.ceil(networks / math.ceil(size / LARGEST))
        for begin in range(0, networks, few):
            own = slice(begin, begin + few)
            data = [
                each if len(each) == 1 else each[own] for each in (inputs, *targets)
            ]
            part = self if few == networks else self.part(own)
            for layer, whole in zip(part.layers, self.layers, strict=True):
                layer.rooms = whole.rooms  # so that all parts work in the same memory
            found.append(method(part, *data))
        return np.concatenate(found)

    def part(self, own):
        """Return a network of some of the networks, with their weights and slopes."""
        part = object.__new__(Network)  # no copy, which would gather anew
        vars(part).update(vars(self))
        part.layers = [layer.part(own) for layer in self.layers]
        part.leading = part.layers[0].leading
        part.parameters, part.gradients = self.parameters[own], self.gradients[own]
        return part

    def outputs(self, inputs):
        """Return a copy of the logits, for inputs as they are inside."""
        return np.array(self.logits(inputs), order="C")

    def logits(self, inputs):
        """Return the logits, in memory that the next call uses again."""
        for layer in self.layers:
            inputs, layer.returned = layer.ahead(inputs), None
        return self.layers[0].turned(inputs)

    def descend(self, inputs, targets):
        """Return the mean loss; fill the gradients of all layers."""
        losses, slopes = self.loss(self.logits(inputs), targets)
        axes = tuple(range(len(self.leading), losses.ndim))
        count = math.prod(losses.shape[len(self.leading) :])
        slopes /= count  # as the loss is a mean
        self.back(slopes)
        return np.add.reduce(losses, axis=axes) / count

    def back(self, slopes):
        """Fill the gradients of all layers, from the slopes along the outputs."""
        first, *others = self.layers
        slopes = first.turned(slopes)
        for layer in reversed(others):
            slopes = layer.back(slopes)
        first.back(slopes, to_inputs=False)
