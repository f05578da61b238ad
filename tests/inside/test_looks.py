"""Where a network that looks back looks."""

import numpy as np
import pytest

from helpers.inside import weights_at
from helpers.models import encoder_decoder
from helpers.tasks import copying


def looking(networks=None, **options):
    rng = np.random.default_rng(1)
    return encoder_decoder(rng, 13, 13, 4, looks="after", networks=networks, **options)


def strings(networks=None):
    leading = () if networks is None else (1,)
    return copying(np.random.default_rng(2), (*leading, 5), 3, 4)


@pytest.mark.parametrize("networks", [None, 3])
def test_each_weight_is_the_mean_over_the_texts(networks):
    network, (source, target) = looking(networks), strings(networks)
    found = weights_at(network, source, target, [2, 0, 1], [[0, 1, 1]])
    a = network.layers[1].attention
    by_hand = [
        sum(a[..., text, t, s] for text in range(5)) / 5 for t, s in [(2, 0), (0, 1), (1, 1)]
    ]
    assert found == pytest.approx(np.stack(by_hand, axis=-1))


def test_each_text_may_have_places_of_its_own():
    network, (source, target) = looking(3), strings(3)
    places = np.array([[0, 1], [2, 2], [1, 0], [0, 2], [1, 1]])
    found = weights_at(network, source, target, [1, 2], places)
    a = network.layers[1].attention
    own = [[a[:, text, t, places[text, k]] for text in range(5)] for k, t in enumerate([1, 2])]
    assert found == pytest.approx(np.mean(own, axis=1).T)
    alone = weights_at(looking(), *(rows[0] for rows in (source, target)), [1, 2], places)
    assert alone.shape == (2,)


def test_a_look_at_every_place_alike_has_as_much_weight_at_each():
    network, (source, target) = looking(3), copying(np.random.default_rng(2), (1, 5), 4, 4)
    network.layers[1].layers[1].weights["query_kernel"] *= 0
    assert weights_at(network, source, target, [0, 3], [[1, 2]]) == pytest.approx(1 / 4)


def test_of_many_texts_the_mean_keeps_its_digits():
    network, texts = looking(2), copying(np.random.default_rng(2), (1, 20_000), 5, 5)
    network.layers[1].layers[1].weights["query_kernel"] *= 0
    found = weights_at(network, *texts, [0], [[2]])
    assert found == pytest.approx(np.full((2, 1), 0.2), abs=1e-7)


def test_a_network_that_does_not_look_is_refused():
    network = encoder_decoder(np.random.default_rng(1), 13, 13, 4)
    with pytest.raises(ValueError, match=r"^network: expected one that looks back, got one that"):
        weights_at(network, *strings(), [0], [[0]])


@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (4, 2)])
def test_places_are_one_for_each_step(shape):
    places = np.zeros(shape, int)
    with pytest.raises(ValueError, match=r"^places: expected shape \(5 or 1, 2\), got shape"):
        weights_at(looking(), *strings(), [0, 1], places)
