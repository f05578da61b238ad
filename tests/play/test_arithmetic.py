"""What figures on the site compute equals what helpers compute, in a real browser."""

import re

import numpy as np
import pytest

from helpers.engine import (
    LSTM,
    Adam,
    Attention,
    Network,
    RMSProp,
    SimpleRNN,
    softmax,
)  # fmt: skip
from helpers.engine.losses import squared_error
from helpers.engine.training import update
from helpers.inside import derived_factor
from helpers.models import (
    RECIPE,
    adder_of,
    best_loss,
    bits_right,
    encoder_decoder,
    greedy,
    trained_adders,
    untrained_adders,
)
from helpers.models.readers import reader
from helpers.tasks import FIRST, every_triple, random_pairs, sums_of
from tests.site_code import SITE

PLAY = SITE / "_static" / "play"
EXACT = 1e-12


@pytest.fixture(scope="module")
def page(browser):
    """Give an empty page with the arithmetic of the figures."""
    page = browser.new_page()
    for name in ("rnn.js", "optimizers.js", "training.js", "sums.js", "writer.js"):
        page.add_script_tag(path=PLAY / name)
    yield page
    page.close()


def flat(*arrays):
    """Return arrays as lists of numbers, row after row."""
    return [np.asarray(array).ravel().tolist() for array in arrays]


def off_by(found, wanted):
    """Return how far numbers are off at most, of lists of one shape."""
    found, wanted = np.asarray(found, float), np.asarray(wanted, float)
    assert found.shape == wanted.shape
    return np.abs(found - wanted).max()


@pytest.mark.parametrize("activation", ["tanh", "linear"])
def test_a_walk_and_its_way_back(page, activation):
    rng = np.random.default_rng(1)
    layer = SimpleRNN(4, 3, rng, activation=activation, learn_initial_state=True,
                      return_sequences=True)  # fmt: skip
    for weight in layer.weights.values():
        weight[...] = 0.5 * rng.normal(size=weight.shape)
    x, dh = rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    h = layer.forward(x[None])[0]
    dx = layer.backward(dh[None])[0]
    found = page.evaluate(
        """([xs, dh, [W, U, b, h_0], act]) => {
          const rnn = { W, U, b, h_0, act }, gradients = {};
          for (const name of ["W", "U", "b", "h_0"]) gradients[name] = Rnn.zeros(rnn[name].length);
          const h = Rnn.walk(xs, rnn);
          return { h, dx: Rnn.walkBack(xs, h, dh, rnn, gradients), ...gradients };
        }""",
        [x.tolist(), dh.tolist(), flat(*layer.weights.values()), activation],
    )
    assert off_by(found["h"][1:], h) < EXACT
    assert off_by(found["dx"], dx) < EXACT
    for name, gradient in zip(("W", "U", "b", "h_0"), layer.gradients.values(), strict=True):
        assert off_by(found[name], gradient.ravel()) < EXACT


def test_an_lstm_and_a_dense_layer(page):
    rng = np.random.default_rng(2)
    layer = LSTM(5, 4, rng, return_sequences=True)
    network = reader(layer, 5, rng)
    network.parameters[...] = rng.normal(size=network.parameters.shape)
    symbols = rng.integers(0, 5, 12)
    wanted = softmax(network.forward(symbols[None])[0] / 0.7)
    found = page.evaluate(
        """([symbols, [W, U, b, V, d]]) => {
          let state = [Rnn.zeros(4), Rnn.zeros(4)];
          return symbols.map((symbol) => {
            state = Rnn.lstmStep(Rnn.one_hot(symbol, 5), state, { W, U, b });
            return Rnn.softmax(Rnn.dense(state[0], V, d), 0.7);
          });
        }""",
        [symbols.tolist(), flat(*layer.weights.values(), *network.layers[1].weights.values())],
    )
    assert off_by(found, wanted) < EXACT


def test_attention(page):
    rng = np.random.default_rng(3)
    attention = Attention(3, 4, rng)
    q, memory = rng.normal(size=(1, 1, 3)), rng.normal(size=(1, 5, 4))
    context = attention.forward(q, memory)[0, 0]
    (A,) = attention.weights.values()
    values = [q[0, 0].tolist(), memory[0].tolist(), A.ravel().tolist()]
    found = page.evaluate("(given) => Rnn.attend(...given)", values)
    assert off_by(found[0], context) < EXACT
    assert off_by(found[1], attention.attention[0, 0]) < EXACT


