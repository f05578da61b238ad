import subprocess
import sys

import keras
import numpy as np
import pytest

from helpers.models.keras_models import (
    as_rows,
    embedding_network,
    flat_weights,
    reproducible,
    sum_network,
    train,
)
from helpers.tasks import every_triple, one_hot, sum_task

INPUTS, TARGETS = sum_task(every_triple()[::10])
SHAPES = r"^inputs: expected the network's shape \(None, 3, 1\), got shape \(100, 2, 1\)$"


def plain_keras_start(seed):
    reproducible(seed)
    layer = keras.layers.SimpleRNN(1, activation="linear")
    return flat_weights(keras.Sequential([keras.Input((3, 1)), layer]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_keras_names_start_the_network_as_keras_itself_does(seed):
    expected = plain_keras_start(seed)
    reproducible(seed)
    ours = flat_weights(sum_network("orthogonal", "glorot_uniform"))
    assert ours.tolist() == expected.tolist()
    # a number for U leaves W as the seed has it: so two runs can differ in U alone
    reproducible(seed)
    assert flat_weights(sum_network(0.5, "glorot_uniform")).tolist() == [expected[0], 0.5, 0]


def test_a_wider_input_widens_the_kernel_alone():
    shapes = [weight.shape for weight in sum_network(features=10).get_weights()]
    assert shapes == [(10, 1), (1, 1), (1,)]
    assert sum_network(length=5, features=2).input_shape == (None, 5, 2)


def test_an_embedding_network_is_a_look_up_before_the_same_unit():
    reproducible(3)
    network = embedding_network(width=4)
    E, W, U, b = network.get_weights()
    assert (E.shape, W.shape, U.tolist(), b.tolist()) == ((10, 4), (4, 1), [[0]], [0])
    assert 0.01 < np.abs(E).max() <= 0.05
    assert np.abs(W).max() > 0.1
    rows = sum_network(features=4)
    triples = every_triple()
    U[:], b[:] = 0.7, -0.3
    rows.set_weights([W, U, b])
    network.set_weights([E, W, U, b])
    assert network(triples).numpy().tolist() == rows(E[triples]).numpy().tolist()


@pytest.mark.parametrize("steps", [7, 10, 50])
def test_updates_in_one_call_do_not_change_a_bit(steps):
    ends = []
    for each in (1, steps):
        reproducible(3)
        network = sum_network(kernel="glorot_uniform", features=10)
        data = one_hot(every_triple()[::10]), TARGETS
        seen = train(network, *data, rate=0.1, batch=10, epochs=1, steps_per_record=each)
        ends.append(seen.path[-1].tolist())
    assert ends[0] == ends[1]


@pytest.mark.parametrize("kind", ["one-hot", "embedding"])
def test_training_lowers_the_loss_whatever_the_encoding(kind):
    reproducible(3)
    triples = every_triple()[::7]
    network = embedding_network(2) if kind == "embedding" else sum_network(features=10)
    inputs = triples if kind == "embedding" else one_hot(triples)
    targets = triples.sum(axis=1, keepdims=True)
    seen = train(network, inputs, targets, rate=0.1, batch=10, epochs=10)
    assert seen.losses[-1] < 0.2 * seen.losses[0]
    assert seen.path.shape[1] == network.count_params()


def test_an_embedding_takes_no_other_number_than_its_own():
    network = embedding_network(width=2)
    before = flat_weights(network).tolist()
    for wrong in ([[1, 2, 10]], [[1, 2, -1]], [[1, 2, 0.5]]):
        with pytest.raises(ValueError, match="inputs: expected whole numbers from 0 to 9"):
            train(network, wrong, [[1.0]], **GOOD)
    with pytest.raises(ValueError, match="inputs: expected an array with 2 axes"):
        train(network, INPUTS, TARGETS, **GOOD)
    assert flat_weights(network).tolist() == before


def test_training_is_the_same_every_time_and_keeps_the_path():
    paths = []
    for _ in range(2):
        reproducible(3)
        network = sum_network(kernel="glorot_uniform")
        seen = train(network, INPUTS, TARGETS, rate=0.1, batch=10, epochs=2, steps_per_record=5)
        paths.append(seen.path)
    assert np.array_equal(*paths)
    assert seen.path.shape == (1 + 4, 3)
    assert seen.path[-1].tolist() == flat_weights(network).tolist()
    assert seen.losses.shape == (2,)
    reproducible(4)
    network = sum_network(kernel="glorot_uniform")
    other = train(network, INPUTS, TARGETS, rate=0.1, batch=10, epochs=1)
    assert not np.array_equal(other.path[-1], seen.path[2])


def test_decay_brings_the_rate_to_zero_and_without_it_it_stays():
    reproducible(3)
    network = sum_network()
    # 95 sequences in batches of 10: the last batch of a pass is a short one
    data = INPUTS[:95], TARGETS[:95]
    seen = train(network, *data, rate=0.1, batch=10, epochs=10, steps_per_record=1)
    steps = np.abs(np.diff(seen.path, axis=0)).max(axis=1)
    assert steps[-1] < 1e-4 < steps[0]
    assert np.all(steps > 0)  # with too short a fade the last ones would be 0
    assert float(network.optimizer.learning_rate) == pytest.approx(0, abs=1e-6)
    train(network, *data, rate=0.1, batch=50, epochs=1, decay=False)
    assert float(network.optimizer.learning_rate) == pytest.approx(0.1)


GOOD = {"rate": 0.1, "batch": 10, "epochs": 1}


@pytest.mark.parametrize(
    ("inputs", "targets", "options", "message"),
    [
        (
            INPUTS[..., 0],
            TARGETS,
            GOOD,
            r"inputs: expected an array with 3 axes, got shape \(100, 3\)",
        ),
        (INPUTS[:0], TARGETS[:0], GOOD, "inputs: expected at least one element"),
        (INPUTS * np.nan, TARGETS, GOOD, "inputs: expected finite numbers"),
        (INPUTS, TARGETS[:, 0], GOOD, "targets: expected an array with 2 axes"),
        (INPUTS[:, :2], TARGETS, GOOD, SHAPES),
        (INPUTS, np.repeat(TARGETS, 2, axis=1), GOOD, r"targets: expected the network's shape"),
        (INPUTS, TARGETS, GOOD | {"rate": "0.1"}, "rate: expected real numbers, got '0.1'"),
        (INPUTS, TARGETS, GOOD | {"decay": "no"}, "decay: expected True or False, got 'no'"),
        (INPUTS, TARGETS, GOOD | {"batch": 10**30}, "batch: expected a whole number"),
        (
            INPUTS,
            TARGETS[:7],
            GOOD,
            "targets: expected one row for each of the 100 inputs, got 7 rows$",
        ),
        (INPUTS, TARGETS, GOOD | {"rate": 0}, "rate: expected a positive learning rate, got 0"),
        (INPUTS, TARGETS, GOOD | {"rate": np.inf}, "rate: expected finite numbers"),
        (INPUTS, TARGETS, GOOD | {"rate": 1e300}, "rate: expected numbers that 32 bits can hold"),
        (
            INPUTS,
            TARGETS.astype(float) * 1e300,
            GOOD,
            "targets: expected numbers that 32 bits can hold",
        ),
        (INPUTS, TARGETS, GOOD | {"batch": 0}, "batch: expected a whole number"),
        (INPUTS, TARGETS, GOOD | {"epochs": 1.5}, "epochs: expected a whole number"),
        (INPUTS, TARGETS, GOOD | {"steps_per_record": 0}, "steps_per_record: expected a whole"),
    ],
)
def test_train_refuses_bad_input_and_leaves_the_network_alone(inputs, targets, options, message):
    network = sum_network(recurrent=0.5, kernel=0.25)
    with pytest.raises(ValueError, match=message):
        train(network, inputs, targets, **options)
    assert flat_weights(network).tolist() == [0.25, 0.5, 0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"recurrent": "no such"}, "recurrent: expected a number or one of"),
        ({"recurrent": "Zeros"}, "recurrent: expected a number or one of"),
        ({"kernel": "stft"}, "kernel: expected a number or one of"),
        ({"kernel": True}, "kernel: expected real numbers, got True"),
        ({"kernel": 1e300}, "kernel: expected numbers that 32 bits can hold, got 1e.300"),
        ({"kernel": np.nan}, "kernel: expected finite numbers"),
        ({"kernel": [1.0]}, r"kernel: expected an array with 0 axes, got shape \(1,\)"),
        ({"features": 0}, "features: expected a whole number of at least 1, got 0"),
        ({"length": 0}, "length: expected a whole number of at least 1, got 0"),
    ],
)
def test_sum_network_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        sum_network(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"width": 0}, "width: expected a whole number of at least 1, got 0"),
        ({"length": 2.5}, "length: expected a whole number"),
        ({"recurrent": "no such"}, "recurrent: expected a number or one of"),
    ],
)
def test_embedding_network_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        embedding_network(**arguments)


