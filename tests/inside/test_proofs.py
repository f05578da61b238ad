"""The search for a proof, and the verifier, which does not trust it."""

import time
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.inside import bounds, certificates, holds, image_of, is_proof, proofs, prove
from helpers.inside.certificates import covered
from helpers.inside.proofs import crowded, find_certificate, images, sure
from helpers.models import Adder, bits_right, hand_built
from helpers.models.adders import INPUTS
from helpers.tasks import every_pair, hard_pairs, sums_of
from tests.adding import right_adders, singles


@pytest.fixture(scope="module")
def adders():
    ensemble = right_adders(np.random.default_rng(3), 128)
    pairs = hard_pairs(np.random.default_rng(4), 512)
    adds = bits_right(ensemble, pairs, sums_of(pairs)) == 1
    return singles(ensemble), adds


@pytest.fixture(scope="module")
def found(adders):
    return [find_certificate(adder) for adder in adders[0]]


def test_nearly_all_that_add_are_proved_and_none_that_does_not(adders, found):
    _, adds = adders
    proved = np.array([certificate is not None for certificate in found])
    assert len(adds) > 30
    assert not (proved & ~adds).any()
    assert proved[adds].mean() >= 0.95
    assert (~adds).any()


def test_what_the_search_finds_holds(adders, found):
    for adder, certificate in zip(adders[0], found, strict=True):
        assert certificate is None or is_proof(adder, certificate)


def test_a_proof_of_one_network_is_none_of_another(adders, found):
    proved = [n for n, certificate in enumerate(found) if certificate is not None]
    for n, other in pairwise(proved):
        assert not is_proof(adders[0][other], found[n])


@pytest.mark.parametrize("steep", [2.2, 3, 8])
def test_a_network_that_keeps_its_carry_is_proved(steep):
    adder = hand_built(steep)
    assert is_proof(adder, find_certificate(adder))


@pytest.mark.parametrize("steep", [1, 1.8, 2])
def test_a_carry_that_leaks_or_stands_on_the_edge_is_not_proved(steep):
    adder = hand_built(steep)
    assert find_certificate(adder) is None
    # nor by the boxes of a network that is nearly the same
    assert not is_proof(adder, find_certificate(hand_built(2.2)))


CERTIFICATE = find_certificate(hand_built(3))


def test_every_single_box_is_needed():
    for carry in (0, 1):
        for number in range(len(CERTIFICATE[carry])):
            fewer = list(CERTIFICATE)
            fewer[carry] = np.delete(fewer[carry], number, axis=0)
            assert not is_proof(hand_built(3), fewer)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda boxes: boxes[::-1],
        lambda boxes: [boxes[0], boxes[0]],
        lambda boxes: [boxes[0] + 0.02, boxes[1]],
        lambda boxes: [boxes[0] * 0.99, boxes[1] * 0.99],
        lambda boxes: [boxes[0][:0], boxes[1]],
        lambda boxes: [boxes[0], boxes[1][:0]],
        lambda boxes: [boxes[0][:, ::-1], boxes[1]],
        lambda boxes: [np.full_like(boxes[0], np.nan), boxes[1]],
        lambda boxes: [np.concatenate([boxes[0], [[[-np.inf] * 3, [np.inf] * 3]]]), boxes[1]],
        lambda boxes: [np.concatenate([boxes[0], [[[-1.0] * 3, [1.0] * 3]]]), boxes[1]],
        lambda boxes: [boxes[0]],
        lambda boxes: [*boxes, boxes[0]],
        lambda boxes: [boxes[0][..., :2], boxes[1][..., :2]],
        lambda boxes: [boxes[0].ravel(), boxes[1]],
        lambda boxes: [],
    ],
)
def test_a_tampered_certificate_is_refused(tamper):
    assert is_proof(hand_built(3), CERTIFICATE)
    assert not is_proof(hand_built(3), tamper([boxes.copy() for boxes in CERTIFICATE]))


def test_a_box_may_be_a_single_state_but_not_inside_out_by_one_rounding():
    adder = hand_built(3)
    for low, accepted in ((adder.initial_state, True), (np.nextafter(-1, 1), False)):
        box = np.stack([np.broadcast_to(low, 3), adder.initial_state])
        more = np.concatenate([CERTIFICATE[0], [box]])
        assert is_proof(adder, [more, CERTIFICATE[1]]) == accepted


