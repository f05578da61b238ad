"""What owns arrays: each has its place, and a copy has its own."""

import copy
from collections.abc import MutableMapping
from types import MappingProxyType

import numpy as np

from helpers.lesson.arguments import brief, floats, real, require

FIXED = {
    "activation", "by_mean", "dtype", "features", "gradients", "layers", "leading",
    "looks", "query_units", "return_sequences", "state_units", "states_count", "units",
    "weights", "width",
}  # fmt: skip


class Owner:
    """What owns arrays: what it was made with stays, and a copy has its own."""

    returned, walk = None, None  # of its last way forth: see `remember`, `drop_walk`
    for_back = frozenset()  # names of what a way forth keeps for the way back alone
    is_in_use = False  # a network has it: its weights, if it has any, lie there
    is_before_a_walk = False  # a later layer of the network asks for steps
    checks = MappingProxyType({})  # of what may be set later: check(name, value)

    def __setattr__(self, name, value):
        """Set an attribute; ValueError if it stays as it was made, or is wrong."""
        if name in FIXED and name in vars(self):  # walks, and networks, stand by it
            wanted = f"what the {type(self).__name__} was made with: it stays"
            require(False, name, brief(value), wanted)
        check = self.checks.get(name)
        super().__setattr__(name, check(name, value) if check else value)

    def drop_walk(self):
        """Forget the last way forth; nor does a way lead back through its members."""
        for name in self.for_back & vars(self).keys():
            del vars(self)[name]
        for member in members_of([self]):
            vars(member).update(returned=None, walk=object())  # a token, unlike others

    def __copy__(self):
        """Copy all: no two have the same arrays."""
        return copy.deepcopy(self)

    def __setstate__(self, state):
        """Make a copy whole: no network has it yet."""
        vars(self).update(state, is_in_use=False, is_before_a_walk=False)


class Arrays(MutableMapping):
    """Arrays by their names.  Each has its place, and what is assigned is copied there.

    In a network these places lie side by side, in one array: see `Trainable`.  After a
    change call `forward` anew: what the last one has kept is of the old weights.
    """

    def __init__(self, places=()):
        """Take the arrays as they are."""
        self.places = dict(places)

    def __getitem__(self, name):
        """Return an array itself."""
        return self.places[name]

    def __setitem__(self, name, value):
        """Copy numbers into an array; ValueError unless they fit."""
        is_there = name in self.places and value is self.places[name]
        if not is_there:  # as it is after `weights[name] += …`
            self.update({name: value})

    def update(self, other=(), /, **more):
        """Copy numbers into some arrays; ValueError, and into none, unless all fit."""
        new = dict(other, **more)
        for name in new:
            wanted = f"one of {', '.join(self.places)}; more come by add_weights"
            require(name in self.places, "name", brief(name), wanted)
            new[name] = fitting(name, self.places[name], new[name])
        for name, array in new.items():
            self.places[name][...] = array

    def __delitem__(self, name):
        """Refuse to: a layer needs what it was made with."""
        require(False, name, "none", "an array, as the layer was made with")

    def __iter__(self):
        """Go through the names."""
        return iter(self.places)

    def __len__(self):
        """Return how many they are."""
        return len(self.places)

    def __repr__(self):
        """Show them as a dict does."""
        return repr(self.places)

    def __copy__(self):
        """Copy the arrays, too, as all that owns arrays does."""
        return copy.deepcopy(self)


def members_of(layers):
    """Return layers, and after each what it is made of, and so on."""
    members = []
    for layer in layers:
        members += [layer, *members_of(getattr(layer, "layers", ()))]
    return members


def walks_of(members):
    """Return the last walk of each: a token, another after the next one."""
    return [member.walk for member in members]


def parts_of(members):
    """Return those that have weights of their own."""
    return [member for member in members if vars(member).get("weights")]


def fitting(name, place, value):
    """Return numbers as an array that can be copied to a place, or raise ValueError."""
    require_writeable(name, place)
    return floats(name, real(name, value), (), place.shape, place.dtype)


def require_writeable(name, array):
    """Refuse an array that cannot be changed."""
    wanted = "an array that can be written to"
    require(array.flags.writeable, name, "one that cannot", wanted)


def to_write(arrays):
    """Return a list of arrays, with a copy of what is a file, or cannot be changed."""
    own = [type(each) is np.ndarray and each.flags.writeable for each in arrays]
    return [a if is_own else np.array(a) for a, is_own in zip(arrays, own, strict=True)]
