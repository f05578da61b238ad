"""Networks that read: that count, and that say what comes next in a text."""

import numpy as np
import pytest

from helpers.engine import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Embedding,
    Network,
    SimpleRNN,
    softmax_cross_entropy,
)
from helpers.models import (
    all_right,
    learn_text,
    learn_to_count,
    mean_loss,
    reader,
    readers,
    right_up_to,
    windows_of,
)
from helpers.tasks import marked_text
from helpers.tasks.marked_text import ALPHABET

RNG = np.random.default_rng(1)
READS = reader(LSTM(9, 2, RNG, return_sequences=True), 9, RNG)


def says(forward, networks=None):
    """Return a network that reads aⁿbⁿ, but answers as the function `forward` does."""
    rng = np.random.default_rng(1)
    network = reader(LSTM(3, 2, rng, return_sequences=True, networks=networks), 3, rng)
    network.forward = forward
    return network


def knows(*limits):
    """Return what stands for networks that are right up to some n, each its own."""

    def forward(inputs):
        n = int((inputs == 0).sum() / max(inputs.size / inputs.shape[-1], 1))
        said = np.where(np.arange(2 * n) + 1 < 2 * n, 1, 2)
        all_said = np.stack([said if n <= limit else np.ones_like(said) for limit in limits])
        logits = np.eye(3)[all_said][:, None]
        return logits if len(limits) > 1 else logits[0]

    return says(forward, len(limits) if len(limits) > 1 else None)


@pytest.mark.parametrize("limits", [(3,), (3, 0, 7)])
def test_right_up_to_is_the_last_n_before_the_first_mistake(limits):
    found = right_up_to(knows(*limits), 5)
    expected = [min(limit, 5) for limit in limits]
    assert found.tolist() == (expected if len(limits) > 1 else expected[0])


def test_what_is_said_while_a_is_read_does_not_count():
    network = knows(4)
    logits = network.forward(np.array([[0, 0, 0, 1, 1, 1]]))
    assert logits.argmax(axis=-1)[0, :2].tolist() == [1, 1]  # wrong: a comes
    assert all_right(network, 3)


def test_an_untrained_network_does_not_count_and_a_trained_one_does():
    rng = np.random.default_rng(1)
    network = reader(LSTM(3, 6, rng, return_sequences=True, networks=3), 3, rng)
    assert right_up_to(network, 4).max() < 4
    learn_to_count(network, rng, rate=0.05, updates=200, most=5)
    assert (right_up_to(network, 4) == 4).sum() >= 2


@pytest.mark.parametrize(
    ("change", "name"), [({"most": 0}, "most"), ({"updates": 0}, "updates"), ({"rate": 0}, "rate")]
)
def test_bad_arguments_are_refused(change, name):
    rng = np.random.default_rng(1)
    network = reader(LSTM(3, 2, rng, return_sequences=True), 3, rng)
    good = {"rate": 0.1, "updates": 1, "most": 3}
    with pytest.raises(ValueError, match=f"{name}: expected"):
        learn_to_count(network, rng, **good | change)


def test_training_draws_every_n_for_each_network(monkeypatch):
    seen, rng = {}, np.random.default_rng(1)

    def fake(network, draw, optimizer, **options):
        seen.update(options, draw=draw, rate=optimizer.rate)

    monkeypatch.setattr(readers, "fit_fresh", fake)
    network = reader(LSTM(3, 2, rng, return_sequences=True, networks=2, dtype=np.float32), 3, rng)
    assert network.parameters.dtype == np.float32
    learn_to_count(network, rng, rate=0.1, updates=7, most=3)
    assert (seen["clip"], seen["rate"], seen["updates"]) == (1.0, 0.1, 7)
    inputs, targets = seen["draw"](rng)
    assert inputs.shape == (2, 32, 7)
    assert (targets[..., -1] == 2).all()
    n = (inputs == 0).sum(axis=-1)
    assert set(n[0]) == set(n[1]) == {1, 2, 3}
    assert (n[0] != n[1]).any()


def test_all_b_and_the_end_have_to_be_right():
    def right(*said):
        return all_right(says(lambda inputs: np.eye(3)[[said]]), 3)

    assert right(0, 0, 1, 1, 1, 2)
    assert not right(0, 0, 1, 0, 1, 2)
    assert not right(0, 0, 1, 1, 1, 1)
    assert right(2, 2, 2, 1, 1, 2)


def test_right_after_a_mistake_does_not_count():
    def misses(inputs):
        n = inputs.shape[-1] // 2
        said = np.where(np.arange(2 * n) + 1 < 2 * n, 1, 2 if n != 2 else 1)
        return np.eye(3)[said][None]

    assert right_up_to(says(misses), 4) == 1