@pytest.mark.parametrize(
    ("weight", "value"),
    [
        ("kernel", np.array([[3.0, 3.0, 3.0], [3.0, 3.0, -3.0]])),
        ("recurrent_kernel", np.zeros((3, 3))),
        ("bias", np.array([0.0, -9.0, -6.0])),
        ("initial_state", np.array([-1.0, 1.0, -1.0])),
        ("output_kernel", np.array([1.0, -1.0, -1.0])),
        ("output_bias", 1.0),
        ("output_bias", -10.0),  # no 1 is ever answered
        ("kernel", np.array([[-3.0, -3.0, -3.0], [3.0, 3.0, 3.0]])),  # 1 0 is read wrongly
    ],
)
def test_a_tampered_weight_is_refused(weight, value):
    tampered = hand_built(3)._replace(**{weight: value})
    pairs = every_pair()
    assert (tampered.add(pairs) != sums_of(pairs)).any()  # it does not add any more
    assert not is_proof(tampered, CERTIFICATE)


def test_every_sign_of_a_trained_adder_matters(adders, found):
    number = next(n for n, certificate in enumerate(found) if certificate is not None)
    adder, certificate = adders[0][number], found[number]
    for name in ("kernel", "recurrent_kernel", "output_kernel"):
        assert not is_proof(adder._replace(**{name: -getattr(adder, name)}), certificate)


def test_a_network_with_a_weight_that_is_not_finite_is_refused():
    broken = hand_built(3)._replace(bias=np.array([0.0, np.inf, 0.0]))
    with pytest.raises(ValueError, match="bias: expected finite numbers"):
        is_proof(broken, CERTIFICATE)
    with pytest.raises(ValueError, match="bias: expected finite numbers"):
        find_certificate(broken)


def test_a_larger_box_around_everything_is_no_proof():
    everything = np.array([[[-1.0] * 3, [1.0] * 3]])
    assert not is_proof(hand_built(3), (everything, everything))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_bounds_hold_for_every_point_of_a_box(seed):
    rng = np.random.default_rng(seed)
    size = 10.0 ** rng.integers(-3, 6)
    adder = Adder(
        size * rng.normal(size=(2, 3)), size * rng.normal(size=(3, 3)), rng.normal(size=3),
        np.zeros(3), size * rng.normal(size=3), rng.normal(),
    )  # fmt: skip
    box = np.sort(rng.uniform(-1, 1, (2, 3)), axis=0)
    points = rng.uniform(box[0], box[1], (200, 3))
    points = np.concatenate([points, list(product(*box.T))])
    for inputs in INPUTS:
        low, high = image_of(adder, box, inputs)
        states = adder.step(points, np.tile(inputs, (len(points), 1)))
        assert ((low <= states) & (states <= high)).all()
    least, most = bounds(adder.output_kernel, adder.output_bias, box)
    answers = adder.answer(points)
    assert least <= answers.min() <= answers.max() <= most
    # and they are tight: at the corners, the bounds are reached but for the slack
    slack = most - answers.max() + answers.min() - least
    assert slack <= 4 * certificates.SLACK * (1 + 4 * np.abs(adder.output_kernel).sum() + 10)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 6))
def test_a_box_is_covered_if_every_point_of_a_fine_grid_is(seed, count):
    rng = np.random.default_rng(seed)
    boxes = np.sort(rng.integers(0, 5, (count, 2, 2)), axis=1).astype(float)
    low, high = np.sort(rng.integers(0, 5, (2, 2)), axis=0).astype(float)
    high += low == high
    middles = np.array(
        list(product(*(np.arange(a, b) + 0.5 for a, b in zip(low, high, strict=True))))
    )
    inside = (boxes[:, None, 0] <= middles) & (middles <= boxes[:, None, 1])
    expected = inside.all(axis=-1).any(axis=0).all() if count else False
    assert covered(np.array([low, high]), boxes) == expected


def test_a_gap_as_wide_as_rounding_is_seen():
    halves = np.array([[[0.0], [0.5]], [[np.nextafter(0.5, 1)], [1.0]]])
    whole = np.array([[0.0], [1.0]])
    assert not covered(whole, halves)
    halves[1, 0] = 0.5
    assert covered(whole, halves)


def test_the_search_gives_up_where_boxes_become_too_many():
    assert find_certificate(hand_built(3)) is not None
    assert find_certificate(hand_built(3), most=2) is None


