"""What can be trained: layers whose weights lie in one array, each in one place."""

import uuid
from math import prod

import numpy as np

from helpers.engine.owners import Arrays, Owner, fitting, members_of, parts_of
from helpers.lesson.arguments import brief, instance, require


class Trainable(Owner):
    """Layers whose weights lie in one array, so that an optimizer changes all at once.

    parameters  all weights, (…, count); those of the layers are views into it
    gradients   of the mean loss along each, once a subclass has filled them
    """

    def __init__(self, layers):
        """Gather the weights of the layers: of one ensemble, and one type of number."""
        instance("layers", layers, list | tuple, "a list of layers")
        self.layers = tuple(layers)
        require_one_kind(self.layers)
        self.require_fit()
        self.leading = self.layers[0].leading
        self.identity = uuid.uuid4().hex  # by which its optimizer knows it
        self.gather()

    def __setattr__(self, name, value):
        """Copy what is assigned to `parameters`, or `gradients`, into their places."""
        own = vars(self).get(name) if name in ("parameters", "gradients") else None
        if own is None:
            super().__setattr__(name, value)
            return
        if value is not own:  # as it is after `network.parameters += …`
            own[...] = fitting(name, own, value)
        if name == "parameters":  # a way back would be of other weights
            self.drop_walk()

    def drop_walk(self):
        """Have all members forget, too."""
        for member in self.members:
            member.drop_walk()

    def require_fit(self):
        """Refuse layers that do not fit together, before anything is gathered."""

    def loss_and_gradients(self, inputs, targets):
        """Return the mean loss of each (…), and fill `gradients`: a subclass does."""
        wanted = "one that has a loss, such as Network"
        require(False, "network", type(self).__name__, wanted)

    def gather(self):
        """Have all weights lie in one array, and the gradients in another."""
        self.members = made_members(self.layers)
        self.parts = parts_of(self.members)
        parameters = in_one("weights", self.parts)
        gradients = in_one("gradients", self.parts)
        vars(self).update(parameters=parameters, gradients=gradients)
        try:
            move_into(parameters, "weights", self.parts)
            move_into(gradients, "gradients", self.parts)
            self.mark(is_in_use=True)
        except BaseException:
            self.mark(is_in_use=False)
            raise

    def mark(self, is_in_use):
        """Tell all members whether a network has them."""
        for member in self.members:
            member.is_in_use = is_in_use

    def __setstate__(self, state):
        """Make a copy whole: the weights of its layers lie in its parameters again."""
        vars(self).update(state, identity=uuid.uuid4().hex)  # another network
        self.gather()


def in_one(which, parts):
    """Return copies of the weights, or gradients, of all in one array (…, count)."""
    arrays = [getattr(part, which)[name] for part in parts for name in part.weights]
    flat = [array.reshape(*parts[0].leading, -1) for array in arrays]
    return np.concatenate(flat, axis=-1)


def move_into(whole, which, parts):
    """Put views into one array, which has their numbers, in the places of all."""
    begin = 0
    for part in parts:
        for name in part.weights:
            places = getattr(part, which).places
            array = places[name]
            end = begin + prod(array.shape[whole.ndim - 1 :])
            places[name] = whole[..., begin:end].reshape(array.shape)
            array.flags.writeable = False  # what is written there would be lost
            begin = end


def require_one_kind(layers):
    """Refuse what are no layers of one ensemble and type of number, or are in use."""
    members = made_members(layers)
    parts = parts_of(members)
    require(parts, "layers", "none", "a layer that has weights")
    kinds = {(part.leading, part.dtype) for part in parts}
    wanted = "layers of one ensemble and one dtype"
    require(len(kinds) == 1, "layers", brief(kinds), wanted)
    both = [each for part in parts for each in (part.weights, part.gradients)]
    arrays = [array for each in both for array in each.values()]
    once = len(set(map(id, members + arrays))) == len(members + arrays)
    fresh = once and not any(member.is_in_use for member in members)
    require(fresh, "layers", "one that is in use", "each once, and in one network")
    for member in members:
        require_nothing_hidden(member, members, arrays)


def made_members(layers):
    """Return all members; ValueError unless each has begun as `Layer` does."""
    members = members_of(layers)
    made = len(members) > 0 and all(map(is_made, members))
    require(made, "layers", brief(layers), "layers of one ensemble and one dtype")
    return members


def require_nothing_hidden(member, members, arrays):
    """Refuse an attribute, one of its arrays or a layer, that would not be trained."""
    for name, value in vars(member).items():
        if isinstance(value, np.ndarray):  # if it has walked, it may be of its walk
            is_own = any(np.may_share_memory(value, each) for each in arrays)
            hidden = is_own and member.walk is None
        else:
            parts = parts_of(members_of([value] if isinstance(value, Owner) else []))
            hidden = any(not p.is_in_use and p not in members for p in parts)
        wanted = "weights asked for by name, and what has others in its own `layers`"
        require(not hidden, "layers", f"one that is kept as {name}", wanted)


def is_made(member):
    """Tell whether it has begun as `Layer` does, or is made of others that have."""
    own = vars(member) if isinstance(member, Owner) else {}
    is_plain = isinstance(own.get("weights"), Arrays)
    return is_plain or ("weights" not in own and hasattr(member, "layers"))
