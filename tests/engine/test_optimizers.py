import copy
import pickle
import re
from collections import deque
from threading import Lock

import joblib
import numpy as np
import pytest

from helpers.engine import (
    SGD,
    Adam,
    Optimizer,
    RMSProp,
    clip_by_global_norm,
    update,
)
from helpers.lesson.arguments import brief
from helpers.models.keras_models import keras
from tests.adding import adder, bits


def walk(optimizer, slopes_at, start, steps=20):
    """Return where an optimizer comes to."""
    parameters = np.array(start)
    for _ in range(steps):
        optimizer.look_ahead(parameters)
        optimizer.step(parameters, slopes_at(parameters))
    return parameters


def slopes(parameters):
    """Return the slopes of a curved valley."""
    x, y = parameters[..., 0], parameters[..., 1]
    return np.stack([4 * x**3 + y, x + 0.3 * y], axis=-1)


# Keras makes float32 of every setting: these are the same there
EXACT = {"epsilon": 2**-10}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (SGD(0.125), keras.optimizers.SGD(0.125)),
        (
            RMSProp(2**-6, decay=0.75, **EXACT),
            keras.optimizers.RMSprop(2**-6, rho=0.75, **EXACT),
        ),
        (Adam(2**-4, 0.75, 0.9375, **EXACT), keras.optimizers.Adam(2**-4, 0.75, 0.9375, **EXACT)),
    ],
)
def test_each_step_equals_keras(ours, theirs):
    variable = keras.Variable([1.0, -0.5], dtype="float64")
    for _ in range(20):
        theirs.apply([keras.ops.convert_to_tensor(slopes(variable.numpy()))], [variable])
    assert walk(ours, slopes, [1.0, -0.5]) == pytest.approx(variable.numpy(), rel=1e-12)


def test_the_settings_are_those_of_keras_unless_named():
    ours, theirs = vars(Adam()), keras.optimizers.Adam().get_config()
    assert ours["rate"] == pytest.approx(theirs["learning_rate"])
    for name in ("beta_1", "beta_2", "epsilon"):
        assert ours[name] == theirs[name]
    ours, theirs = vars(RMSProp()), keras.optimizers.RMSprop().get_config()
    assert ours["rate"] == pytest.approx(theirs["learning_rate"])
    assert (ours["decay"], ours["epsilon"]) == (theirs["rho"], theirs["epsilon"])


def test_nesterov_takes_the_slope_where_momentum_leads():
    rate, momentum, decay, epsilon = 0.02, 0.8, 0.5, 1e-7
    weights, velocity, squares = np.array([1.0, -0.5]), np.zeros(2), np.zeros(2)
    for _ in range(20):
        ahead = weights + momentum * velocity
        squares = decay * squares + (1 - decay) * slopes(ahead) ** 2
        velocity = momentum * velocity - rate * slopes(ahead) / np.sqrt(squares + epsilon)
        weights = weights + velocity
    found = walk(RMSProp(rate, decay, momentum, epsilon), slopes, [1.0, -0.5])
    assert found == pytest.approx(weights, rel=1e-12)


@pytest.mark.parametrize(
    "make", [lambda: SGD(0.1), lambda: RMSProp(0.02, 0.9, 0.5), lambda: Adam(0.05)]
)
def test_networks_walk_independently(make):
    starts = np.random.default_rng(1).normal(size=(5, 2))
    together = walk(make(), slopes, starts)
    alone = [walk(make(), slopes, start) for start in starts]
    assert together == pytest.approx(np.array(alone), rel=1e-12)