def test_loss_and_gradients_of_adders(page):
    rng = np.random.default_rng(4)
    network = untrained_adders(rng)
    network.parameters += 0.5 * rng.normal(size=25)
    pairs = random_pairs(rng, 30)
    loss = network.loss_and_gradients(pairs, sums_of(pairs))
    weights = network.parameters.tolist()
    found = page.evaluate(
        """([weights, pairs, sums]) => {
          const adder = new Training.Adder(weights);
          return { loss: adder.lossAndGradients(pairs, sums), g: Array.from(adder.g) };
        }""",
        [weights, pairs.tolist(), sums_of(pairs)[..., 0].tolist()],
    )
    assert off_by(found["loss"], loss) < EXACT
    assert off_by(found["g"], network.gradients) < EXACT


def summer(rng, W, U, b):
    """Return lesson 1's network with these weights."""
    network = Network([SimpleRNN(1, 1, rng, activation="linear")], squared_error)
    network.parameters[...] = W, U, b
    return network


def test_loss_and_gradients_of_a_summer(page):
    rng = np.random.default_rng(5)
    network = summer(rng, 0.7, -0.4, 0.2)
    digits = rng.integers(0, 10, (20, 3))
    sums = digits.sum(axis=1)
    loss = network.loss_and_gradients(digits[..., None].astype(float), sums[:, None])
    found = page.evaluate(
        """([rows, sums]) => {
          const network = new Training.Summer([0.7, -0.4, 0.2]);
          return { loss: network.lossAndGradients(rows, sums), g: Array.from(network.g) };
        }""",
        [digits.tolist(), sums.tolist()],
    )
    assert off_by(found["loss"], loss) < EXACT * loss
    assert off_by(found["g"], network.gradients) < EXACT * np.abs(network.gradients).max()


def test_gradients_of_a_summer_with_a_table_are_central_differences(page):
    found = page.evaluate(
        """(weights) => {
          const rows = [[0, 3, 9], [3, 3, 1]], sums = [12, 7], s = 1e-5;
          const network = new Training.Summer(weights, 2);
          network.lossAndGradients(rows, sums);
          const g = Array.from(network.g);
          const loss = (i, by) => {
            const moved = weights.map((w, k) => w + (k === i ? by : 0));
            return new Training.Summer(moved, 2).lossAndGradients(rows, sums);
          };
          return { g, measured: g.map((_, i) => (loss(i, s) - loss(i, -s)) / (2 * s)) };
        }""",
        np.random.default_rng(6).normal(size=24).tolist(),
    )
    assert np.count_nonzero(found["g"]) > 10
    assert off_by(found["g"], found["measured"]) < 1e-6 * np.abs(found["g"]).max()


def train_here(network, optimizer, batches, rates=None):
    """Return the losses of all updates; `rates` sets the learning rate of each."""
    losses = []
    for n, (inputs, targets) in enumerate(batches):
        if rates is not None:
            optimizer.rate = rates[n]
        losses.append(update(network, inputs, targets, optimizer))
    return np.array(losses)


def trained(network, begin, batches):
    """Return the losses of a network from where it begins, and its weights at the end."""
    network.parameters[...] = begin
    losses = train_here(network, RMSProp(**RECIPE), batches)
    return np.concatenate([losses, network.parameters])


TRAINED = """([weights, pairs, sums, chosen, recipe]) => {
  const adder = new Training.Adder(weights), optimizer = new Optimizers.RMSProp(recipe);
  const losses = chosen.map((part) => Training.update(adder, optimizer,
    part.map((n) => pairs[n]), part.map((n) => sums[n])));
  return [...losses, ...adder.w];
}"""


@pytest.mark.parametrize("seed", range(8))
def test_a_whole_training_of_an_adder(page, seed):
    """Rounding grows in training, in some networks to much: as far as ours is off from itself."""
    rng = np.random.default_rng(seed)
    network = untrained_adders(rng)
    begin, pairs = network.parameters.copy(), random_pairs(rng, 2000)
    chosen = [part for _ in range(5) for part in rng.permutation(2000).reshape(20, 100)]
    batches = [(pairs[part], sums_of(pairs[part])) for part in chosen]
    ours = trained(network, begin, batches)
    last_digit = 1 + 2e-16 * rng.choice([-1, 1], (3, 25))
    own = max(off_by(trained(network, begin * change, batches), ours) for change in last_digit)
    data = pairs.tolist(), sums_of(pairs)[..., 0].tolist(), [part.tolist() for part in chosen]
    found = page.evaluate(TRAINED, [begin.tolist(), *data, RECIPE])
    assert off_by(found[:10], ours[:10]) < EXACT
    assert off_by(found, ours) < EXACT + 100 * own