def test_as_many_boxes_as_a_proof_has_are_enough_for_it():
    count = sum(map(len, CERTIFICATE))
    assert find_certificate(hand_built(3), most=count) is not None
    assert find_certificate(hand_built(3), most=count - 1) is None


@pytest.mark.parametrize(("length", "too_many"), [(8, False), (9, True)])
def test_boxes_may_touch_eight_cells_for_each_that_may_be_tried(length, too_many):
    low, high = np.zeros((2, 1)), np.full((2, 1), length * proofs.PARTS)
    assert crowded(low, high, ({}, {}), 2) == too_many


def test_boxes_that_may_overflow_prove_nothing():
    # two more units that no answer reads: but inf - inf is NaN, and 0 times NaN is NaN
    hand = hand_built(3)
    recurrent_kernel = np.pad(hand.recurrent_kernel, (0, 2))
    recurrent_kernel[3, 3:] = recurrent_kernel[4, 3:] = 2.0
    adder = Adder(
        np.pad(hand.kernel, [(0, 0), (0, 2)]),
        recurrent_kernel,
        np.append(hand.bias, [0.0, 0.0]),
        np.append(hand.initial_state, [0.0, 0.0]),
        np.append(hand.output_kernel, [0.0, 0.0]),
        hand.output_bias,
    )

    def boxes(size):
        more = [np.tile([[-size] * 2, [size] * 2], (len(each), 1, 1)) for each in CERTIFICATE]
        return [np.concatenate(pair, axis=2) for pair in zip(CERTIFICATE, more, strict=True)]

    assert is_proof(adder, boxes(2.0))
    assert not is_proof(adder, boxes(1.7e308))


def test_weights_whose_sums_may_overflow_are_refused():
    hand = hand_built(3)
    with pytest.raises(ValueError, match=r"^kernel: expected"):
        is_proof(hand._replace(kernel=1e300 * hand.kernel), CERTIFICATE)


def test_a_network_in_whole_numbers_walks_in_float64():
    hand = hand_built(3)
    whole = hand._replace(
        kernel=hand.kernel.astype(np.int8),
        initial_state=hand.initial_state.astype(np.int8),
        recurrent_kernel=(100 * hand.recurrent_kernel).astype(np.int8),
    )
    floats = whole._replace(
        kernel=whole.kernel.astype(float),
        initial_state=whole.initial_state.astype(float),
        recurrent_kernel=whole.recurrent_kernel.astype(float),
    )
    pairs = every_pair()
    assert whole.walk(pairs).tolist() == floats.walk(pairs).tolist()


@pytest.mark.parametrize("box", [[[1.0], [0.0]], [[0.5], [0.5]], [[np.nan], [1.0]]])
def test_a_box_that_is_none_is_not_covered(box):
    assert not covered(np.array(box), np.array([[[-5.0], [5.0]]]))


def test_smaller_cells_prove_what_larger_ones_do_not(adders, found):
    coarse = [find_certificate(adder, sides=(1 / 4,)) is not None for adder in adders[0]]
    proved = [certificate is not None for certificate in found]
    assert sum(coarse) < sum(proved)
    assert not any(a and not b for a, b in zip(coarse, proved, strict=True))


def test_boxes_of_the_other_carry_do_not_count():
    adder, boxes = hand_built(3), [np.asarray(each) for each in CERTIFICATE]
    for carry in (0, 1):
        for inputs in INPUTS:
            assert all(holds(adder, box, carry, inputs, boxes) for box in boxes[carry])
            turned = boxes[::-1]
            assert not any(holds(adder, box, carry, inputs, turned) for box in boxes[carry])


def test_the_answer_must_be_right_in_all_of_a_box():
    # one unit that is 0.1 x1 + 0.1 x2 in effect: it answers 1 from some of the box only
    adder = Adder(np.zeros((2, 1)), np.ones((1, 1)), np.zeros(1), np.zeros(1), np.ones(1), 0.0)
    everywhere = [np.array([[[-5.0], [5.0]]])] * 2
    assert holds(adder, np.array([[0.1], [1.0]]), 0, INPUTS[1], everywhere)
    assert not holds(adder, np.array([[-0.1], [1.0]]), 0, INPUTS[1], everywhere)
    assert not holds(adder, np.array([[0.0], [1.0]]), 0, INPUTS[1], everywhere)
    assert holds(adder, np.array([[-1.0], [-0.1]]), 0, INPUTS[0], everywhere)
    assert not holds(adder, np.array([[-1.0], [0.1]]), 0, INPUTS[0], everywhere)


