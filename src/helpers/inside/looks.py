"""Where a network that looks back looks, at steps whose places are known."""

import numpy as np

from helpers.lesson.arguments import instance, require, require_shape, symbols
from helpers.models import EncoderDecoder


def weights_at(network, source, target, steps, places):
    """Return how far each network looks at a place in each of some steps (…, steps).

    That is a_ts, the attention of step t at place s, as its mean over a batch.
    network         an encoder–decoder that looks
    source, target  pairs, as `forward` takes them: the right symbols are fed in
    steps           t, one after another: step 0 writes the symbol after START
    places          s for each of them, (batch, steps); (1, steps): alike in all texts
    """
    instance("network", network, EncoderDecoder, "an encoder–decoder")
    require(network.looks, "network", "one that does not look", "one that looks back")
    network.forward(source, target)
    *_, batch, time, length = network.layers[1].attention.shape
    steps = symbols("steps", steps, time, ndim=1)
    places = symbols("places", places, length, ndim=2)
    require_shape("places", places, (batch,), (len(steps),))
    rows = np.arange(batch)[:, np.newaxis]
    looked = network.layers[1].attention[..., rows, steps, places]
    return looked.mean(axis=-2, dtype=np.float64)  # of many in 32 bits digits are lost