def test_clipping_shortens_what_is_too_long_and_keeps_its_direction():
    gradients = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    before = gradients.copy()
    assert clip_by_global_norm(gradients, 1.0) == pytest.approx([5, 0.5, 0])
    assert gradients == pytest.approx(np.array([[0.6, 0.8], [0.3, 0.4], [0, 0]]))
    assert clip_by_global_norm(before[0], 10.0) == pytest.approx(5)
    assert before[0].tolist() == [3.0, 4.0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(0), "rate: expected a positive number, got 0"),
        (lambda: SGD(-0.1), "rate: expected a positive number, got -0.1"),
        (lambda: Adam("fast"), "rate: expected real numbers"),
        (lambda: Adam(np.nan), "rate: expected finite numbers"),
        (lambda: Adam(0.1, beta_1=1), "beta_1: expected a number from 0 to below 1, got 1"),
        (lambda: Adam(0.1, beta_2=-0.1), "beta_2: expected a number from 0 to below 1"),
        (lambda: Adam(0.1, epsilon=0), "epsilon: expected a positive number"),
        (lambda: RMSProp(decay=1.5), "decay: expected a number from 0 to below 1"),
        (lambda: RMSProp(momentum=1), "momentum: expected a number from 0 to below 1"),
        (lambda: clip_by_global_norm(np.ones(3), 0), "limit: expected a positive number, got 0"),
    ],
)
def test_optimizers_refuse(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_clipping_survives_slopes_whose_squares_would_overflow():
    for kind, size in ((np.float32, 1e20), (np.float64, 1e200)):
        slopes = np.array([[3, 4], [0, 0]], kind) * kind(size)
        norms = clip_by_global_norm(slopes, 1.0)
        assert norms == pytest.approx([5 * size, 0], rel=1e-6)
        assert slopes == pytest.approx(np.array([[0.6, 0.8], [0, 0]]), rel=1e-6)


def test_each_network_is_clipped_by_its_own_length_however_small():
    for kind, sizes in ((np.float32, [1e-25, 1e20]), (np.float64, [1e-25, 1e200])):
        slopes = np.array([[3, 4], [3, 4]], kind) * np.array(sizes, kind)[:, np.newaxis]
        assert clip_by_global_norm(slopes, 1.0) == pytest.approx(np.multiply(5, sizes), rel=1e-6)
        assert slopes[0] == pytest.approx([3e-25, 4e-25], rel=1e-6)
        assert slopes[1] == pytest.approx([0.6, 0.8], rel=1e-6)


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan])
def test_slopes_without_bound_are_not_clipped_but_refused(wrong):
    gradients = np.array([[wrong, 1.0], [3.0, 4.0]])
    with pytest.raises(ValueError, match="gradients: expected finite numbers, got NaN or inf"):
        clip_by_global_norm(gradients, 1.0)
    assert gradients[1].tolist() == [3, 4]


def test_a_limit_beyond_all_slopes_changes_none():
    gradients = np.array([3.0, 4.0], np.float32)
    assert clip_by_global_norm(gradients, 1e300) == 5
    assert gradients.tolist() == [3, 4]


@pytest.mark.parametrize("make", [Adam, RMSProp])
def test_a_step_for_other_parameters_is_refused_and_nothing_is_remembered_of_it(make):
    optimizer, parameters = make(), np.ones((2, 3))
    optimizer.step(parameters, np.ones((2, 3)))
    memory = [array.copy() for array in optimizer.memory]
    kinds = [("ndarray", shape, np.dtype(np.float64)) for shape in ((2, 3), (3,))]
    said = re.escape(f"parameters: expected {kinds[0]}, got {kinds[1]}")
    with pytest.raises(ValueError, match=f"^{said}$"):
        optimizer.step(np.ones(3), np.ones(3))
    said = re.escape(f"gradients: expected {kinds[0]}, got {kinds[1]}")
    with pytest.raises(ValueError, match=f"^{said}$"):
        optimizer.step(parameters, np.ones(3))
    assert optimizer.steps == 1
    assert all((a == b).all() for a, b in zip(memory, optimizer.memory, strict=True))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (np.ones(3, int), "floating-point numbers, got ndarray of type int64"),
        (np.float64(1), r"an array, to be changed, got .*1\.0\)?"),
        (np.array([1.0, np.nan]), "finite numbers, got NaN or infinity"),
    ],
)
@pytest.mark.parametrize("make", [Adam, lambda: SGD(0.1)])
def test_parameters_are_an_array_of_finite_floats(make, wrong, said):
    with pytest.raises(ValueError, match=f"^parameters: expected {said}$"):
        make().step(wrong, wrong)