@pytest.mark.parametrize("most", [0, 2.0])
def test_a_most_that_is_no_count_is_refused(most):
    rng = np.random.default_rng(1)
    network = reader(LSTM(3, 2, rng, return_sequences=True), 3, rng)
    with pytest.raises(ValueError, match="most: expected"):
        right_up_to(network, most)


@pytest.mark.parametrize("layer", [None, "LSTM", LSTM, Dense(3, 2, np.random.default_rng(1))])
def test_what_is_no_recurrent_layer_cannot_read(layer):
    with pytest.raises(ValueError, match="layer: expected a recurrent layer"):
        reader(layer, 3, np.random.default_rng(1))


@pytest.mark.parametrize("answers", [0, 1.5, None])
def test_a_number_of_answers_that_is_no_count_is_refused(answers):
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="answers: expected a whole number"):
        reader(LSTM(3, 2, rng), answers, rng)


@pytest.mark.parametrize("sequences", [True, False])
def test_any_recurrent_layer_reads_and_answers_after_each_step_or_after_the_last(sequences):
    rng = np.random.default_rng(1)
    options = {"return_sequences": sequences}
    layers = [kind(3, 2, rng, **options) for kind in (SimpleRNN, LSTM, GRU)]
    layers.append(Bidirectional(*(GRU(3, 2, rng, **options) for _ in range(2))))
    for layer in layers:
        outputs = reader(layer, 5, rng).forward(np.zeros((4, 6), int))
        assert outputs.shape == ((4, 6, 5) if sequences else (4, 5))


@pytest.mark.parametrize(("read", "named"), [(3, 4), (4, 3), (5, 4)])
def test_a_network_with_other_inputs_or_outputs_is_refused(read, named):
    rng = np.random.default_rng(1)
    layers = [LSTM(read, 2, rng, return_sequences=True), Dense(2, named, rng)]
    wanted = "a network that reads 3 symbols, and names one at each step"
    given = f"LSTM, Dense, which reads {read} and names {named}"
    with pytest.raises(ValueError, match=f"^network: expected {wanted}, got {given}$"):
        right_up_to(Network(layers, softmax_cross_entropy), 2)


@pytest.fixture(scope="module")
def text():
    return marked_text(np.random.default_rng(1), 64, 1000)


def test_training_lowers_the_loss_and_leaves_an_untrained_reader_near_log_nine(text):
    rng = np.random.default_rng(1)
    network = reader(LSTM(9, 8, rng, return_sequences=True), 9, rng)
    before = mean_loss(network, text)
    assert before == pytest.approx(np.log(9), abs=0.2)
    losses = learn_text(network, text, rng, updates=40)
    assert losses.shape == (40,)
    assert mean_loss(network, text) < before - 0.2


def test_training_sees_every_window_of_the_text(monkeypatch):
    few, seen = marked_text(np.random.default_rng(1), 2, 12), {}

    def fake(network, draw, optimizer, **options):
        seen.update(options, draw=draw, rate=optimizer.rate)

    monkeypatch.setattr(readers, "fit_fresh", fake)
    learn_text(READS, few, np.random.default_rng(1), window=11)
    learn_text(READS, few, np.random.default_rng(1), window=9)
    assert (seen["clip"], seen["rate"], seen["updates"]) == (1.0, 0.02, 600)
    found, rng = set(), np.random.default_rng(1)
    for _ in range(60):
        inputs, targets = seen["draw"](rng)
        (begin,) = (b for b in range(3) if (few.characters[:, b : b + 9] == inputs).all())
        assert (targets == few.characters[:, begin + 1 : begin + 10]).all()
        found.add(begin)
    assert found == {0, 1, 2}


def test_a_window_has_64_characters(monkeypatch):
    seen = {}
    monkeypatch.setattr(readers, "fit_fresh", lambda network, draw, *a, **o: seen.update(draw=draw))
    learn_text(READS, marked_text(np.random.default_rng(1), 2, 70), np.random.default_rng(1))
    assert seen["draw"](np.random.default_rng(1))[0].shape == (2, 64)


def test_the_mean_loss_leaves_out_where_nobody_can_know():
    few, rng = marked_text(np.random.default_rng(1), 3, 40), np.random.default_rng(1)
    network = reader(LSTM(9, 4, rng, return_sequences=True), 9, rng)
    losses, _ = softmax_cross_entropy(
        network.forward(few.characters[:, :-1]), few.characters[:, 1:]
    )
    assert mean_loss(network, few) == pytest.approx(losses[:, 20:].mean(), rel=1e-12)


