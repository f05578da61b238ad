"""Derivatives by central differences: slow, and right for any smooth function."""

import numpy as np

from helpers.engine.network import Trainable
from helpers.lesson.arguments import (
    finite,
    function_of,
    instance,
    of_kind,
    positive,
    require,
)


def jacobian(function, point, step=1e-5):
    """Return how each output of `function` moves with each number of `point`.

    J_ij = (f_i(p + s e_j) − f_i(p − s e_j)) / 2s with s = `step`, e_j the j-th axis.
    Its error falls with s² until rounding, about 1e-16 |f| / s, takes over.

    function  takes an array of the shape of `point`, returns numbers in any fixed
              shape, computed in float64: float32 has too few digits for the step
    point     one row of numbers (parameters,)
    returns   (outputs, parameters)
    """
    function_of("function", function)
    point = finite("point", point, ndim=1)
    step = positive("step", step)
    require((point + step != point).all(), "step", step, "a step that moves point")
    moves = step * np.eye(len(point))
    up, down = (
        [outputs_of(function, moved) for moved in point + sign * moves]
        for sign in (1, -1)
    )
    shapes = {value.shape for value in up + down}
    require(len(shapes) == 1, "function(point)", f"shapes {shapes}", "one shape")
    slopes = (np.stack(up, axis=-1) - np.stack(down, axis=-1)) / (2 * step)
    return slopes.reshape(-1, len(point))


def outputs_of(function, point):
    """Return function(point); ValueError unless it is finite, and no float32."""
    name = "function(point)"
    value = of_kind(name, function(point), "iuf", "real numbers")
    exact = value.dtype.kind != "f" or value.dtype == np.float64
    require(exact, name, str(value.dtype), "float64: others have too few digits")
    require(np.isfinite(value).all(), name, "NaN or infinity", "finite numbers")
    return value.astype(np.float64)


def independent_directions(function, point):
    """Return in how many independent directions of `point` the outputs move.

    This is the rank of the Jacobian there; what is shorter than a millionth of its
    longest direction counts as rounding.
    """
    lengths = np.linalg.svd(jacobian(function, point), compute_uv=False)
    return int(np.sum(lengths > 1e-6 * lengths[0]))


def check_gradients(network, inputs, targets, largest=1e-6):
    """Raise AssertionError unless a network's gradients equal central differences.

    They may differ by `largest` times the largest of them.  The network is a single
    one, no ensemble; its parameters stay as they are.
    """
    require_single_and_exact(network)
    largest = positive("largest", largest)
    start = network.parameters.copy()

    def loss_at(parameters):
        network.parameters[...] = parameters
        return network.loss_and_gradients(inputs, targets)

    try:
        slopes = jacobian(loss_at, start)[0]
    finally:
        loss_at(start)
    error = np.abs(network.gradients - slopes).max() / np.abs(slopes).max()
    if not error <= largest:
        worst = int(np.argmax(np.abs(network.gradients - slopes)))
        raise AssertionError(
            f"gradients: off by {error:.1e}, most at parameter {worst}"
        )


def require_single_and_exact(network):
    """Refuse an ensemble, and float32, which has too few digits for `jacobian`."""
    instance("network", network, Trainable, "a network")
    require(not network.leading, "network", "an ensemble", "a single network")
    exact, wanted = network.parameters.dtype == np.float64, "float64"
    require(exact, "network", f"one in {network.parameters.dtype}", wanted)