def test_an_answer_that_may_be_zero_is_neither_bit():
    edge = certificates.SLACK * (1 + certificates.SLACK)  # of a bias, all of it is slack
    adder = Adder(np.zeros((2, 1)), np.ones((1, 1)), np.zeros(1), np.zeros(1), np.zeros(1), edge)
    box, everywhere = np.array([[0.0], [1.0]]), [np.array([[[-5.0], [5.0]]])] * 2
    for inputs, sign in ((INPUTS[0], -1), (INPUTS[1], 1)):
        at, beyond = (adder._replace(output_bias=sign * size) for size in (edge, 2 * edge))
        assert 0 in bounds(at.output_kernel, at.output_bias, box)
        assert not holds(at, box, 0, inputs, everywhere)
        assert holds(beyond, box, 0, inputs, everywhere)


def test_a_box_in_more_pieces_than_are_looked_at_is_not_covered(monkeypatch):
    monkeypatch.setattr(certificates, "PIECES", 4)
    row = np.transpose([np.arange(6.0), np.arange(1, 7.0)])[..., np.newaxis]
    assert covered(np.array([[0.0], [4.0]]), row)
    assert not covered(np.array([[0.0], [5.0]]), row)


def test_boxes_that_lie_beside_a_box_do_not_cut_it(monkeypatch):
    monkeypatch.setattr(certificates, "PIECES", 1)
    whole, beside = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[5.0, 0.2], [6.0, 0.8]])
    assert covered(whole, np.array([whole, beside]))


def test_a_hole_is_seen_wherever_it_is():
    edges = list(zip((0.0, 1, 2), (1.0, 2, 3), strict=True))
    grid = np.array([np.transpose(sides) for sides in product(edges, repeat=3)])
    whole = np.array([[0.0] * 3, [3.0] * 3])
    assert covered(whole, grid)
    assert not any(covered(whole, np.delete(grid, n, axis=0)) for n in range(27))


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_bounds_leave_slack_for_all_rounding(seed, units):
    rng = np.random.default_rng(seed)
    weights, bias = 10 * rng.normal(size=units), 10 * rng.normal()
    box = np.sort(rng.uniform(-1, 1, (2, units)), axis=0) * [[3.0], [1.0]]
    box.sort(axis=0)
    least, most = bounds(weights, bias, box)
    corners = np.where(weights > 0, box[1], box[0]), np.where(weights > 0, box[0], box[1])
    high, low = (sum(map(Fraction, weights * 0)) + Fraction(bias) + sum(
        Fraction(w) * Fraction(h) for w, h in zip(weights, corner, strict=True)
    ) for corner in corners)  # fmt: skip
    sizes = 1 + abs(bias) + sum(np.abs(weights) * np.abs(box).max(axis=0))
    for gap in (most - float(high), float(low) - least):
        assert gap == pytest.approx(certificates.SLACK * sizes, rel=0.02)


def test_the_search_leaves_four_times_the_slack_of_the_verifier():
    # z is 0 in all three units: one has a large bias, one large weights, and one neither
    adder = Adder(
        np.array([[1000.0, 0.0, 0.1], [500.0, 0.0, 0.2]]),
        np.array([[0.0, 6000.0, 0.1], [0.0, -6000.0, -0.1], [0.0, 0.0, 0.0]]),
        np.array([-1500.0, 0.0, -0.3]), np.zeros(3), np.ones(3), 0.0,
    )  # fmt: skip
    ones = np.ones((1, 3))
    verified = image_of(adder, np.concatenate([ones, ones]), INPUTS[3])
    searched = np.concatenate(images(adder, ones, ones, INPUTS[3]))
    assert searched / verified == pytest.approx(np.full((2, 3), 4), rel=1e-3)


@pytest.mark.parametrize(
    ("weights", "bias"), [([0.0, 0.0], 0.0), ([1000.0, -1000.0], 0.0), ([1000.0, 0.0], -1000.0)]
)
def test_the_search_is_sure_of_an_answer_beyond_four_times_the_slack(weights, bias):
    weights, box = np.array(weights), np.ones((2, 2))
    least, most = bounds(weights, bias, box)
    adder = Adder(np.zeros((2, 2)), np.zeros((2, 2)), np.zeros(2), np.zeros(2), weights, bias)
    for bit, sign in ((0, -1), (1, 1)):
        for times, is_sure in ((3.9, False), (4.1, True)):
            beyond = adder._replace(output_bias=bias + sign * times * (most - least) / 2)
            assert sure(beyond, box[:1], box[1:], bit) == is_sure


