"""Recurrent layers: what they share; the simplest, SimpleRNN; and Bidirectional.

A recurrent layer walks through time.  At each step t it computes, from the input x_t
and the state before, z_t = x_t W + h_{t-1} U + b, and from that the next state.  The
way back, from the last step to the first, is backpropagation through time.

In `walk` and `walk_back`, where the equations stand, time comes first: x (time, …,
batch, features), z and dz (time, …, batch, n), h (time, …, batch, units).  dA is the
gradient of the loss along A, as large as A.
"""

import numpy as np

from helpers.engine.layers import Layer, affine, glorot_uniform, leading_axis
from helpers.lesson.arguments import generator, require, whole


class Recurrent(Layer):
    """A layer that walks through time; a subclass says how a step is made.

    kernel W (…, features, n), recurrent_kernel U (…, units, n), bias b (…, n), with n
    units, or so many times `gates`.  A state is `states_count` arrays, h the first.
    Callers' inputs are (…, batch, time, features), or symbols (…, batch, time).

    walk(x, *state)         returns h after each step, and the state after the last
    walk_back(dh, *dstate)  takes dh for each step, and the gradient along the last
                            state; fills those along W, U and b; returns dz, and the
                            gradient along the state before the walk
    """

    symbols, needs_time, states_count, gates = "iu", True, 1, 1

    def __init__(self, features, units, rng, *, return_sequences=False,
                 networks=None, dtype=np.float64):  # fmt: skip
        """Start as Keras does: W Glorot uniform, U orthogonal, b at 0."""
        known, given = isinstance(return_sequences, bool), repr(return_sequences)
        require(known, "return_sequences", given, "True or False")
        self.return_sequences, self.state_units = return_sequences, units
        self.features, self.units = whole("features", features), whole("units", units)
        leading, n = leading_axis(networks), self.gates * units
        W = glorot_uniform(generator("rng", rng), (*leading, features, n))
        U, b = orthogonal(rng, (*leading, units, n)), np.zeros((*leading, n))
        super().__init__(networks, dtype, kernel=W, recurrent_kernel=U, bias=b)

    def forth(self, x, *state):
        """Walk from a state, or from the beginning; return all h, or the last."""
        self.x, self.is_given = x, len(state) > 0
        begin, h_0 = [0.0] * self.states_count, self.weights.get("initial_state")
        if h_0 is not None:  # it is learned
            begin = [h_0[..., np.newaxis, :]]
        h, self.end = self.walk(x, *(state or begin))
        return h if self.return_sequences else h[-1]

    def back(self, dh, *dstate, to_inputs=True):
        """Walk back; return dx = dz Wᵀ, unless x has symbols."""
        if not self.return_sequences:
            dh = [0.0] * (len(self.x) - 1) + [dh]
        dstate = dstate or [0.0] * self.states_count
        dz, self.along_begin = self.walk_back(dh, *dstate)
        if "initial_state" in self.weights:
            dh_0 = 0 if self.is_given else self.sum_rows(self.along_begin[0])
            self.fill(initial_state=dh_0)
        is_wanted = to_inputs and self.x.dtype.kind == "f"
        return dz @ self.weights["kernel"].mT if is_wanted else None


ACTIVATIONS = {  # act(z), and act'(z) as told from h = act(z)
    "tanh": (np.tanh, lambda h: 1 - h * h),
    "linear": (np.positive, np.ones_like),
}


class SimpleRNN(Recurrent):
    """h_t = act(x_t W + h_{t-1} U + b), with act tanh or linear.

    With `learn_initial_state` there is one more weight, initial_state h_0 (…, units).
    Source: J. L. Elman, "Finding structure in time", 1990.
    """

    def __init__(self, features, units, rng, *, activation="tanh",
                 learn_initial_state=False, **options):  # fmt: skip
        """Start as Keras does, and h_0 at 0; `options` as in `Recurrent`."""
        given = repr(activation)
        require(activation in ACTIVATIONS, "activation", given, "'tanh' or 'linear'")
        super().__init__(features, units, rng, **options)
        self.activation = activation
        if learn_initial_state:
            for arrays in (self.weights, self.gradients):
                arrays["initial_state"] = 0 * arrays["bias"]

    def walk(self, x, h_0):
        """h_t = act(x_t W + h_{t-1} U + b)."""
        W, U, b, *_ = self.weights.values()
        act, _ = ACTIVATIONS[self.activation]
        xW_b = affine(x, W, b)  # (time, …, batch, units): for all steps at once
        h, h_before = states_from(h_0, xW_b)
        for t in range(len(x)):
            h[t] = act(xW_b[t] + h_before[t] @ U)
        self.h, self.h_before = h, h_before
        return h, [h[-1]]

    def walk_back(self, dh_above, dh):
        """dz_t = dh_t act'(z_t), where dh_t comes from above and from the next step."""
        U_T = self.weights["recurrent_kernel"].mT.copy()  # products are faster so
        _, slope_of = ACTIVATIONS[self.activation]
        slope = slope_of(self.h)  # act'(z_t), told from h_t
        dz = np.empty_like(slope)
        for t in reversed(range(len(dz))):
            dh = dh + dh_above[t]  # through the next step, and through the output
            dz[t] = dh * slope[t]
            dh = dz[t] @ U_T
        # each step has used the same W, U and b: their gradients add up over time
        dW, dU = self.sum_outer(self.x, dz), self.sum_outer(self.h_before, dz)
        self.fill(kernel=dW, recurrent_kernel=dU, bias=self.sum_rows(dz))
        return dz, [dh]