def test_a_whole_training_of_lesson_1(page):
    rng = np.random.default_rng(8)
    triples = np.indices((10, 10, 10)).reshape(3, -1).T
    network, epochs = summer(rng, 0, 0, 0), 20
    chosen = [p for _ in range(epochs) for p in rng.permutation(1000).reshape(50, 20)]
    batches = [
        (triples[p][..., None].astype(float), triples[p].sum(1, keepdims=True)) for p in chosen
    ]
    rates = 0.05 * (1 + np.cos(np.pi * np.arange(len(chosen)) / len(chosen)))
    losses = train_here(network, Adam(0.1), batches, rates)
    page.add_script_tag(content="Play = { figure() {} }")
    page.add_script_tag(path=PLAY / "sum-training.js")
    orders = np.reshape(chosen, (epochs, 1000)).tolist()
    found = page.evaluate(
        "([orders, n]) => sumTraining.train({ W: 0, U: 0, b: 0 }, orders, n)", [orders, epochs]
    )
    assert off_by(found["losses"][:10], losses[:10]) < EXACT * losses[0]
    assert off_by(found["losses"], losses) < 1e-8 * losses[0]
    assert off_by(found["weights"], network.parameters) < 1e-8
    assert off_by(found["weights"], [1, 1, 0]) < 1e-3


def test_the_losses_of_lessons_1_and_2(page):
    """Of the hill, of the map and of a table: as the helpers have them, and over all triples."""
    rng, triples = np.random.default_rng(11), every_triple()
    U, W, b = rng.uniform(-3, 3, (3, 40))
    found = page.evaluate(
        """([U, W, b]) => ({
          expected: U.map((_, n) => Sums.expected_loss([W[n], U[n], b[n]])),
          best: U.map((u) => Sums.withBestB.loss(Sums.fraction(u))),
          plain: U.map((u) => Sums.withoutB.loss(Sums.fraction(u))),
          map: U.map((u, n) => Sums.best_b_loss(u, W[n])),
        })""",
        [U.tolist(), W.tolist(), b.tolist()],
    )
    weights = np.stack([U**2, U, U**0])  # of the three digits
    columns, sums = triples @ weights, triples.sum(axis=1, keepdims=True)
    off = columns * W + b * weights.sum(axis=0) - sums
    size = np.square(off).mean(axis=0).max()
    assert off_by(found["expected"], np.square(off).mean(axis=0)) < EXACT * size
    assert off_by(found["best"], best_loss(U)) < EXACT * 25
    best_W = (columns * sums).mean(axis=0) / np.square(columns).mean(axis=0)
    plain = np.square(columns * best_W - sums).mean(axis=0)
    assert off_by(found["plain"], plain) < EXACT * 1000
    assert off_by(found["map"], (columns * W - sums).var(axis=0)) < EXACT * size
    table = rng.normal(size=10)
    by_hand = np.square(table[triples].sum(axis=1) - triples.sum(axis=1)).mean()
    assert off_by(page.evaluate("Sums.table_loss", table.tolist()), by_hand) < EXACT * by_hand


def test_downhill_is_where_the_loss_falls(page):
    """The slopes that the ball and the road follow are central differences of their losses."""
    found = page.evaluate(
        """() => [[-2, 0.4], [-0.9, 1.1], [0.3, -0.5], [1.4, 0.8]].flatMap(([U, W]) => {
          const s = 1e-5, middle = (f) => (f(s) - f(-s)) / (2 * s);
          const kinds = [Sums.withBestB, Sums.withoutB], F = Sums.fraction(U);
          const balls = kinds.map(({ loss, slope }) => [slope(F) * Sums.fractionSlope(U),
            middle((by) => loss(Sums.fraction(U + by)))]);
          const [dU, dW] = Sums.best_b_slopes(U, W);
          return [...balls, [dU, middle((by) => Sums.best_b_loss(U + by, W))],
            [dW, middle((by) => Sums.best_b_loss(U, W + by))]];
        })"""
    )
    slopes, measured = np.array(found).T
    assert (np.abs(slopes) > 1e-3).all()
    assert off_by(slopes, measured) < 1e-6 * np.abs(slopes).max()