def test_rows_are_of_the_precision_in_which_keras_computes():
    assert as_rows("inputs", np.ones((2, 3), int), (None, 3)).dtype == np.float32


def test_what_is_no_network_is_refused():
    with pytest.raises(ValueError, match=r"^network: expected a Keras network, got NoneType$"):
        train(None, INPUTS, TARGETS, **GOOD)
    with pytest.raises(ValueError, match="network: expected a Keras network, got list"):
        flat_weights([1.0])


def test_reproducible_refuses_a_seed_that_is_no_number():
    with pytest.raises(ValueError, match="seed: expected a whole number of at least 0, got -1"):
        reproducible(-1)


def test_an_embedding_network_has_its_defaults_and_reads_whole_numbers():
    network = embedding_network()
    assert network.count_params() == 112
    assert network.inputs[0].dtype == "int32"
    assert embedding_network(length=5).input_shape == (None, 5)
    with pytest.raises(ValueError, match="inputs: expected whole numbers"):
        train(network, [[1, 2, 9.00000001]], [[1.0]], **GOOD)


def test_an_embedding_starts_as_keras_starts_it():
    reproducible(2)
    embedding = keras.layers.Embedding(10, 4)
    plain = keras.Sequential([keras.Input((3,)), embedding, keras.layers.SimpleRNN(1)])
    expected = flat_weights(plain)
    reproducible(2)
    assert flat_weights(embedding_network("orthogonal", width=4)).tolist() == expected.tolist()