class Bidirectional(Recurrent):
    """Two layers that read the same, one from each end; side by side what they return.

    h_t = (a_t, b_t), where a_t has read x_1 … x_t and b_t has read x_T … x_t.  Weights
    and the arrays of a state are those of `ahead`, then those of `behind`.
    Source: M. Schuster and K. Paliwal, "Bidirectional recurrent neural networks", 1997.
    """

    def __init__(self, ahead, behind):
        """Take two layers of one kind and size, neither made of others."""
        same = "features", "units", "return_sequences", "leading", "dtype"
        fits = isinstance(ahead, Recurrent) and type(ahead) is type(behind)
        fits = fits and type(ahead) is not Bidirectional and ahead is not behind
        fits = fits and all(getattr(ahead, k) == getattr(behind, k) for k in same)
        wanted = "two recurrent layers of one kind and size"
        require(fits, "layers", f"{ahead!r} and {behind!r}", wanted)
        vars(self).update({name: getattr(ahead, name) for name in same})
        self.layers, self.returned, self.state_units = (ahead, behind), None, self.units
        self.units, self.states_count = 2 * self.units, 2 * ahead.states_count

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
        return {f"{side}_{key}": each[key] for side, each in sides for key in each}

    def forth(self, x, *state):
        """Let one read x, and the other x from its end."""
        (ahead, behind), n = self.layers, self.states_count // 2
        a, b = ahead.forth(x, *state[:n]), behind.forth(x[::-1], *state[n:])
        ahead.returned = behind.returned = None  # these walks are not their own
        self.end = ahead.end + behind.end
        return np.concatenate([a, self.turned(b)], axis=-1)

    def back(self, dh, *dstate, to_inputs=True):
        """Give each its part of the gradient; along x, which both read, add them up."""
        (ahead, behind), n = self.layers, self.states_count // 2
        da, db = dh[..., : ahead.units], self.turned(dh[..., ahead.units :])
        dx = ahead.back(da, *dstate[:n], to_inputs=to_inputs)
        dx_turned = behind.back(db, *dstate[n:], to_inputs=to_inputs)
        self.along_begin = ahead.along_begin + behind.along_begin
        return None if dx is None else dx + dx_turned[::-1]

    def turned(self, h):
        """Return h from the last step to the first, if there is one for each step."""
        return h[::-1] if self.return_sequences else h


def states_from(first, like):
    """Return an array for the states of all steps, and a view of it one step earlier.

    The first array is of the shape of `like`; before[t] is the state that step t finds,
    so that before[0] is `first`.
    """
    both = np.empty((len(like) + 1, *like.shape[1:]), like.dtype)
    both[0] = first
    return both[1:], both[:-1]


def orthogonal(rng, shape):
    """Draw U (…, rows, columns) with rows ≤ columns, U Uᵀ = I, all directions alike.

    For a square U these are rotations and reflections: they keep a state's length.
    Source: A. Saxe, J. McClelland and S. Ganguli, "Exact solutions to the nonlinear
    dynamics of learning in deep linear neural networks", 2013.
    """
    *leading, rows, columns = shape
    Q, R = np.linalg.qr(rng.normal(size=(*leading, columns, rows)))
    # QR fixes its signs by convention; these make all of them equally likely
    Q *= np.sign(np.diagonal(R, axis1=-2, axis2=-1))[..., np.newaxis, :]
    return Q.swapaxes(-1, -2)
