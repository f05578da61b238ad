"""One line of a layer or of the network is broken: what is left to notice it does.

Lines of the way forth are held against the equations, written out plainly below; lines
of the way back against central differences.
"""

import numpy as np
import pytest

from helpers.engine import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Network,
    SimpleRNN,
    check_gradients,
    squared_error,
)
from helpers.lesson import edited


def logistic(z):
    return 1 / (1 + np.exp(-z))


def plain_simple_rnn(x, state, W, U, b):
    """Return each h, for one example x (time, features), and the last state."""
    (h,), outputs = state, []
    for x_t in x:
        h = np.tanh(x_t @ W + h @ U + b)
        outputs.append(h)
    return np.array(outputs), [h]


def plain_lstm(x, state, W, U, b):
    (h, c), outputs = state, []
    for x_t in x:
        i, f, g, o = np.split(x_t @ W + h @ U + b, 4)
        c = logistic(f) * c + logistic(i) * np.tanh(g)
        h = logistic(o) * np.tanh(c)
        outputs.append(h)
    return np.array(outputs), [h, c]


def plain_gru(x, state, W, U, b):
    (h,), outputs = state, []
    for x_t in x:
        (p_u, p_r, p_g), (q_u, q_r, q_g) = np.split(x_t @ W + b[0], 3), np.split(h @ U + b[1], 3)
        u, r = logistic(p_u + q_u), logistic(p_r + q_r)
        h = u * h + (1 - u) * np.tanh(p_g + r * q_g)
        outputs.append(h)
    return np.array(outputs), [h]


def plain_both_ways(x, state, *weights):
    ahead, end = plain_simple_rnn(x, state[:1], *weights[:3])
    behind, other_end = plain_simple_rnn(x[::-1], state[1:], *weights[3:])
    return np.column_stack([ahead, behind[::-1]]), end + other_end


PLAIN = {
    SimpleRNN: plain_simple_rnn,
    LSTM: plain_lstm,
    GRU: plain_gru,
    Bidirectional: plain_both_ways,
}


def layer_of(kind, original, rng, features, units, **options):
    """Return a layer of this kind, which is that class or an edited one, or a SimpleRNN."""
    options["return_sequences"] = True
    if original is Bidirectional:
        return kind(*(SimpleRNN(features, units, rng, **options) for _ in "ab"))
    if original is Network:
        return SimpleRNN(features, units, rng, **options)
    return kind(features, units, rng, **options)


def shaken(arrays, rng):
    """Return weights of which none is 0."""
    return [array + 0.5 * rng.normal(size=array.shape) for array in arrays]