def test_a_limit_may_be_the_least_that_32_bits_hold():
    least = float(np.finfo(np.float32).tiny)
    assert clip_by_global_norm(np.zeros(2), least) == 0
    with pytest.raises(
        ValueError, match=r"^limit: expected a number of at least 1.18e-38, got 1e-"
    ):
        clip_by_global_norm(np.zeros(2), 1e-38)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # of np.matrix itself
def test_a_matrix_is_clipped_as_an_array_is():
    slopes = np.matrix([[3.0, 4.0], [0.3, 0.4]])
    assert clip_by_global_norm(slopes, 1.0) == pytest.approx([5, 0.5])
    assert slopes.tolist() == [pytest.approx([0.6, 0.8]), [0.3, 0.4]]


def test_slopes_whose_length_is_beyond_their_type_are_refused_and_stay():
    gradients = np.full(4, 3e38, np.float32)
    said = "^gradients: expected a length that float32 can hold, got ∞$"
    with pytest.raises(ValueError, match=said):
        clip_by_global_norm(gradients, 1.0)
    assert (gradients == np.float32(3e38)).all()


def test_slopes_in_half_precision_are_refused():
    slopes = np.ones(3, np.float16)
    with pytest.raises(ValueError, match=r"gradients: expected 32 bits or more: .*, got float16"):
        clip_by_global_norm(slopes, 1.0)
    assert (slopes == 1).all()


def by_protocol_5(optimizer, _):
    """Return a copy whose arrays are only lent: they cannot be written to."""
    buffers = []
    pickled = pickle.dumps(optimizer, 5, buffer_callback=buffers.append)
    return pickle.loads(pickled, buffers=[bytes(each.raw()) for each in buffers])


def from_a_file(optimizer, folder, mode="r"):
    """Return a copy whose arrays are a file on the disk."""
    joblib.dump(optimizer, folder / "optimizer")
    return joblib.load(folder / "optimizer", mmap_mode=mode)


@pytest.mark.parametrize("copied", [by_protocol_5, from_a_file])
@pytest.mark.parametrize("make", [SGD, Adam, lambda rate: RMSProp(rate, momentum=0.5)])
def test_a_copy_can_step_wherever_its_memory_comes_from(tmp_path, make, copied):
    optimizer, parameters = make(0.1), np.ones(3)
    optimizer.step(parameters, np.arange(3.0))
    twin, others = copied(optimizer, tmp_path), parameters.copy()
    optimizer.step(parameters, np.arange(3.0))
    twin.step(others, np.arange(3.0))
    assert (others == parameters).all()


def test_a_file_that_could_be_written_to_stays_as_it_was_when_its_copy_steps(tmp_path):
    optimizer = Adam(0.1)
    optimizer.step(np.ones(3), np.arange(3.0))
    twin = from_a_file(optimizer, tmp_path, "r+")
    before = (tmp_path / "optimizer").read_bytes()
    twin.step(np.ones(3), np.arange(3.0))
    assert twin.steps == 2
    assert (tmp_path / "optimizer").read_bytes() == before


def test_a_copy_of_an_optimizer_has_a_memory_of_its_own():
    optimizer, point = Adam(0.1), np.ones(2)
    optimizer.step(point, np.ones(2))
    other, there = copy.copy(optimizer), point.copy()
    optimizer.step(point, np.array([3.0, -3.0]))
    other.step(there, np.array([3.0, -3.0]))
    assert np.array_equal(point, there)


@pytest.mark.parametrize(
    "slopes",
    [5.0, np.ones(1), np.ones(3, np.float32), np.ma.masked_array(np.ones(3), [1, 0, 0])],
)
def test_slopes_of_another_kind_than_the_parameters_are_refused(slopes):
    point = np.zeros(3)
    expected = r"gradients: expected \('ndarray', \(3,\), dtype\('float64'\)\), got "
    with pytest.raises(ValueError, match=expected):
        SGD(0.1).step(point, slopes)
    assert not point.any()


