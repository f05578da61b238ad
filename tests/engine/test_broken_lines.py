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
    Recurrent,
    SimpleRNN,
    Trainable,
    check_gradients,
    squared_error,
)
from helpers.lesson import edited

pytestmark = pytest.mark.sources


def logistic(z):
    return 1 / (1 + np.exp(-z))


def plain_simple_rnn(x, mask, state, W, U, b):
    """Return each h, for one example x (time, features), and the last state."""
    (h,), outputs = state, []
    for x_t, is_there in zip(x, mask, strict=True):
        h = np.tanh(x_t @ W + h @ U + b) if is_there else h
        outputs.append(h)
    return np.array(outputs), [h]


def plain_lstm(x, mask, state, W, U, b):
    (h, c), outputs = state, []
    for x_t, is_there in zip(x, mask, strict=True):
        i, f, g, o = np.split(x_t @ W + h @ U + b, 4)
        c = logistic(f) * c + logistic(i) * np.tanh(g) if is_there else c
        h = logistic(o) * np.tanh(c) if is_there else h
        outputs.append(h)
    return np.array(outputs), [h, c]


def plain_gru(x, mask, state, W, U, b):
    (h,), outputs = state, []
    for x_t, is_there in zip(x, mask, strict=True):
        (p_u, p_r, p_g), (q_u, q_r, q_g) = np.split(x_t @ W + b[0], 3), np.split(h @ U + b[1], 3)
        u, r = logistic(p_u + q_u), logistic(p_r + q_r)
        h = u * h + (1 - u) * np.tanh(p_g + r * q_g) if is_there else h
        outputs.append(h)
    return np.array(outputs), [h]


def plain_both_ways(x, mask, state, *weights):
    ahead, end = plain_simple_rnn(x, mask, state[:1], *weights[:3])
    behind, other_end = plain_simple_rnn(x[::-1], mask[::-1], state[1:], *weights[3:])
    return np.column_stack([ahead, behind[::-1]]), end + other_end


# What there is to read in each of three examples: all, all but the end, all but the middle.
MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 1, 1]], bool)


PLAIN = {
    SimpleRNN: plain_simple_rnn,
    LSTM: plain_lstm,
    GRU: plain_gru,
    Bidirectional: plain_both_ways,
    Recurrent: plain_simple_rnn,
}


def layer_of(kind, original, rng, features, units, **options):
    """Return a layer of this kind, which is that class or an edited one, or a SimpleRNN."""
    options["return_sequences"] = True
    if original is Recurrent and kind is not Recurrent:
        return with_walk_of(kind)(features, units, rng, **options)
    if original in (Network, Recurrent):
        return SimpleRNN(features, units, rng, **options)
    if original is Bidirectional:
        return kind(*(SimpleRNN(features, units, rng, **options) for _ in "ab"))
    return kind(features, units, rng, **options)


def with_walk_of(kind):
    """Return a SimpleRNN that finds this class on its way to Recurrent."""
    own = {name: each for name, each in vars(kind).items() if not name.startswith("__")}
    return type("SimpleRNN", (SimpleRNN, type("Recurrent", (Recurrent,), own)), {})


class MaskedNetwork(Network):
    """A network whose layers skip what MASK says."""

    def forth(self, x):
        mask = MASK.T[..., np.newaxis].astype(float)
        for layer in self.layers:
            x = layer.forth(x, mask=mask) if layer.states_count else layer.forth(x)
        return x


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
    outputs = layer.forward(x, state, MASK)
    for n in range(3):
        begin = [each[n] for each in state]
        expected, end = PLAIN[original](x[n], MASK[n], begin, *layer.get_weights())
        assert outputs[n] == pytest.approx(expected, abs=1e-12)
        assert [each[n] for each in layer.state] == [pytest.approx(e, abs=1e-12) for e in end]


def assert_gradients_are_right(kind, original):
    """Hold the gradients of a network with such a layer against central differences."""
    rng = np.random.default_rng(2)
    learned = (
        {"learn_initial_state": True} if original in (SimpleRNN, Recurrent, Bidirectional) else {}
    )
    layer = layer_of(kind, original, rng, 3, 4, **learned)
    below = SimpleRNN(2, 3, rng, return_sequences=True)
    make = kind if original is Network else MaskedNetwork
    network = make([below, layer, Dense(layer.units, 2, rng)], squared_error)
    network.parameters += 0.5 * rng.normal(size=network.parameters.shape)
    with np.errstate(all="ignore"):  # where a slope is lost, all may be 0
        check_gradients(network, rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 5, 2)))


