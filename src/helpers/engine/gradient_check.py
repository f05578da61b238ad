"""Derivatives by central differences: right if a function is nearly straight there.

`largest_error` in `plain.py` is `check_gradients` in a few lines.
"""

import numpy as np

from helpers.engine.owners import require_writeable
from helpers.engine.trainable import Trainable
from helpers.lesson.arguments import (
    finite,
    function_of,
    instance,
    no_warnings,
    of_kind,
    positive,
    require,
)

STEPS = 1e-5, 1e-6, 1e-7  # a shorter one is tried where a function bends too much


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
    point, step = finite("point", point, ndim=1), positive("step", step)
    require_exact(point, step)
    up, down = (list(outputs_beside(function, point, by)) for by in (step, -step))
    shapes = {value.shape for value in up + down}
    require(len(shapes) == 1, "function(point)", f"shapes {shapes}", "one shape")
    with no_warnings():
        slopes = (np.stack(up, axis=-1) - np.stack(down, axis=-1)) / (2 * step)
    bounded, wanted = np.isfinite(slopes).all(), "slopes that are finite"
    require(bounded, "function(point)", "infinite ones", wanted)
    return slopes.reshape(-1, len(point))


def require_exact(point, step):
    """Refuse a step that is rounded where `point` moves by it."""
    with no_warnings():  # what is infinite is not exact
        moved = ((point + step) - (point - step)) / (2 * step)
    exact = np.abs(moved - 1).max() < 1e-3
    require(exact, "step", step, "one that point can move by, without being rounded")


def outputs_beside(function, point, by):
    """Yield the outputs with one number of `point` moved, each in its turn."""
    for j in range(len(point)):
        moved = point.copy()
        moved[j] += by
        yield outputs_of(function, moved)


def outputs_of(function, point):
    """Return function(point); ValueError unless it is finite, and no float32."""
    name = "function(point)"
    value = of_kind(name, function(point), "iuf", "real numbers")
    exact = value.dtype.kind != "f" or value.dtype == np.float64
    require(exact, name, str(value.dtype), "float64: others have too few digits")
    require(value.size > 0, name, "none", "at least one number")
    require(np.isfinite(value).all(), name, "NaN or infinity", "finite numbers")
    return value.astype(np.float64)


def independent_directions(function, point, step=1e-5):
    """Return in how many independent directions of `point` the outputs move.

    This is the rank of the Jacobian there; what is shorter than a millionth of its
    longest direction counts as rounding.  The arguments are those of `jacobian`.
    """
    slopes = jacobian(function, point, step)
    largest = np.abs(slopes).max() or 1.0  # to measure by: a square may be infinite
    lengths = np.linalg.svd(slopes / largest, compute_uv=False)
    return int(np.sum(lengths > 1e-6 * lengths[0]))


def check_gradients(network, inputs, targets, largest=1e-6):
    """Raise AssertionError unless a network's gradients equal central differences.

    In each weight, and in each part of one that has parts, such as a gate's, they may
    differ by `largest` times its largest slope, and for rounding by 1e-9 of the loss,
    and 1e-13; at one of the STEPS.  The network is a single one, no ensemble; its
    parameters stay as they are.  Returns the names of weights of which nothing was
    shown, their slopes being 0, or lost in rounding.  Nor is anything shown of what
    goes on to the inputs.
    """
    require_single_and_exact(network)
    largest, off, unmoved = positive("largest", largest), places_of(network), []
    for step in STEPS:
        loss, slopes = differences(network, inputs, targets, step)
        errors, rounding = np.abs(network.gradients - slopes), 1e-9 * abs(loss) + 1e-13
        sizes = {name: np.abs(slopes[here]).max() for name, here in off.items()}
        limits = {name: largest * size + rounding for name, size in sizes.items()}
        right = [name for name in off if errors[off[name]].max() <= limits[name]]
        off = {name: here for name, here in off.items() if name not in right}
        unmoved += [name for name in right if sizes[name] <= rounding]
        if not off:
            return unmoved
    raise AssertionError(f"gradients: {worst(errors, *next(iter(off.items())))}")


def worst(errors, name, here):
    """Return in words how far a weight is off, and which of its parameters most."""
    most = here[np.argmax(errors[here])]
    return f"off by {errors[most]:.1e}, most at parameter {most}, {name}"


@no_warnings()  # what is infinite is refused by name
def differences(network, inputs, targets, step):
    """Return the loss, and how it moves with each parameter; leave its gradients."""
    start = network.parameters.copy()
    loss = network.loss_and_gradients(inputs, targets)  # refuses what is wrong of them

    def loss_at(parameters):
        network.parameters[...] = parameters
        return network.loss_and_gradients(inputs, targets)

    try:
        slopes = jacobian(loss_at, start, step)[0]
    except ValueError as error:
        wanted = f"smaller weights, inputs or targets, a loss in float64 ({error})"
        raise ValueError(f"network: expected {wanted}") from error
    finally:
        loss_at(start)
    return loss, slopes


def places_of(network):
    """Return the numbers of the parameters of each weight, or part of it, by name."""
    places, begin = {}, 0
    for number, layer in enumerate(network.parts, start=1):
        for name, weight in layer.weights.items():
            count = getattr(layer, "parts_count", 1)
            if count > 1 and weight.shape[-1:] != (count * layer.units,):
                count = 1
            numbers = begin + np.arange(weight.size).reshape(weight.shape)
            cut = np.split(numbers, count, axis=-1) if count > 1 else [numbers]
            for k, part in enumerate(cut, start=1):
                whose = f"{name} of layer {number}, {type(layer).__name__}"
                places[whose + f", part {k}" * (count > 1)] = part.ravel()
            begin += weight.size
    return places


def require_single_and_exact(network):
    """Refuse an ensemble, and float32, which has too few digits for `jacobian`."""
    instance("network", network, Trainable, "a network")
    require_writeable("parameters", network.parameters)
    require(not network.leading, "network", "an ensemble", "a single network")
    exact, wanted = network.parameters.dtype == np.float64, "float64"
    require(exact, "network", f"one in {network.parameters.dtype}", wanted)