ONE_UNIT = Adder(np.zeros((2, 1)), np.ones((1, 1)), np.zeros(1), np.zeros(1), np.ones(1), 0.0)


@pytest.mark.parametrize(("end", "is_sure"), [(0.1, True), (0.0, False), (-0.1, False)])
def test_the_search_is_sure_of_an_answer_if_all_of_a_box_gives_it(end, is_sure):
    assert sure(ONE_UNIT, np.array([[end]]), np.array([[1.0]]), 1) == is_sure
    assert sure(ONE_UNIT, np.array([[-1.0]]), np.array([[-end]]), 0) == is_sure


def test_an_answer_that_may_be_0_is_no_1_even_without_slack(monkeypatch):
    for module in (certificates, proofs):
        monkeypatch.setattr(module, "SLACK", 0.0)
    assert not sure(ONE_UNIT, np.array([[0.0]]), np.array([[1.0]]), 1)
    everywhere = [np.array([[[-5.0], [5.0]]])] * 2
    assert not holds(ONE_UNIT, np.array([[0.0], [1.0]]), 0, INPUTS[1], everywhere)


def test_the_search_ends_in_many_dimensions():
    rng = np.random.default_rng(1)
    noisy = Adder(
        rng.normal(size=(2, 9)), rng.normal(size=(9, 9)), np.zeros(9), np.zeros(9),
        np.zeros(9), 0.0,
    )  # fmt: skip
    assert find_certificate(noisy._replace(output_bias=1.0)) is None
    hand = hand_built(8)
    wide = Adder(
        np.column_stack([hand.kernel, rng.normal(size=(2, 6))]),
        np.block([[hand.recurrent_kernel, np.zeros((3, 6))], [np.zeros((6, 3)), 2 * np.eye(6)]]),
        np.append(hand.bias, np.zeros(6)), np.append(hand.initial_state, np.zeros(6)),
        np.append(hand.output_kernel, np.zeros(6)), 0.0,
    )  # fmt: skip
    start = time.perf_counter()
    found = find_certificate(wide)
    assert time.perf_counter() - start < 10
    assert found is None or is_proof(wide, found)


def test_what_is_not_verified_is_not_handed_out(monkeypatch):
    assert prove(hand_built(3)) is not None
    assert prove(hand_built(3), most=2) is None
    monkeypatch.setattr(proofs, "find_certificate", lambda adder: CERTIFICATE[::-1])
    assert prove(hand_built(3)) is None


def with_idle_units(adder, count):
    """Return an adder with more units, which read nothing and which nothing reads."""
    W, U, b, h_0, v, c = adder
    return Adder(
        np.pad(W, ((0, 0), (0, count))),
        np.pad(U, ((0, count), (0, count))),
        *(np.pad(each, (0, count)) for each in (b, h_0, v)),
        c,
    )


@pytest.mark.parametrize("count", [1, 5, 20, 60])
def test_many_units_end_the_search_and_the_proof_soon(count):
    adder, begin = with_idle_units(hand_built(3), count), time.process_time()
    # an idle state is 0, on a corner of 2^count cells
    assert (prove(adder) is not None) == (count <= 5)
    # whole, and once more from 0: which cuts each box in two along each idle unit
    sides = [np.full((count, 2), [low, 1e-9]).T for low in (-1e-9, 0)]
    boxes = [
        np.concatenate(
            [np.dstack([each, np.broadcast_to(side, (len(each), 2, count))]) for side in sides]
        )
        for each in CERTIFICATE
    ]
    assert is_proof(adder, boxes) == (count <= 5)
    assert time.process_time() - begin < 20


def test_bounds_that_overflow_are_no_bounds():
    found = bounds([1e10, -1e10], 0.0, [[1e308, 1e308], [1e308, 1e308]])
    assert found.tolist() == [-np.inf, np.inf]


def test_a_box_inside_out_has_no_bounds():
    with pytest.raises(ValueError, match=r"^box: expected least numbers, then greatest, got one"):
        bounds([1.0, 1.0], 0.0, [[0.0, 1.0], [1.0, 0.0]])