FORTH = {
    SimpleRNN: {
        "forgets its state": ("act(xW_b + h_before @ self.U)", "act(xW_b)"),
        "turns U": ("h_before @ self.U)", "h_before @ self.U.T)"),
        "returns what it found": ("return [h], h", "return [h_before], h"),
    },
    LSTM: {
        "confuses its gates": ("z_i, z_f, z_g, z_o = parts", "z_f, z_i, z_g, z_o = parts"),
        "never forgets": ("f * c_before + i * g", "c_before + i * g"),
        "lets all in": ("f * c_before + i * g", "f * c_before + g"),
        "shows its cell as it is": ("return [o * tanh_c, c]", "return [o * c, c]"),
        "bends no gate": ("logistic(z_i), logistic(z_f), logistic(z_o)", "z_i, z_f, z_o"),
        "hands on the cell it found": ("[o * tanh_c, c]", "[o * tanh_c, c_before]"),
        "hands on c for h": ("[o * tanh_c, c]", "[c, o * tanh_c]"),
    },
    GRU: {
        "keeps where it should renew": ("u * h_before + (1 - u) * g", "(1 - u) * h_before + u * g"),
        "has no reset gate": ("np.tanh(p_g + r * q_g)", "np.tanh(p_g + q_g)"),
        "resets the input too": ("np.tanh(p_g + r * q_g)", "np.tanh(r * (p_g + q_g))"),
        "takes one bias twice": ('["bias"][..., 1, :]', '["bias"][..., 0, :]'),
        "confuses its gates": ("(q_u, q_r, q_g) = parts(p, 3)", "(q_r, q_u, q_g) = parts(p, 3)"),
    },
    Recurrent: {
        "begins elsewhere": ("state = state or self.beginning", "state = self.beginning"),
        "looks back too far": ("h[t + 1] = state[0]", "h[t] = state[0]"),
        "stays where it began": (
            "after if mask is None else unless_skipped",
            "state if True else unless_skipped",
        ),
        "stays with one input": ("self.step(xW_b[t], *state)", "self.step(xW_b[0], *state)"),
        "returns the state it found": ("return h[1:] if", "return h[:-1] if"),
        "leaves the bias out": ('self.weights["bias"])', '0 * self.weights["bias"])'),
        "reads where there is nothing": ("after if mask is None else", "after if True else"),
        "reads only where there is nothing": (
            "unless_skipped(mask[t], after, state)",
            "unless_skipped(mask[t], state, after)",
        ),
    },
    Bidirectional: {
        "reads on twice": ("behind.forth(x[::-1], *state[n:]", "behind.forth(x, *state[n:]"),
        "does not turn its mask": ("mask[::-1]", "mask"),
        "masks one alone": ("mask=mask_turned", "mask=None"),
        "does not turn": ("[a, self.turned(b)]", "[a, b]"),
        "changes sides": (
            "np.concatenate([a, self.turned(b)]",
            "np.concatenate([self.turned(b), a]",
        ),
        "gives both one state": ("x[::-1], *state[n:]", "x[::-1], *state[:n]"),
    },
    Network: {
        "leaves a layer out": ("x = layer.forth(x)", "layer.forth(x)"),
        "adds the losses up": (
            "return losses.mean(axis=axes)",
            "return losses.sum(axis=axes)",
        ),
    },
}
BACK = {
    SimpleRNN: {
        "takes tanh for a line": ("dz = dh * act_prime(h)", "dz = dh"),
        "bends what it sends back twice": ("[dz @ self.U_T]", "[dz * act_prime(h) @ self.U_T]"),
        "bends nothing it sends back": ("[dz @ self.U_T]", "[dh @ self.U_T]"),
        "does not turn U": ("dz @ self.U_T", "dz @ self.U"),
        "sends nothing back": ("[dz @ self.U_T]", "[0 * dz]"),
        "learns nothing of its beginning": ("self.sum_rows(self.along_begin[0])", "0"),
    },
    LSTM: {
        "never forgets": ("dc * f]", "dc]"),
        "drops the cell": ("+ dc_later", "+ 0 * dc_later"),
        "takes tanh for a line": ("dh * o * (1 - tanh_c**2)", "dh * o"),
        "holds c_t for c_t-1": ("(i, f, g, o, c_before, tanh_c)", "(i, f, g, o, c, tanh_c)"),
        "bends the input gate wrongly": ("i * (1 - i)", "(1 - i)"),
        "bends g as a gate": ("(1 - g**2)", "g * (1 - g)"),
        "confuses two gates": ("[dz_i, dz_f, dz_g, dz_o]", "[dz_f, dz_i, dz_g, dz_o]"),
        "shows the cell without its bend": ("dz_o = dh * tanh_c", "dz_o = dh * c_before"),
        "does not turn U": ("dz @ self.U_T", "dz @ self.U[..., :4].mT.repeat(4, 0)"),
    },
    GRU: {
        "forgets the straight way": ("[dh * u + dq_of", "[dq_of"),
        "forgets the way through U": ("[dh * u + dq_of(dp, r) @ self.U_T]", "[dh * u]"),
        "takes p for q": ("dq_of(dp, r) @ self.U_T", "dp @ self.U_T"),
        "does not reset on the way back": ("dq_of(dp, r)", "dq_of(dp, 1)"),
        "gives both biases one slope": (
            "self.sum_rows(dp), self.sum_rows(dq)",
            "self.sum_rows(dp), self.sum_rows(dp)",
        ),
        "takes p for q along U": ("(self.h_before, dq)", "(self.h_before, dp)"),
        "turns the update gate's slope": ("(h_before - g)", "(g - h_before)"),
    },
    Recurrent: {
        "forgets the next step": ("dh = dh_later + dy[t]", "dh = dy[t]"),
        "forgets its output": ("dh = dh_later + dy[t]", "dh = dh_later + 0 * dy[t]"),
        "holds h_t for h_t-1": (
            "self.h_before, self.end = h[:-1]",
            "self.h_before, self.end = h[1:]",
        ),
        "takes the steps back in order": (
            "in reversed(range(len(self.x)))",
            "in range(len(self.x))",
        ),
        "turns dz around": ("np.array(dz)", "np.array(dz[::-1])"),
        "counts one step for b": ("self.sum_rows(dz)", "self.sum_rows(dz[-1:])"),
        "stops where it was skipped": ("(1 - m) * dA", "0 * dA"),
        "counts what it skipped": ("*[m * dA for dA in dstate]", "*dstate"),
    },
    Bidirectional: {
        "hears one alone": ("else dx + dx_turned[::-1]", "else dx"),
        "does not turn the way back": ("dx + dx_turned[::-1]", "dx + dx_turned"),
        "does not turn what comes back": (
            "self.turned(dy[..., ahead.units :])",
            "dy[..., ahead.units :]",
        ),
        "gives both one side": (
            "self.turned(dy[..., ahead.units :])",
            "self.turned(dy[..., : ahead.units])",
        ),
    },
    Network: {
        "counts examples alone": (
            "count = losses[0].size if self.leading else losses.size",
            "count = len(losses)",
        ),
        "does not divide the slopes": ("time_first(dy / count,", "time_first(dy,"),
        "divides by examples alone": ("time_first(dy / count,", "time_first(dy / len(losses),"),
        "does not go back to its first layer": (
            "for layer in reversed(self.layers):",
            "for layer in reversed(self.layers[1:]):",
        ),
    },
}
GATHER = {
    "leaves gradients where they were": ('move_into(gradients, "gradients", self.parts)', "pass"),
    "leaves weights where they were": ('move_into(parameters, "weights", self.parts)', "pass"),
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


@pytest.mark.parametrize(("old", "new"), GATHER.values(), ids=GATHER)
def test_weights_that_are_not_gathered_are_noticed(old, new):
    broken = type("Network", (Network,), {"gather": vars(edited(Trainable, old, new))["gather"]})
    with pytest.raises(AssertionError, match="gradients: off by"):
        assert_gradients_are_right(broken, Network)