def test_the_adders_that_train_in_the_page_do_so_by_the_recipe(page):
    page.add_script_tag(content="Play = { figure() {} }")
    page.add_script_tag(path=PLAY / "adders-training.js")
    rng = np.random.default_rng(12)
    network, pairs = untrained_adders(rng), random_pairs(rng, 2000)
    begin, orders = network.parameters.tolist(), [rng.permutation(2000) for _ in range(5)]
    found = page.evaluate(
        """([weights, orders, pairs, sums]) => {
          const adder = new Training.Adder(weights);
          return [addersTraining.train(adder, orders, pairs, sums), addersTraining.addsAll(adder)];
        }""",
        [begin, [o.tolist() for o in orders], pairs.tolist(), sums_of(pairs)[..., 0].tolist()],
    )
    batches = [(pairs[p], sums_of(pairs[p])) for o in orders for p in o.reshape(20, 100)]
    losses = train_here(network, RMSProp(**RECIPE), batches)
    assert len(found[0]) == 100
    assert off_by(found[0][:10], losses[:10]) < EXACT


def test_which_adders_are_right_on_all_pairs(page):
    page.add_script_tag(content="Play = { figure() {} }")
    page.add_script_tag(path=PLAY / "adders-training.js")
    ensemble = trained_adders(np.random.default_rng(13), 32)
    told = page.evaluate(
        "(all) => all.map((w) => addersTraining.addsAll(new Training.Adder(w)))",
        ensemble.parameters.tolist(),
    )
    right = bits_right(ensemble) == 1
    assert told == right.tolist()
    assert 0 < right.sum() < 32


def test_what_a_simple_rnn_keeps_a_step_is_lesson_6s():
    """The constant in the figure of waits is what kernels drawn as in the lesson give."""
    (constant,) = re.findall(r"SIMPLE = ([\d.]+);", (PLAY / "wait.js").read_text())
    kernels = [SimpleRNN(8, 32, np.random.default_rng(n)).weights["kernel"] for n in range(20)]
    factors = [derived_factor(1.0, kernel.std()) for kernel in kernels]
    assert min(factors) <= float(constant) <= max(factors)
    assert np.ptp(factors) < 0.02


@pytest.mark.parametrize("looks", [None, "after"])
def test_a_writer(page, looks):
    from studies.played import packed, rounded

    rng = np.random.default_rng(9)
    network = encoder_decoder(rng, 13, 13, 16, looks=looks, dtype=np.float64)
    network.parameters += 0.3 * rng.normal(size=network.parameters.shape)
    digits = [3, 1, 5, 9]
    written = greedy(rounded(network), np.array([digits]) + FIRST, length=8)
    found = page.evaluate(
        "([text, looks, digits]) => Writer.write(digits, Writer.network(text, looks), 8)",
        [packed(network.parameters), looks is not None, digits],
    )
    symbols = [2 if each["symbol"] == "END" else each["symbol"] + FIRST for each in found]
    count = len(symbols)
    assert symbols == written.symbols[0, :count].tolist()
    assert off_by([each["p"] for each in found], written.probabilities[0, :count].max(-1)) < EXACT
    if looks:
        assert off_by([each["weights"] for each in found], written.attention[0, :count]) < EXACT


def test_packed_weights_are_those_of_the_record(page):
    from helpers.lesson import load_study
    from studies.played import unpacked

    (text, *_) = (row["adders"]["weights"]["leaks"] for row in load_study("played")["rows"])
    found = page.evaluate("(text) => Array.from(Rnn.unpack(text))", text)
    assert found == unpacked(text).tolist()
    assert len(found) == 25


def test_an_adder_of_the_record_in_the_page(page):
    from helpers.lesson import load_study
    from helpers.tasks import hard_pairs
    from studies.played import unpacked

    rng = np.random.default_rng(10)
    network, pairs = untrained_adders(rng), hard_pairs(rng, 64)
    for row in load_study("played")["rows"]:
        text = row["adders"]["weights"]["leaks"]
        network.parameters[...] = unpacked(text)
        adder = adder_of(network)
        wanted = adder.answer(adder.walk(pairs))
        found = page.evaluate(
            "([text, all]) => all.map((p) => new Training.Adder(Rnn.unpack(text)).read(p).y)",
            [text, pairs.tolist()],
        )
        assert off_by(found, wanted) < EXACT * np.abs(wanted).max()
