"""Optimizers: how a step is made from the slopes of the loss.

All weights of a network lie in one array (…, parameters), so each rule is written once
and runs on all of them in a few calls.  An optimizer belongs to one network: it keeps
what it remembers of earlier steps.
"""

import math
from collections import deque
from copy import deepcopy
from functools import partial

import numpy as np

from helpers.engine.owners import Owner, require_writeable, to_write
from helpers.lesson.arguments import (
    brief,
    finite,
    floats,
    instance,
    no_warnings,
    positive,
    require,
    whole,
)

# such as what a rule of one's own remembers, or draws from
CHANGEABLE = np.ndarray, list, tuple, dict, set, deque, np.random.Generator


class Optimizer(Owner):
    """Changes parameters in place: look_ahead; then slopes are computed; then step."""

    memories = 0  # how many arrays of the parameters' shape it remembers
    steps, memory, owner = 0, None, None  # until a rule of one's own says otherwise

    def __init__(self, rate):
        """Keep the learning rate."""
        self.rate, self.steps, self.memory, self.owner = rate, 0, None, None

    def __setstate__(self, state):
        """Make a copy whole: its memory is its own, and no network has it yet."""
        vars(self).update(state, owner=None)
        vars(self)["memory"] = self.memory and to_write(self.memory)

    def remembered(self):
        """Return all that it keeps, to go back to: `vars(optimizer).update(…)`."""
        kept = vars(self).items()
        return {k: deepcopy(v) if isinstance(v, CHANGEABLE) else v for k, v in kept}

    def look_ahead(self, parameters):
        """Move to where the slopes shall be taken; most rules take them on the spot."""

    @np.errstate(under="ignore")  # what is tiny becomes 0
    def step(self, parameters, gradients):
        """Change the parameters, given the slopes (…, parameters).

        It takes slopes that are infinite, or NaN, as they are, and those of which the
        squares are: `update` looks at them.
        """
        require_same("gradients", gradients, parameters)
        self.prepare(parameters)
        vars(self)["steps"] = self.steps + 1  # past `checks`: a count stays one
        change = self.change(gradients, *self.memory)
        require_same("change", change, parameters)
        parameters -= change

    def prepare(self, parameters):
        """Make room for a memory, or hold it against parameters that may be others."""
        if self.memory is None:
            is_plain, given = type(parameters) is np.ndarray, brief(parameters)
            require(is_plain, "parameters", given, "an array, to be changed")
            to_be_changed("parameters", parameters)
            kind, wanted = parameters.dtype, "this machine's own order of bytes"
            require(kind.isnative, "parameters", kind, wanted)
            self.memory = [np.zeros_like(parameters) for _ in range(self.memories)]
        given, wanted = len(self.memory), f"{self.memories} arrays"
        require(given == self.memories, "memory", given, wanted)
        for array in self.memory:
            require_same("parameters", parameters, array)
        require_writeable("parameters", parameters)

    def change(self, gradients, *memory):
        """Return what is taken off the parameters: each rule has its own.

        What it remembers it writes into the arrays of its memory.
        """
        given, wanted = type(self).__name__, "one with a rule, such as Adam()"
        require(False, "optimizer", given, wanted)


class SGD(Optimizer):
    """w ← w − η g."""

    def change(self, gradients):
        """Return what is taken off the parameters."""
        return self.rate * gradients


class RMSProp(Optimizer):
    """Steps in units of the slope's own recent size, with Nesterov's momentum.

    w ← w + m v                        look ahead; the slope g is taken there
    s ← λ s + (1 − λ) g²
    v ← m v − η g / √(s + ε),  w ← w − η g / √(s + ε)

    Sources: T. Tieleman and G. Hinton, "Lecture 6.5: RMSProp", 2012; I. Sutskever and
    others, "On the importance of initialization and momentum in deep learning", 2013.
    """

    memories = 2

    def __init__(self, rate=0.001, decay=0.9, momentum=0.0, epsilon=1e-7):
        """Keep η, λ, m and ε."""
        super().__init__(rate)
        self.decay, self.momentum, self.epsilon = decay, momentum, epsilon

    def look_ahead(self, parameters):
        """Move on by momentum."""
        if self.momentum and self.memory is not None:
            self.prepare(parameters)
            _, velocity = self.memory
            parameters += self.momentum * velocity

    def change(self, gradients, squares, velocity):
        """Return η g / √(s + ε), and take it off the velocity."""
        squares *= self.decay
        squares += (1 - self.decay) * gradients**2
        change = self.rate * gradients / np.sqrt(squares + self.epsilon)
        velocity *= self.momentum
        velocity -= change
        return change