def test_reproducible_fixes_the_order_of_operations(monkeypatch):
    calls = []
    config = "tensorflow.config.experimental.enable_op_determinism"
    monkeypatch.setattr(config, lambda: calls.append("fixed"))
    reproducible(1)
    assert calls == ["fixed"]


def test_the_path_has_a_point_after_every_call():
    reproducible(1)
    seen = train(sum_network(), INPUTS, TARGETS, rate=0.1, batch=7, epochs=2)
    # 15 batches in a pass, in calls of 10 and 5
    assert seen.path.shape == (1 + 2 * 2, 3)
    assert seen.path.dtype == flat_weights(sum_network()).dtype == np.float64


def test_the_loss_is_the_mean_square_and_a_step_of_adam_is_the_rate():
    options = {"batch": 100, "epochs": 1, "decay": False}
    seen = train(sum_network(), INPUTS, TARGETS, rate=1e-12, **options)
    assert seen.losses[0] == pytest.approx(np.mean(TARGETS**2), rel=1e-5)
    seen = train(sum_network(0.5, 0.25), INPUTS, TARGETS, rate=0.1, **options)
    assert np.abs(np.diff(seen.path, axis=0)) == pytest.approx(0.1, rel=1e-4)


def test_the_order_of_the_sequences_follows_the_seed():
    ends = []
    for seed in (1, 2):
        reproducible(seed)
        ends.append(train(sum_network(), INPUTS, TARGETS, **GOOD).path[-1].tolist())
    assert ends[0] != ends[1]


def test_a_run_that_grows_without_bound_or_is_stopped_leaves_the_network_as_it_was(monkeypatch):
    network = sum_network(recurrent=0.5, kernel=0.25)
    wanted = "a smaller one, or smaller numbers: these grew without bound"
    with pytest.raises(ValueError, match=rf"^rate: expected {wanted}, got 1e\+30$"):
        train(network, INPUTS, TARGETS, rate=1e30, batch=10, epochs=3, decay=False)
    assert flat_weights(network).tolist() == [0.25, 0.5, 0]

    def stopped(*given, **options):
        network.set_weights([0 * weight for weight in network.get_weights()])
        raise KeyboardInterrupt

    monkeypatch.setattr(network, "fit", stopped)
    with pytest.raises(KeyboardInterrupt):
        train(network, INPUTS, TARGETS, **GOOD)
    assert flat_weights(network).tolist() == [0.25, 0.5, 0]


def functional(width):
    """Return a network with an embedding, its inputs a layer of their own."""
    inputs = keras.Input((3,), dtype="int32")
    unit = keras.layers.SimpleRNN(1)
    return keras.Model(inputs, unit(keras.layers.Embedding(10, width)(inputs)))