@pytest.mark.parametrize("wrong", [-1, None, "x", [0.1, 0.2], np.nan, 2e308])
@pytest.mark.parametrize(
    ("optimizer", "names"),
    [
        (Adam(0.1), ["rate", "beta_1", "beta_2", "epsilon"]),
        (RMSProp(0.1), ["rate", "decay", "momentum", "epsilon"]),
        (copy.deepcopy(Adam(0.1)), ["rate", "beta_1"]),
    ],
)
def test_what_is_set_later_is_looked_at_as_at_the_beginning(optimizer, names, wrong):
    for name in names:
        was = getattr(optimizer, name)
        with pytest.raises(ValueError, match=f"^{name}: expected"):
            setattr(optimizer, name, wrong)
        assert getattr(optimizer, name) == was
        setattr(optimizer, name, np.float32(0.5))
        assert type(getattr(optimizer, name)) is float


@pytest.mark.parametrize("optimizer", [SGD(0.1), RMSProp(0.1), Adam(0.1)])
def test_what_it_counts_and_remembers_is_looked_at_when_it_is_set(optimizer):
    for wrong in (-1, 0.5, None, "x", True):
        with pytest.raises(ValueError, match=r"^steps: expected a whole number of at least 0"):
            optimizer.steps = wrong
    for wrong in ([1, 2], (np.zeros(3),), np.zeros(3), "x", 0, [np.ma.zeros(3)]):
        said = re.escape(f"memory: expected None, or a list of arrays, got {brief(wrong)}")
        with pytest.raises(ValueError, match=rf"^{said}$"):
            optimizer.memory = wrong
    assert (optimizer.steps, optimizer.memory) == (0, None)
    optimizer.memory = [np.zeros(3)]
    held = f"^memory: expected {optimizer.memories} arrays, got 1$"
    with pytest.raises(ValueError, match=held):
        optimizer.step(np.zeros(3), np.ones(3))
    optimizer.memory = None
    optimizer.step(np.zeros(3), np.ones(3))
    assert optimizer.steps == 1


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (0.0, "a positive number, got 0.0"),
        (-0.1, "a positive number, got -0.1"),
        (np.inf, "finite numbers, got NaN or infinity"),
        ("fast", "real numbers, got 'fast'"),
    ],
)
def test_a_rate_that_somebody_has_set_since_is_looked_at(rate, said):
    optimizer = SGD(0.1)
    with pytest.raises(ValueError, match=f"^rate: expected {said}$"):
        optimizer.rate = rate
    assert optimizer.rate == 0.1


def test_a_look_ahead_at_other_parameters_is_refused():
    optimizer, parameters = RMSProp(momentum=0.5), np.ones((2, 3))
    optimizer.step(parameters, np.ones((2, 3)))
    others = np.ones(3)
    with pytest.raises(ValueError, match=r"^parameters: expected \('ndarray', \(2, 3\)"):
        optimizer.look_ahead(others)
    assert others.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("make", [RMSProp, Adam])
def test_an_epsilon_that_is_nothing_in_32_bits_is_refused(make):
    with pytest.raises(ValueError, match=r"epsilon: expected a number of at least 1.18e-38"):
        make(epsilon=1e-50)
    make(epsilon=1.2e-38)


def test_a_limit_that_is_nothing_in_32_bits_is_refused():
    gradients = np.zeros(3, np.float32)
    with pytest.raises(ValueError, match="limit: expected a number of at least"):
        clip_by_global_norm(gradients, 1e-50)
    assert not gradients.any()


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_parameters_are_no_matrix_whose_square_is_another_thing():
    with pytest.raises(ValueError, match=r"^parameters: expected an array, to be changed, got"):
        Adam().step(np.matrix(np.eye(2)), np.matrix(np.eye(2)))


def test_parameters_have_digits_enough_for_small_steps():
    with pytest.raises(ValueError, match=r"^parameters: expected 32 bits or more"):
        Adam().step(np.ones(2, np.float16), np.ones(2, np.float16))


@pytest.mark.parametrize("make", [SGD, RMSProp, Adam])
def test_parameters_that_cannot_be_changed_any_more_are_refused_and_nothing_is_remembered(make):
    optimizer, parameters = make(0.1), np.ones(2)
    optimizer.step(parameters, np.ones(2))
    was = copy.deepcopy(optimizer.remembered())
    parameters.flags.writeable = False
    with pytest.raises(ValueError, match=r"^parameters: expected an array that can be written to"):
        optimizer.step(parameters, np.ones(2))
    assert repr(was) == repr(optimizer.remembered())


