"""What every helper of `inside` must bear; see `tests/hostile.py`."""

import numpy as np

from helpers import inside
from helpers.engine import LSTM
from helpers.inside import CARRY, Machine, prove
from helpers.models import hand_built
from helpers.tasks import every_pair, marked_text
from tests.hostile import as_they_stand, left_out
from tests.said import each_made_wrong

ADDER, PAIRS = hand_built(8), every_pair(1)
CERTIFICATE = prove(ADDER)
POINTS = np.array([[0.0, 1.0], [1.0, 0.5], [2.0, 4.0], [3.0, 3.0]])
KINDS = np.array([0, 0, 1, 1])


def rng():
    return np.random.default_rng(1)


def lstm(**options):
    return LSTM(9, 2, rng(), return_sequences=True, **options)


def text(length=30):
    return marked_text(rng(), 4, length)


def state():
    return [np.zeros((2, 2)), np.ones((2, 2))]


def plane_distance(points):
    return inside.separating_plane(POINTS, KINDS).distance(points)


CALLS = {
    "bounds": lambda: (
        inside.bounds,
        {"weights": np.ones((2, 3)), "bias": np.zeros(3), "box": np.array([[0.0, 1], [1, 2]])},
    ),
    "holds": lambda: (
        inside.holds,
        {"adder": ADDER, "box": CERTIFICATE[0][0], "carry": 0, "inputs": np.array([0.0, 1.0])}
        | {"boxes": CERTIFICATE},
    ),
    "image_of": lambda: (
        inside.image_of,
        {"adder": ADDER, "box": CERTIFICATE[0][0], "inputs": np.array([0.0, 1.0])},
    ),
    "is_proof": lambda: (inside.is_proof, {"adder": ADDER, "certificate": CERTIFICATE}),
    "prove": lambda: (prove, {"adder": ADDER, "sides": (0.25, 0.125), "most": 400}),
    "find_mistake": lambda: (
        inside.find_mistake,
        {"adder": hand_built(1), "side": 1 / 16, "most": 500},
    ),
    "carry_by_plane": lambda: (inside.carry_by_plane, {"adder": ADDER, "pairs": PAIRS}),
    "along_and_across": lambda: (
        inside.along_and_across,
        {"points": POINTS, "direction": POINTS[0]},
    ),
    "principal_components": lambda: (inside.principal_components, {"points": POINTS}),
    "separating_plane": lambda: (inside.separating_plane, {"points": POINTS, "kinds": KINDS}),
    "Plane.distance": lambda: (plane_distance, {"points": POINTS}),
    "derived_factor": lambda: (inside.derived_factor, {"radius": 1.0, "scale": 0.5}),
    "settled_variance": lambda: (inside.settled_variance, {"radius": 1.0, "scale": 0.5}),
    "factor_per_step": lambda: (
        inside.factor_per_step,
        {"lengths": np.array([1.0, 0.5, 0.25]), "lags": np.array([1, 2, 3])},
    ),
    "slopes_by_lag": lambda: (
        inside.slopes_by_lag,
        {"layer": lstm(), "inputs": np.ones((2, 4, 9)), "lags": [1, 3], "rng": rng()},
    ),
    "gates_of": lambda: (
        inside.gates_of,
        {"layer": lstm(), "inputs": np.ones((2, 3, 9)), "initial_state": state()},
    ),
    "read_machine": lambda: (
        inside.read_machine,
        {"adder": ADDER, "pairs": PAIRS, "clusters": 2, "rng": rng()},
    ),
    "smallest": lambda: (inside.smallest, {"machine": CARRY}),
    "Machine": lambda: (
        lambda **parts: inside.smallest(Machine(**parts)),
        {"next_states": [[0, 1], [1, 0]], "outputs": [[0, 1], [1, 1]]},
    ),
    "areas": lambda: (inside.areas, {"values": POINTS, "flag": KINDS}),
    "shares_explained": lambda: (
        inside.shares_explained,
        {"values": POINTS, "target": np.array([0.0, 1.0, 2.0, 4.0])},
    ),
    "probe": lambda: (
        inside.probe,
        {"values": POINTS, "target": np.array([0.0, 1, 2, 4]), "new_values": POINTS[:2] + 1},
    ),
    "readings": lambda: (inside.readings, {"layer": lstm(), "text": text(60)}),
    "units_of": lambda: (inside.units_of, {"layer": lstm(), "text": text()}),
}


def options(name, argument):
    # of a box where numbers may overflow, which is NaN, nothing is known
    return {"may_be_nan": name == "bounds"}


test_the_calls_are_right = as_they_stand(CALLS)
test_a_default_is_as_it_was, test_one_argument_made_wrong_is_refused_by_its_name = each_made_wrong(
    CALLS, __file__, options
)


def test_every_helper_has_a_call():
    records = {"Gates", "Reading"}  # of results: nobody else makes them
    assert left_out(inside, CALLS, records) == []
