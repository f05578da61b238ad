"""What proves that a network adds numbers of any length, and how that is verified.

A certificate has, for each carry c, boxes of hidden states.  It is a proof if

1. from h_0, taken for carry 0, and from every state in a box for carry c, each input
   (x1, x2) leads into a box for the next carry, which is 1 if x1 + x2 + c is 2 or 3;
2. there the network answers the bit of the sum, which is x1 + x2 + c modulo 2.

Then, by induction over the steps, every bit of every sum is right.

(A box for carry 0 and one for carry 1 cannot meet in a proof: from a state in both, one
input would have to get two answers.)

A box is mapped with bounds, not sampled.  Rounding: in float64 a sum of n products is
off by less than n · 2⁻⁵³ of the sum of their sizes, and tanh by a few units in its last
place.  SLACK, taken of the same sum of sizes and put on both sides, is more than both
for any n below a thousand.  So the boxes hold what exact arithmetic gives, and what
float64 gives in any order of adding: the proof is one for the network that runs in
float64.  Boxes so large that a sum of sizes overflows prove nothing.
"""

from itertools import pairwise, product

import numpy as np

from helpers.lesson.arguments import (
    finite,
    instance,
    no_warnings,
    real,
    require,
    require_shape,
    symbols,
)
from helpers.models.adders import INPUTS, ReadAdder, read_adder

SLACK = 1e-12
PIECES = 10_000  # of one box at most; with three units there are some fifty


@no_warnings()  # what overflows proves nothing
def is_proof(adder, certificate):
    """Tell whether the boxes prove that the network adds numbers of any length.

    certificate  for each carry an array (boxes, 2, units): least and greatest corner
    """
    adder = read_adder(adder)
    instance("certificate", certificate, list | tuple, "boxes for each carry")
    boxes = [real("certificate", each) for each in certificate]
    if not all(well_formed(each, len(adder.bias)) for each in boxes) or len(boxes) != 2:
        return False
    begin = np.stack([adder.initial_state, adder.initial_state])
    from_carry = [*boxes[0], begin], boxes[1]
    return all(
        holds(adder, box, carry, inputs, boxes)
        for carry in (0, 1)
        for box in from_carry[carry]
        for inputs in INPUTS
    )


def well_formed(boxes, units):
    """Tell whether these are boxes: finite, and none inside out."""
    fits = boxes.ndim == 3 and boxes.shape[1:] == (2, units)
    return fits and np.isfinite(boxes).all() and (boxes[:, 0] <= boxes[:, 1]).all()


def holds(adder, box, carry, inputs, boxes):
    """Tell whether the input takes the box where it shall, and the answer is right."""
    carry, inputs, boxes = read_case(adder, carry, inputs, boxes)
    next_carry, bit = divmod(int(inputs.sum()) + carry, 2)
    image = image_of(adder, box, inputs)
    least, most = bounds(adder.output_kernel, adder.output_bias, image)
    right = 0 < least < np.inf if bit else -np.inf < most < 0
    return right and covered(image, boxes[next_carry])


def image_of(adder, box, inputs):
    """Return a box (2, units) around all that the input leads to from the box.

    It is NaN where z may overflow: then float64 may give anything.
    """
    if not isinstance(adder, ReadAdder):  # else all that comes with it is known
        adder, inputs = read_adder(adder), finite("inputs", inputs, shape=(2,))
        box = finite("box", box, shape=(2, len(adder.bias)))
    rows = np.concatenate([adder.kernel, adder.recurrent_kernel])
    states = np.concatenate([np.stack([inputs, inputs]), box], axis=1)
    z = bounds(rows, adder.bias, states)
    least, most = np.tanh(np.where(np.isfinite(z), z, np.nan))
    return np.stack([least - SLACK, most + SLACK])


@no_warnings()  # then they are −∞ and ∞
def bounds(weights, bias, box):
    """Return the least and greatest of v · weights + bias for v in the box."""
    weights, bias, box = numbers_of(weights, bias, box)
    (low, high), rising, falling = box, np.maximum(weights, 0), np.minimum(weights, 0)
    slack = SLACK * (1 + np.abs(bias) + np.abs(box).max(axis=0) @ np.abs(weights))
    least = low @ rising + high @ falling + bias - slack
    most = high @ rising + low @ falling + bias + slack
    known = np.isfinite(most - least)
    return np.stack([np.where(known, least, -np.inf), np.where(known, most, np.inf)])


def numbers_of(weights, bias, box):
    """Return all three as arrays whose shapes fit; those of the box may be NaN."""
    weights, bias, box = real("weights", weights), real("bias", bias), real("box", box)
    finite("weights", weights, 1 + (weights.ndim > 1))
    finite("bias", bias, shape=weights.shape[1:])
    require_shape("box", box, (), (2, len(weights)))
    require(not np.isinf(box).any(), "box", "infinity", "finite numbers")
    inside_out, wanted = (box[0] > box[1]).any(), "least numbers, then greatest"
    require(not inside_out, "box", "one inside out", wanted)
    return weights, bias, box


def read_case(adder, carry, inputs, boxes):
    """Return a carry, bits and all boxes; ValueError unless they are some."""
    if isinstance(adder, ReadAdder):  # of `is_proof`, which has looked at the rest, too
        return carry, inputs, boxes
    units = len(read_adder(adder).bias)
    instance("boxes", boxes, list | tuple, "boxes for each carry")
    boxes = [real("boxes", each) for each in boxes]
    fits = [each.shape == (len(each), 2, units) for each in boxes if each.ndim]
    wanted = f"arrays (any, 2, {units}) for two carries"
    require(fits == [True, True], "boxes", "others", wanted)
    return symbols("carry", carry, 2, 0), symbols("inputs", inputs, 2, 1), boxes


def covered(box, boxes):
    """Tell whether every point of the box lies in one of the boxes.

    The edges of those that meet it cut the box into pieces; each must lie in one.
    Cut in two along each of many units it has more PIECES than are looked at: False.
    """
    low, high = box
    if not (low < high).all():  # inside out, or NaN: its pieces would be none
        return False
    near = boxes[((boxes[:, 0] <= high) & (boxes[:, 1] >= low)).all(axis=1)]
    cuts = [
        np.unique(np.clip([low[k], *near[:, :, k].ravel(), high[k]], low[k], high[k]))
        for k in range(len(low))
    ]
    if np.prod([len(each) - 1.0 for each in cuts]) > PIECES:
        return False
    for piece in product(*map(pairwise, cuts)):
        least, most = np.transpose(piece)
        inside = (near[:, 0] <= least) & (near[:, 1] >= most)
        if not inside.all(axis=1).any():
            return False
    return True