def test_the_length_of_tiny_slopes_is_right():
    for slopes, length in (([1e-200], 1e-200), ([3e-191, 4e-191], 5e-191), ([0.0], 0.0)):
        found = clip_by_global_norm(np.array(slopes), 1.0)
        assert found == pytest.approx(length, rel=1e-12, abs=0)


@pytest.mark.parametrize("kind", [">f2", "<f2"])
def test_few_digits_are_too_few_in_any_byte_order(kind):
    for call in (lambda a: Adam().step(a, a), lambda a: clip_by_global_norm(a, 1.0)):
        with pytest.raises(ValueError, match=r"^(parameters|gradients): expected 32 bits or more"):
            call(np.ones(2, kind))


@pytest.mark.parametrize(
    "change",
    [lambda g: None, lambda g: 0.1, lambda g: g[:1], lambda g: [*g], lambda g: 1j * g,
     lambda g: g[None], lambda g: np.ma.masked_array(g, g > 0)],
)  # fmt: skip
def test_a_rule_of_your_own_returns_a_number_for_each_parameter(change):
    class Own(Optimizer):
        def change(self, gradients):
            return change(gradients)

    parameters, said = np.ones(2), r"^change: expected \('ndarray', \(2,\), dtype\('float64'\)\)"
    with pytest.raises(ValueError, match=said):
        Own(0.1).step(parameters, np.ones(2))
    assert parameters.tolist() == [1, 1]


def test_nobody_looks_ahead_with_parameters_that_cannot_be_changed():
    optimizer, parameters = RMSProp(0.1, momentum=0.9), np.ones(2)
    optimizer.step(parameters, np.ones(2))
    parameters.flags.writeable = False
    with pytest.raises(ValueError, match=r"^parameters: expected an array that can be written to"):
        optimizer.look_ahead(parameters)


def test_what_an_optimizer_keeps_and_cannot_be_copied_is_gone_back_to_as_it_is():
    optimizer, lock = SGD(0.1), Lock()
    rng = np.random.default_rng(1)
    optimizer.lock, optimizer.rates, optimizer.rng = lock, [0.1], rng
    optimizer.last, optimizer.pair = deque([1]), (np.zeros(1),)
    kept, place = optimizer.remembered(), rng.bit_generator.state
    optimizer.rates.append(0.2)
    optimizer.last.append(2)
    optimizer.pair[0][...] = rng.random()
    assert kept["lock"] is lock
    assert kept["rates"] == [0.1]
    assert list(kept["last"]) == [1]
    assert kept["pair"] == (0,)
    assert kept["rng"].bit_generator.state == place


def test_numbers_in_another_order_of_bytes_are_refused_before_anything_is_kept():
    kind = np.dtype(float).newbyteorder()
    optimizer, parameters = Adam(0.1), np.ones(2, kind)
    with pytest.raises(ValueError, match=rf"^parameters: .*own order of bytes, got {kind.str}$"):
        optimizer.step(parameters, parameters.copy())
    assert (optimizer.steps, optimizer.memory) == (0, None)


def test_an_optimizer_without_a_rule_says_so_and_changes_nothing():
    parameters = np.ones(3)
    with pytest.raises(ValueError, match=r"one with a rule, such as Adam\(\), got Optimizer$"):
        Optimizer(0.1).step(parameters, np.ones(3))
    assert (parameters == 1).all()


def test_a_rule_that_begins_by_itself_steps_like_others():
    class Halves(Optimizer):
        def __init__(self):
            self.part = 0.5

        def change(self, gradients):
            return self.part * gradients

    network, inputs, targets = adder(), *bits()
    before = network.parameters.copy()
    update(network, inputs, targets, optimizer := Halves())
    assert network.parameters == pytest.approx(before - 0.5 * network.gradients)
    assert (optimizer.steps, optimizer.memory) == (1, [])
