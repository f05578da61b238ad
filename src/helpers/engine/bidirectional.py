"""Two layers in one: one reads from the beginning, the other from the end."""

import numpy as np

from helpers.engine.owners import Arrays
from helpers.engine.recurrent import Recurrent
from helpers.lesson.arguments import kinds_of, require

ALIKE = "features", "units", "leading", "dtype", "return_sequences"


class Bidirectional(Recurrent):
    """Two layers that read the same, one from each end; side by side what they return.

    h_t = (a_t, b_t), where a_t has read x_1 … x_t and b_t has read x_T … x_t; without
    `return_sequences` it is (a_T, b_1): each has read all.  Weights and the arrays of a
    state are those of `ahead`, then those of `behind`, and called as in Keras.  To its
    callers it is a Recurrent like others; the steps are made by its two layers.
    Source: M. Schuster and K. Paliwal, "Bidirectional recurrent neural networks", 1997.
    """

    reads_one_way = False

    def __init__(self, ahead, behind):
        """Take two layers of one kind and size, neither made of others."""
        require_alike(ahead, behind)
        same = {name: getattr(ahead, name) for name in ALIKE}
        vars(self).update(same, units=2 * ahead.units)
        self.layers, self.state_units = (ahead, behind), ahead.units
        self.states_count = 2 * ahead.states_count

    @property
    def weights(self):
        """Return the weights of both."""
        return self.named(layer.weights for layer in self.layers)

    @property
    def gradients(self):
        """Return the gradients of both."""
        return self.named(layer.gradients for layer in self.layers)

    def named(self, dicts):
        """Return the arrays of both layers in one dict, the layer in each name."""
        sides = zip(("forward", "backward"), dicts, strict=True)
        both = {f"{side}_{key}": each[key] for side, each in sides for key in each}
        return Arrays(both)

    def forth(self, x, *state, mask=None):
        """Let one read x, and the other x from its end."""
        (ahead, behind), n = self.layers, self.states_count // 2
        mask_turned = None if mask is None else mask[::-1]
        a = ahead.forth(x, *state[:n], mask=mask)
        b = behind.forth(x[::-1], *state[n:], mask=mask_turned)
        self.end = [*ahead.end, *behind.end]
        return np.concatenate([a, self.turned(b)], axis=-1)

    def back(self, dy, *dstate, to_inputs=True):
        """Give each its part of the gradient; along x, which both read, add them up."""
        (ahead, behind), n = self.layers, self.states_count // 2
        d_ahead, d_behind = dy[..., : ahead.units], self.turned(dy[..., ahead.units :])
        dx = ahead.back(d_ahead, *dstate[:n], to_inputs=to_inputs)
        dx_turned = behind.back(d_behind, *dstate[n:], to_inputs=to_inputs)
        self.along_begin = [*ahead.along_begin, *behind.along_begin]
        return None if dx is None else dx + dx_turned[::-1]

    def turned(self, h):
        """Return h from the last step to the first, if there is one for each step."""
        return h[::-1] if self.return_sequences else h


def require_alike(ahead, behind):
    """Refuse what are not two layers of one kind and size, or are made of others."""
    fits = isinstance(ahead, Recurrent) and type(ahead) is type(behind)
    fits = fits and ahead.reads_one_way and ahead is not behind
    fits = fits and all(getattr(ahead, k) == getattr(behind, k) for k in ALIKE)
    wanted = "two recurrent layers of one kind and size"
    require(fits, "ahead and behind", kinds_of(ahead, behind), wanted)