@pytest.mark.parametrize("wrong", [15, 1.5, -1])
def test_an_embedding_behind_inputs_takes_no_other_number_than_its_own_either(wrong):
    network = functional(2)
    before = flat_weights(network)
    with pytest.raises(ValueError, match="inputs: expected whole numbers from 0 to 9"):
        train(network, [[1, 2, wrong], [0, 0, 0]], np.ones((2, 1)), **GOOD)
    assert (flat_weights(network) == before).all()
    train(network, [[1, 2, 9], [0, 0, 0]], np.ones((2, 1)), **GOOD)


@pytest.mark.parametrize("use", [flat_weights, lambda it: train(it, INPUTS, TARGETS, **GOOD)])
def test_a_network_without_weights_is_refused(use):
    plain = keras.Sequential([keras.Input((3, 1)), keras.layers.Flatten()])
    wanted = "a network that has weights, and a shape of inputs"
    for network in (keras.Sequential([keras.layers.Dense(1)]), plain):
        with pytest.raises(ValueError, match=f"^network: expected {wanted}, got one without$"):
            use(network)


def test_a_network_of_your_own_class_is_refused_as_it_tells_no_shape():
    class Own(keras.Model):
        """A model whose layers Keras cannot ask for their shapes."""

        def __init__(self):
            super().__init__()
            self.unit = keras.layers.Dense(1)

        def call(self, inputs):
            return self.unit(inputs)

    own = Own()
    own(np.ones((1, 3), np.float32))
    assert own.built
    with pytest.raises(ValueError, match=r"^network: expected .*, and a shape of inputs, got one"):
        flat_weights(own)


def test_a_network_may_have_a_single_weight():
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    assert flat_weights(keras.Sequential([keras.Input((1,)), layer])).tolist() == [1]


def test_a_network_of_no_numbers_is_not_trained():
    network = sum_network(recurrent=0.5, kernel=0.25)
    network.set_weights([np.nan * weight for weight in network.get_weights()])
    with pytest.raises(
        ValueError, match=r"^network: expected finite weights, got NaN or infinity in them$"
    ):
        train(network, INPUTS, TARGETS, **GOOD)


@pytest.mark.parametrize(("fails", "collects"), [(True, True), (False, True), (False, False)])
def test_garbage_is_collected_after_keras_is_imported_as_it_was_before(fails, collects):
    others = "dict.fromkeys(['keras', 'tensorflow'], None if fails else MagicMock())"
    lines = [
        "import gc, sys",
        "from contextlib import suppress",
        "from unittest.mock import MagicMock",
        f"fails, collects = {fails}, {collects}",
        f"sys.modules.update({others})",
        "collects or gc.disable()",
        "with suppress(ImportError):",
        "    import helpers.models.keras_models",
        "assert fails == ('helpers.models.keras_models' not in sys.modules)",
        "assert gc.isenabled() == collects",
    ]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)


def test_symbols_for_a_network_within_a_network_are_looked_at():
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Embedding(10, 4)])
    network = keras.Sequential([keras.Input((3,)), inner, keras.layers.SimpleRNN(1)])
    with pytest.raises(ValueError, match=r"^inputs: expected whole numbers from 0 to 9"):
        train(network, [[1, 2, 10]], [[1.0]], **GOOD)


def free_length(**options):
    """Return a network that reads rows of any length."""
    inputs = keras.Input((None, 1))
    return keras.Sequential([inputs, keras.layers.SimpleRNN(1, **options)])


def test_a_network_of_any_length_trains_and_asks_for_targets_as_long_as_its_inputs():
    x, y = np.ones((16, 3, 1)), np.ones((16, 1))
    options = {"rate": 0.01, "batch": 8, "epochs": 1}
    assert np.isfinite(train(free_length(), x, y, **options).losses).all()
    both = free_length(return_sequences=True)
    assert np.isfinite(train(both, x, 0.5 * x, **options).losses).all()
    with pytest.raises(ValueError, match=r"^targets: .*network's shape \(16, 3, 1\), got shape"):
        train(both, x, 0.5 * x[:, :1], **options)
    with pytest.raises(ValueError, match=r"^inputs: .*network's shape \(None, None, 1\)"):
        train(both, np.ones((16, 3, 2)), x, **options)


@pytest.mark.parametrize("name", ["features", "length"])
def test_a_network_beyond_the_machine_is_not_begun(name):
    with pytest.raises(ValueError, match=r"^length, features: expected at most \d+ numbers"):
        sum_network(**{name: 2**31 - 1})
    with pytest.raises(ValueError, match=r"^length, width: expected at most \d+ numbers"):
        embedding_network(**{name.replace("features", "width"): 2**31 - 1})