class Adam(Optimizer):
    """Steps along the mean slope, in units of the slope's own recent size.

    m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²
    w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√s + ε), in step t = 1, 2, …

    As in Keras, ε stands beside a √s that is not yet made larger for its start at 0.
    Source: D. Kingma and J. Ba, "Adam: a method for stochastic optimization", 2015,
    the form at the end of section 2.
    """

    memories = 2

    def __init__(self, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        """Keep η, β₁, β₂ and ε."""
        super().__init__(rate)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def change(self, gradients, means, squares):
        """Return the step; m and s start at 0, and the factor makes up for that."""
        means += (1 - self.beta_1) * (gradients - means)
        squares += (1 - self.beta_2) * (gradients**2 - squares)
        factor = math.sqrt(1 - self.beta_2**self.steps) / (1 - self.beta_1**self.steps)
        return self.rate * factor * means / (np.sqrt(squares) + self.epsilon)


def clip_by_global_norm(gradients, limit):
    """Shorten the slopes (…, parameters) of a network, in place, to the length `limit`.

    g ← g · min(1, limit / |g|), with |g| over all weights of a network together: the
    direction is kept.  Returns |g| (…) as it was.
    Source: R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training
    recurrent neural networks", 2013.
    """
    gradients = to_be_changed("gradients", gradients)
    limit = above_nothing("limit", limit)
    norms, kind = lengths_of(gradients), gradients.dtype
    held = np.isfinite(norms).all()
    require(held, "gradients", "∞", f"a length that {kind} can hold")
    shorten(gradients, norms, limit)
    return norms


def to_be_changed(name, array):
    """Return an array (…, any) of finite floats that can be changed, or ValueError."""
    instance(name, array, np.ndarray, "an array, to be changed in place")
    array = floats(name, array, array.shape[:-1], (None,))
    kind, wanted = array.dtype, "32 bits or more: this has too few digits"
    require(kind.itemsize > 2, name, kind, wanted)
    require_writeable(name, array)
    return array


def shorten(gradients, norms, limit):
    """Do the same, unchecked, with norms |g|; what is infinite becomes NaN."""
    limit = min(limit, float(np.finfo(gradients.dtype).max))
    gradients *= (limit / np.maximum(norms, limit))[..., np.newaxis]


@no_warnings()
def lengths_of(gradients):
    """Return |g| (…): infinite where it is too large itself, not its square alone."""
    least = np.finfo(gradients.dtype).tiny  # above 0, to divide by
    largest = np.maximum(np.abs(gradients).max(axis=-1, keepdims=True), least)
    return np.linalg.norm(gradients / largest, axis=-1) * largest[..., 0]


def require_same(name, array, other):
    """Refuse an array of another kind than one that it has to go with."""
    plain = type(array) is type(other) is np.ndarray  # else `kind_of` tells, slower
    if not (plain and array.shape == other.shape and array.dtype == other.dtype):
        require(kind_of(array) == kind_of(other), name, kind_of(array), kind_of(other))


def kind_of(array):
    """Return of what kind an array is."""
    return type(array).__name__, np.shape(array), getattr(array, "dtype", None)


def above_nothing(name, value):
    """Return `value` as a float; ValueError unless above 0 in 32 bits as well."""
    number, least = positive(name, value), float(np.finfo(np.float32).tiny)
    require(number >= least, name, value, f"a number of at least {least:.2e}")
    return number


def fraction(name, value):
    """Return `value` as a float; ValueError unless 0 ≤ value < 1."""
    number = float(finite(name, value, ndim=0))
    require(0 <= number < 1, name, value, "a number from 0 to below 1")
    return number


def arrays(name, value):
    """Return `value`; ValueError unless it is None, or a list of arrays."""
    fits = isinstance(value, list) and all(type(each) is np.ndarray for each in value)
    require(value is None or fits, name, brief(value), "None, or a list of arrays")
    return value


Optimizer.checks = {  # what it is set to, at first or later
    "steps": partial(whole, least=0), "memory": arrays,
    "rate": positive, "epsilon": above_nothing, "beta_1": fraction,
    "beta_2": fraction, "decay": fraction, "momentum": fraction,
}  # fmt: skip
