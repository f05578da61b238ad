"""The plainest networks: their numbers are those of the layers, and the first one learns."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import engine
from helpers.engine import (
    LSTM,
    Dense,
    Network,
    SimpleRNN,
    jacobian,
    plain,
    plain_lstm,
    softmax,
    softmax_cross_entropy,
    squared_error,
)
from helpers.engine.plain import (
    TEXT,
    backward,
    begin,
    forward,
    learn,
    least_without_memory,
    loss_and_slope,
    write,
)
from helpers.engine.plain_lstm import sigmoid, what_comes_back

sizes = st.integers(1, 5)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), sizes, sizes, sizes, sizes)
def test_it_is_the_network_that_the_layers_make(seed, time, features, units, outputs):
    rng = np.random.default_rng(seed)
    layers = SimpleRNN(features, units, rng, return_sequences=True), Dense(units, outputs, rng)
    network = Network(layers, squared_error)
    network.parameters[...] = rng.normal(size=network.parameters.shape)
    weights = [weight for layer in layers for weight in layer.get_weights()]
    x, targets = rng.normal(size=(time, features)), rng.normal(size=(time, outputs))
    h, y = forward(x, *weights)
    network.loss_and_gradients(x[np.newaxis], targets[np.newaxis])
    assert y == pytest.approx(network.forward(x[np.newaxis])[0], abs=1e-12)
    found = backward(x, h, 2 * (y - targets) / y.size, *weights)
    expected = [gradient for layer in layers for gradient in layer.gradients.values()]
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-11, abs=1e-12)


def test_its_gradients_are_measured_ones():
    rng = np.random.default_rng(3)
    sizes = (2, 3), (3, 3), 3, (3, 2), 2
    weights, x, c = [rng.normal(size=size) for size in sizes], *rng.normal(size=(2, 4, 2))
    for k, weight in enumerate(weights):

        def loss(values, k=k, weight=weight):
            changed = [*weights[:k], np.reshape(values, weight.shape), *weights[k + 1 :]]
            return np.sum(c * forward(x, *changed)[1])

        found = backward(x, forward(x, *weights)[0], c, *weights)[k]
        measured = jacobian(loss, weight.ravel())[0]
        assert found.ravel() == pytest.approx(measured, rel=1e-6, abs=1e-8)


def test_it_measures_its_gradients_and_sees_one_that_is_wrong(monkeypatch):
    assert 0 < plain.largest_error(np.random.default_rng(3)) < 1e-8
    assert plain.largest_error(np.random.default_rng(3), step=0.1) > 1e-4  # too long a step
    for k in range(5):  # in each gradient, one number that is off

        def wrong(*given, k=k):
            gradients = backward(*given)
            gradients[k].flat[-1] += 0.01
            return gradients

        monkeypatch.setattr(plain, "backward", wrong)
        assert plain.largest_error(np.random.default_rng(3)) == pytest.approx(0.01, rel=1e-3)


@pytest.fixture(scope="module", params=range(2))
def trained(request):
    """Return what `learn` does for the text, with a memory, and without."""
    return [after(250, np.random.default_rng(request.param), TEXT, has) for has in (True, False)]


def after(updates, *given, **options):
    """Return the weights after so many updates, and all losses up to there."""
    steps = zip(range(updates + 1), learn(*given, **options), strict=False)
    losses, weights = zip(*[each for _, each in steps], strict=True)
    return weights[-1], losses


def test_it_learns_a_text_and_without_a_memory_what_pairs_of_letters_tell(trained):
    (_, losses), (_, without) = trained
    least = least_without_memory(TEXT)
    assert 2.8 < losses[0] < 3.2  # untrained, of 20 letters: log 20 is 3.0
    assert losses[-1] < 0.05
    assert least < without[-1] < least + 0.005


def test_without_a_memory_u_is_0_to_the_end():
    with_one, without = (after(3, np.random.default_rng(4), TEXT, has, 5)[0] for has in (1, 0))
    assert (without[1] == 0).all()
    assert with_one[1].all()


def test_what_is_not_said_is_a_memory_32_units_and_a_rate_of_005():
    left_out, said = (
        after(9, np.random.default_rng(4), "a text", *options) for options in [(), (True, 32, 0.05)]
    )
    assert left_out[1] == said[1]
    assert all((a == b).all() for a, b in zip(left_out[0], said[0], strict=True))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), sizes, sizes)
def test_its_loss_is_the_one_of_the_losses(seed, time, letters):
    rng = np.random.default_rng(seed)
    y, k = rng.normal(0, 3, (time, letters)), rng.integers(0, letters, time)
    loss, dy = loss_and_slope(y, np.eye(letters)[k])
    losses, slopes = softmax_cross_entropy(y, k)
    assert loss == pytest.approx(losses.mean(), abs=1e-12)
    assert dy == pytest.approx(slopes / time, abs=1e-12)
    far = plain.softmax(y + 1e4)  # which exp alone cannot do
    assert far == pytest.approx(softmax(y), abs=1e-9)


def test_its_updates_are_steps_down_the_measured_slope_over_the_root_of_its_squares():
    rng, text, rate = np.random.default_rng(3), "abcac", 0.07
    sizes = (3, 2), (2, 2), 2, (2, 3), 3
    weights = [rng.normal(0, 0.1, size) for size in sizes]
    k = np.array([0, 1, 2, 0, 2])

    def loss(values):
        ends = np.cumsum([weight.size for weight in weights])[:-1]
        parts = zip(np.split(np.asarray(values), ends), weights, strict=True)
        _, y = forward(np.eye(3)[k], *[part.reshape(weight.shape) for part, weight in parts])
        return softmax_cross_entropy(y, np.array([1, 2, 0, 2, 0]))[0].mean()

    at, squares, expected = np.concatenate([weight.ravel() for weight in weights]), 0, []
    for _ in range(3):
        expected.append(loss(at))
        slopes = jacobian(loss, at)[0]
        squares = squares + slopes**2
        at = at - rate * slopes / np.sqrt(squares + 1e-8)
    trained, found = after(3, np.random.default_rng(3), text, units=2, rate=rate)
    assert found[:3] == pytest.approx(expected, rel=1e-5)
    assert np.concatenate([weight.ravel() for weight in trained]) == pytest.approx(at, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "least"), [("ab", 0), ("aab", 2 * np.log(2) / 3), ("aabb", np.log(2)), ("a", 0)]
)
def test_what_pairs_of_letters_tell(text, least):
    assert least_without_memory(text) == pytest.approx(least, abs=1e-15)


def test_it_writes_each_letter_by_its_chance_after_all_that_is_written():
    weights, _ = after(2, np.random.default_rng(1), "bcabac")
    rng = np.random.default_rng(2)
    written = [write(rng, weights, "bcabac", 3) for _ in range(6000)]
    assert {len(each) for each in written} == {3}
    assert {each[0] for each in written} == {"b"}  # the first letter of the text
    for begun in ("ba", "bc"):  # a letter, drawn, that the next one has to follow
        thirds = [each[2] for each in written if each[:2] == begun]
        assert len(thirds) > 1000
        found = [np.mean([third == letter for third in thirds]) for letter in "abc"]
        _, y = forward(np.eye(3)[["abc".index(letter) for letter in begun]], *weights)
        assert found == pytest.approx(plain.softmax(y)[-1], abs=0.06)  # four standard errors
        assert max(found) < 0.9  # or there would be nothing to draw


def test_what_it_writes_is_much_as_the_text_and_untrained_it_is_not(trained):
    rng, fours = np.random.default_rng(1), {(TEXT + TEXT)[k : k + 4] for k in range(len(TEXT))}

    def share(weights):
        written = write(rng, weights, TEXT, 200)
        return np.mean([written[k : k + 4] in fours for k in range(197)])

    (weights, _), (without, _) = trained
    assert share(weights) > 0.7
    assert share(without) < 0.4
    assert share(after(1, rng, TEXT)[0]) < 0.1


def test_a_text_begins_with_its_letters_in_order_and_ends_where_it_began():
    x, targets, weights = begin(np.random.default_rng(1), "cab", 2, 0.5)
    assert x.tolist() == np.eye(3)[[2, 0, 1]].tolist()
    assert targets.tolist() == np.eye(3)[[0, 1, 2]].tolist()
    assert [weight.shape for weight in weights] == [(3, 2), (2, 2), (2,), (2, 3), (3,)]
    _, _, many = begin(np.random.default_rng(1), "cab", 100, 0.5)
    assert many[1].std() == pytest.approx(0.5, rel=0.05)


def test_softmax_is_that_of_each_row_however_far_the_others_are():
    far = plain.softmax(np.array([[0.0, 1.0], [-2000.0, -1999.0]]))
    assert far == pytest.approx(softmax(np.array([[0.0, 1.0]] * 2)))


def test_the_gradients_are_measured_on_hello_with_three_units_and_weights_near_1(monkeypatch):
    given = []
    monkeypatch.setattr(plain, "begin", lambda *a, **b: given.append((a[1:], b)) or begin(*a, **b))
    plain.largest_error(np.random.default_rng(1))
    assert given == [(("hello", 3), {"scale": 1})]


def test_it_shows_the_loss_and_what_is_written_after_the_updates_asked_for(capsys):
    for has_memory in (True, False):
        plain.show("abcac", has_memory, shown=(0, 2, 3))
        rng, expected = np.random.default_rng(1), []
        for update, (loss, weights) in enumerate(learn(rng, "abcac", has_memory)):
            if update != 1:
                written = write(rng, weights, "abcac", 65)
                expected.append(f"{update:4}  loss {loss:.3f}  {written!r}")
            if update == 3:
                break
        assert capsys.readouterr().out.splitlines() == expected


def said_by(*command):
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_who_runs_it_sees_what_it_learns():
    first, _, *lines = [line.split() for line in said_by(plain.__file__)]
    assert 0 < float(first[3]) < 1e-8
    half = len(lines) // 2
    with_one, least, without = lines[:half], float(lines[half][-3]), lines[half + 1 :]
    assert float(with_one[-1][2]) < 0.02
    assert least == pytest.approx(least_without_memory(TEXT), abs=0.001)
    assert least < float(without[-1][2]) < least + 0.005
    assert [int(line[0]) for line in with_one] == [int(line[0]) for line in without]


def test_it_learns_a_text_of_ones_own(tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("ä\0ä\0", encoding="utf-8")
    *_, last = said_by(plain.__file__, own)
    assert last.split()[-1] == repr(("ä\0" * 33)[:65])


def test_what_the_face_of_the_room_shows_learns_to_say_what_it_has_read():
    names = dict(vars(engine), np=np)
    code = [line for line in engine.__doc__.splitlines() if line.startswith("    ")]
    exec(textwrap.dedent("\n".join(code)), names)
    assert names["losses"].shape == (320,)
    assert names["losses"][0] > 0.5
    assert names["losses"][-1] < 0.02


def test_a_text_without_letters_is_refused_in_a_line(tmp_path):
    (own := tmp_path / "own.txt").write_text("")
    done = subprocess.run([sys.executable, plain.__file__, own], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == f"{own}: expected a text of one letter or more, got none\n"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), sizes, sizes, sizes)
def test_the_plain_lstm_is_the_layer(seed, time, features, units):
    rng = np.random.default_rng(seed)
    layer = LSTM(features, units, rng, return_sequences=True)
    weights = [rng.normal(size=weight.shape) for weight in layer.get_weights()]
    layer.set_weights(weights)
    x, slopes = rng.normal(size=(time, features)), rng.normal(size=(time, units))
    h, c, gates = plain_lstm.forward(x, *weights)
    assert h[1:] == pytest.approx(layer.forward(x[np.newaxis])[0], abs=1e-12)
    assert [h[-1], c[-1]] == pytest.approx(np.array(layer.state)[:, 0], abs=1e-12)
    expected = [layer.backward(slopes[np.newaxis])[0], *layer.gradients.values()]
    found = plain_lstm.backward(x, h, c, gates, slopes, *weights)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-11, abs=1e-12)


def test_its_sigmoid_is_one_over_one_plus_exp_and_does_not_overflow():
    z = np.linspace(-30, 30, 13)
    assert sigmoid(z) == pytest.approx(1 / (1 + np.exp(-z)), abs=1e-15)
    with np.errstate(all="raise"):
        assert sigmoid(np.array([-1e4, 1e4])).tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("bias", [-1, 1, 5])
def test_a_gradient_comes_back_as_far_as_the_forget_gates_let_it(seed, bias):
    rng = np.random.default_rng(seed)
    size = np.mean([what_comes_back(rng, bias) for _ in range(100)], axis=0)
    for steps in (10, 20, 40):
        a_step = (size[-2 - steps] / size[-2]) ** (1 / steps)
        assert a_step == pytest.approx(sigmoid(bias), rel=0.1)


def test_what_comes_back_is_the_measured_slope_of_the_sum_of_the_last_h():
    time, units, bias = 7, 3, 2.0
    rng = np.random.default_rng(5)
    x, W = rng.normal(size=(time, 1)), rng.normal(0, 0.3, (1, 4 * units))
    U, b = np.zeros((units, 4 * units)), np.repeat([0, bias, 0, 0], units)

    def loss(values):
        return np.sum(plain_lstm.forward(np.reshape(values, x.shape), W, U, b)[0][-1])

    measured = np.abs(jacobian(loss, x.ravel())[0])
    found = what_comes_back(np.random.default_rng(5), bias, time, units)
    assert found == pytest.approx(measured, rel=1e-6)
    left_out = what_comes_back(np.random.default_rng(5), bias)
    assert (left_out == what_comes_back(np.random.default_rng(5), bias, 50, 8)).all()


def test_who_runs_the_lstm_sees_what_each_bias_lets_through():
    command = [sys.executable, plain_lstm.__file__]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, *lines = [line.replace("(", "").replace(")", "").split() for line in said.splitlines()]
    assert [line[1] for line in lines] == ["0.27:", "0.73:", "0.99:"]
    for line in lines:
        left = [float(line[k]) for k in (5, 6, 10, 11)]
        assert (left[0] / left[1]) ** 0.1 == pytest.approx(1, rel=0.1)
        assert (left[2] / left[3]) ** 0.025 == pytest.approx(1, rel=0.1)
    assert left[2] > 0.5