def test_a_reader_has_the_type_and_the_networks_of_its_layer():
    rng = np.random.default_rng(1)
    layer = LSTM(9, 4, rng, return_sequences=True, networks=2, dtype=np.float32)
    network = reader(layer, 5, rng)
    assert network.parameters.dtype == np.float32
    assert network.forward(np.zeros((1, 3, 7), int)).shape == (2, 3, 7, 5)


def test_windows_longer_than_the_text_are_refused():
    with pytest.raises(ValueError, match="window: expected at most 29 steps"):
        learn_text(READS, marked_text(np.random.default_rng(1), 2, 30), None, window=30)


@pytest.mark.parametrize("length", [2, 20, 21])
def test_a_text_that_is_all_skipped_has_no_mean_loss(length):
    text = marked_text(np.random.default_rng(1), 2, length)
    said = f"^text: expected more than 21 characters, got {length}$"
    with pytest.raises(ValueError, match=said):
        mean_loss(READS, text)


def test_a_text_with_one_character_after_those_that_are_skipped_has_a_mean_loss():
    few = marked_text(np.random.default_rng(1), 3, 22)
    logits = READS.forward(few.characters[:, :-1])[:, -1]
    losses, _ = softmax_cross_entropy(logits, few.characters[:, -1])
    assert mean_loss(READS, few) == pytest.approx(losses.mean(), rel=1e-12)


@pytest.mark.parametrize("middle", [lambda rng: LSTM(2, 2, rng), lambda rng: SimpleRNN(2, 2, rng)])
def test_a_network_that_answers_once_does_not_count(middle):
    rng = np.random.default_rng(1)
    layers = [LSTM(3, 2, rng, return_sequences=True), middle(rng), Dense(2, 3, rng)]
    with pytest.raises(ValueError, match="network: expected a network that reads 3 symbols"):
        right_up_to(Network(layers, softmax_cross_entropy), 2)


def test_a_network_of_more_layers_counts_as_well():
    rng = np.random.default_rng(1)
    layers = [LSTM(size, 2, rng, return_sequences=True) for size in (3, 2)]
    network = Network([*layers, Dense(2, 3, rng)], softmax_cross_entropy)
    assert right_up_to(network, 2) in (0, 1, 2)


def test_who_has_seen_what_comes_does_not_count():
    rng = np.random.default_rng(1)
    ways = [LSTM(3, 2, rng, return_sequences=True) for _ in range(2)]
    network = reader(Bidirectional(*ways), 3, rng)
    with pytest.raises(ValueError, match="network: expected a network that reads 3 symbols"):
        right_up_to(network, 2)


def test_windows_are_drawn_by_a_generator():
    with pytest.raises(ValueError, match="rng: expected a numpy"):
        windows_of([[0, 1, 2]], 1)(None)


def test_windows_do_not_share_their_memory_with_the_texts():
    draw = windows_of(np.arange(20).reshape(2, 10), 4)
    first, then = draw(np.random.default_rng(3))
    first[...], then[...] = 0, 0
    again, after = draw(np.random.default_rng(3))
    assert np.array_equal(after, again + 1)
    assert again.any()


def test_a_text_to_learn_is_looked_at_under_its_name():
    text = marked_text(np.random.default_rng(1), texts=2, length=100)
    wrong = text._replace(characters=-text.characters)
    with pytest.raises(ValueError, match=r"^text: expected"):
        learn_text(READS, wrong, np.random.default_rng(1), updates=1)


def test_a_network_that_looks_its_letters_up_learns_a_text_too():
    rng = np.random.default_rng(1)
    size = len(ALPHABET)
    layers = [Embedding(size, 4, rng), LSTM(4, 5, rng, return_sequences=True), Dense(5, size, rng)]
    network, some = Network(layers, softmax_cross_entropy), marked_text(rng, 3, 80)
    before = mean_loss(network, some)
    learn_text(network, some, rng, updates=40)
    assert mean_loss(network, some) < before - 0.1


def two_ways(rng):
    return [LSTM(3, 2, rng, return_sequences=True) for _ in range(2)]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda rng: Bidirectional(*two_ways(rng)), ", before it reads on, got .* both ways"),
        (lambda rng: LSTM(3, 2, rng), ", got one that .* only the last"),
    ],
)
def test_a_network_is_refused_by_what_is_wrong_of_it(make, said):
    rng = np.random.default_rng(1)
    network = reader(make(rng), 3, rng)
    with pytest.raises(ValueError, match=f"^network: expected .* at each step{said}$"):
        learn_to_count(network, rng, rate=0.1, updates=1, most=3)