def assert_follows_its_equations(kind, original):
    """Hold a walk from a state, and a network, against the equations."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(3, 5, 2))
    if original is Network:
        first, second = Dense(2, 2, rng), Dense(2, 2, rng)
        network = kind([first, second], squared_error)
        network.parameters += 0.5 * rng.normal(size=network.parameters.shape)
        (V, d), (W, b) = first.get_weights(), second.get_weights()
        outputs = (x @ V + d) @ W + b
        assert network.forward(x) == pytest.approx(outputs, abs=1e-12)
        targets = rng.normal(size=outputs.shape)
        loss = network.loss_and_gradients(x, targets)
        assert loss == pytest.approx(np.mean((outputs - targets) ** 2), rel=1e-12)
        return
    layer = layer_of(kind, original, rng, 2, 4)
    layer.set_weights(shaken(layer.get_weights(), rng))
    state = [rng.normal(size=(3, 4)) for _ in range(layer.states_count)]
    outputs = layer.forward(x, state)
    for n in range(3):
        begin = [each[n] for each in state]
        expected, end = PLAIN[original](x[n], begin, *layer.get_weights())
        assert outputs[n] == pytest.approx(expected, abs=1e-12)
        assert [each[n] for each in layer.state] == [pytest.approx(e, abs=1e-12) for e in end]


def assert_gradients_are_right(kind, original):
    """Hold the gradients of a network with such a layer against central differences."""
    rng = np.random.default_rng(2)
    learned = {"learn_initial_state": True} if original in (SimpleRNN, Bidirectional) else {}
    layer = layer_of(kind, original, rng, 3, 4, **learned)
    below = SimpleRNN(2, 3, rng, return_sequences=True)
    make = kind if original is Network else Network
    network = make([below, layer, Dense(layer.units, 2, rng)], squared_error)
    network.parameters += 0.5 * rng.normal(size=network.parameters.shape)
    with np.errstate(all="ignore"):  # where a slope is lost, all may be 0
        check_gradients(network, rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 5, 2)))


FORTH = {
    SimpleRNN: {
        "forgets its state": ("act(xW_b[t] + h_before[t] @ U)", "act(xW_b[t])"),
        "turns U": ("h_before[t] @ U)", "h_before[t] @ U.T)"),
        "begins elsewhere": ("states_from(h_0, xW_b)", "states_from(0, xW_b)"),
        "looks back too far": ("h_before[t] @ U)", "h_before[max(t - 1, 0)] @ U)"),
        "returns another state": ("return h, [h[-1]]", "return h, [h[-2]]"),
    },
    LSTM: {
        "confuses its gates": ("i, f, g, o = parts(gates, 4)", "f, i, g, o = parts(gates, 4)"),
        "never forgets": ("f[t] * c_before[t] + i[t] * g[t]", "c_before[t] + i[t] * g[t]"),
        "lets all in": ("f[t] * c_before[t] + i[t] * g[t]", "f[t] * c_before[t] + g[t]"),
        "shows its cell as it is": ("h[t] = o[t] * tanh_c[t]", "h[t] = o[t] * c[t]"),
        "bends no gate": ("gated(xW_b[t] + h_before[t] @ U)", "xW_b[t] + h_before[t] @ U"),
        "begins with an empty cell": ("states_from(c_0, g)", "states_from(0, g)"),
        "hands on c for h": ("[h[-1], c[-1]]", "[c[-1], h[-1]]"),
    },
    GRU: {
        "keeps where it should renew": (
            "u[t] * h_before[t] + (1 - u[t]) * g[t]",
            "(1 - u[t]) * h_before[t] + u[t] * g[t]",
        ),
        "has no reset gate": ("np.tanh(p_g[t] + r[t] * q_g[t])", "np.tanh(p_g[t] + q_g[t])"),
        "resets the input too": (
            "np.tanh(p_g[t] + r[t] * q_g[t])",
            "np.tanh(r[t] * (p_g[t] + q_g[t]))",
        ),
        "takes one bias twice": (
            "affine(h_before[t], U, b[..., 1, :])",
            "affine(h_before[t], U, b[..., 0, :])",
        ),
        "confuses its gates": ("(q_u, q_r, q_g) = parts(p, 3)", "(q_r, q_u, q_g) = parts(p, 3)"),
    },
    Bidirectional: {
        "reads on twice": ("behind.forth(x[::-1], *state[n:])", "behind.forth(x, *state[n:])"),
        "does not turn": ("[a, self.turned(b)]", "[a, b]"),
        "changes sides": (
            "np.concatenate([a, self.turned(b)]",
            "np.concatenate([self.turned(b), a]",
        ),
        "gives both one state": ("x[::-1], *state[n:]", "x[::-1], *state[:n]"),
    },
    Network: {
        "leaves a layer out": ("for layer in self.layers:", "for layer in self.layers[1:]:"),
        "adds the losses up": (
            "return np.add.reduce(losses, axis=axes) / count",
            "return np.add.reduce(losses, axis=axes)",
        ),
        "means over examples alone": (
            "count = losses[0].size if self.leading else losses.size",
            "count = len(losses)",
        ),
    },
}
BACK = {
    SimpleRNN: {
        "forgets the next step": ("dh = dh + dh_above[t]", "dh = dh_above[t]"),
        "forgets its output": ("dh = dh + dh_above[t]", "dh = 0 * dz[t] + dh"),
        "does not turn U": ('["recurrent_kernel"].mT.copy()', '["recurrent_kernel"].copy()'),
        "takes tanh' a step early": ("slope_of(self.h)", "slope_of(self.h_before)"),
        "takes tanh for a line": ("dz[t] = dh * slope[t]", "dz[t] = dh"),
        "holds h_t for h_t-1": (
            "self.sum_outer(self.h_before, dz)",
            "self.sum_outer(self.h, dz)",
        ),
        "counts one step for b": ("self.sum_rows(dz)", "self.sum_rows(dz[-1:])"),
    },
    LSTM: {
        "never forgets": ("dc = dc * f[t]", "dc = dc"),
        "forgets the next step": ("dh = dh + dh_above[t]", "dh = dh_above[t]"),
        "drops the cell": ("dc = dc + dh * o[t]", "dc = dh * o[t]"),
        "takes tanh for a line": ("dh * o[t] * (1 - tanh_c[t] ** 2)", "dh * o[t]"),
        "holds c_t for c_t-1": ("dc * self.c_before[t]", "dc * self.c[t]"),
        "bends the input gate wrongly": ("i[t] * (1 - i[t])", "(1 - i[t])"),
        "bends g as a gate": ("(1 - g[t] ** 2)", "g[t] * (1 - g[t])"),
        "shows the cell without its bend": ("dz_o[t] = dh * tanh_c[t]", "dz_o[t] = dh * self.c[t]"),
        "takes one gate's U for all": (
            '["recurrent_kernel"].mT.copy()',
            '["recurrent_kernel"][:, :4].mT.repeat(4, 0)',
        ),
    },
    GRU: {
        "forgets the straight way": ("dh = dh * u[t] + dq[t] @ U_T", "dh = dq[t] @ U_T"),
        "forgets the way through U": ("dh = dh * u[t] + dq[t] @ U_T", "dh = dh * u[t]"),
        "takes p for q": ("dq[t] @ U_T", "dp[t] @ U_T"),
        "does not reset on the way back": ("dq_g[t] *= r[t]", "dq_g[t] *= 1"),
        "gives both biases one slope": (
            "self.sum_rows(dp), self.sum_rows(dq)",
            "self.sum_rows(dp), self.sum_rows(dp)",
        ),
        "takes p for q along U": ("self.sum_outer(h_before, dq)", "self.sum_outer(h_before, dp)"),
        "turns the update gate's slope": ("(h_before[t] - g[t])", "(g[t] - h_before[t])"),
    },
    Bidirectional: {
        "hears one alone": ("else dx + dx_turned[::-1]", "else dx"),
        "does not turn the way back": ("dx + dx_turned[::-1]", "dx + dx_turned"),
        "does not turn what comes back": (
            "self.turned(dh[..., ahead.units :])",
            "dh[..., ahead.units :]",
        ),
        "gives both one side": (
            "self.turned(dh[..., ahead.units :])",
            "self.turned(dh[..., : ahead.units])",
        ),
    },
    Network: {
        "does not divide the slopes": ("dy /= count", "pass"),
        "divides by examples alone": ("dy /= count", "dy /= len(losses)"),
        "gathers copies of gradients": (
            "[part.gradients for part in parts]",
            "[dict(part.gradients) for part in parts]",
        ),
        "gathers copies of weights": (
            "[part.weights for part in parts]",
            "[dict(part.weights) for part in parts]",
        ),
        "does not go back to its first layer": (
            "for layer in reversed(self.layers):",
            "for layer in reversed(self.layers[1:]):",
        ),
    },
}
CLASSES = list(FORTH)


def places(table):
    """Return each line that is broken: the class, the line as it is, and what it becomes."""
    return [
        pytest.param(kind, *edit, id=f"{kind.__name__} {what}")
        for kind, edits in table.items()
        for what, edit in edits.items()
    ]


@pytest.mark.parametrize(("original", "old", "new"), places(FORTH))
def test_a_broken_line_of_the_way_forth_is_noticed(original, old, new):
    with pytest.raises(AssertionError):
        assert_follows_its_equations(edited(original, old, new), original)


@pytest.mark.parametrize(("original", "old", "new"), places(BACK))
def test_a_broken_line_of_the_way_back_is_noticed(original, old, new):
    broken = edited(original, old, new)
    with pytest.raises(AssertionError, match="gradients: off by"):
        assert_gradients_are_right(broken, original)
    assert_follows_its_equations(broken, original)  # only the way back is broken


@pytest.mark.parametrize("kind", CLASSES)
def test_what_is_not_broken_passes(kind):
    assert_follows_its_equations(kind, kind)
    assert_gradients_are_right(kind, kind)


@pytest.mark.parametrize("kind", CLASSES)
def test_an_edit_that_changes_nothing_passes(kind):
    same = edited(kind, f"class {kind.__name__}", f"class {kind.__name__}")
    assert same is not kind
    assert_follows_its_equations(same, kind)
    assert_gradients_are_right(same, kind)
