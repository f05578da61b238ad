"""Captioners: eyes that see a picture, and a simple RNN that says what is in it.

What the RNN has of the picture is one of SIGHTS:

"first"   the vector v of all of it as its first state, and nothing later
"vector"  v at every step
"grid"    v as its first state, and at every step a look at the features of nine cells
Sources, in this order: O. Vinyals and others, "Show and tell", 2015 (there v is the
first input); J. Donahue and others, "Long-term recurrent convolutional networks for
visual recognition and description", 2015; K. Xu and others, "Show, attend and tell",
2015.
"""

from types import MappingProxyType

import numpy as np

from helpers.engine import (
    AdditiveAttention,
    BahdanauDecoder,
    Dense,
    LuongDecoder,
    Recurrent,
    SimpleRNN,
    VectorDecoder,
)
from helpers.engine.doors import remember, slopes_of
from helpers.engine.owners import Owner
from helpers.lesson.arguments import (
    boolean,
    brief,
    floats,
    instance,
    kinds_of,
    require,
    symbols,
    unmoved,
    whole,
)
from helpers.models.encoder_decoders import EncoderDecoder, require_read
from helpers.tasks.pairs import FIRST, PAD
from helpers.tasks.scenes import (
    CELLS,
    PIXELS,
    WORDS,
    as_scenes,
    captions,
    object_named,
)

SIGHTS = ("first", "vector", "grid")
SYMBOLS = FIRST + len(WORDS)
ROWS_AND_COLUMNS = np.hstack([np.eye(3).repeat(3, axis=0), np.tile(np.eye(3), (3, 1))])


class Eyes(Owner):
    """m_s = tanh([relu(p_s P), row of s, column of s] M);  v = tanh(all of m · G).

    p_s (192) are the pixels of cell s; row and column are one-hot, three numbers each;
    all three products have a bias.  "All of m" is [m_1, …, m_9], or with `by_mean`
    their mean.  With `frozen` True, P and M have no gradients any more; an optimizer
    that remembers earlier ones would still move them: take a new one.
    """

    frozen, checks = False, MappingProxyType({"frozen": boolean})
    for_back = frozenset({"seen", "m", "v"})

    def __init__(self, rng, features, width, by_mean, **ensemble):
        """Start P, M and G as Keras starts kernels."""
        features, width = whole("features", features), whole("width", width)
        boolean("by_mean", by_mean)
        count = features if by_mean else CELLS * features
        with unmoved(rng):
            see = Dense(PIXELS, features, rng, **ensemble)
            tell = Dense(features + 6, features, rng, **ensemble)
            gather = Dense(count, width, rng, **ensemble)
        self.layers, self.by_mean = (see, tell, gather), by_mean
        self.leading, self.dtype = see.leading, see.dtype

    def forward(self, pictures):
        """Return m (…, batch, 9, features) and v (…, batch, width)."""
        see, tell, gather = self.layers
        shape = None, CELLS, PIXELS
        pictures = floats("pictures", pictures, self.leading, shape, self.dtype)
        self.seen = np.maximum(see.forward(pictures), 0)
        places = np.broadcast_to(ROWS_AND_COLUMNS, (*self.seen.shape[:-1], 6))
        self.m = np.tanh(tell.forward(np.concatenate([self.seen, places], axis=-1)))
        flat = self.m.reshape(*self.m.shape[:-2], -1)
        self.v = np.tanh(gather.forward(self.m.mean(axis=-2) if self.by_mean else flat))
        remember(self, self.v)
        return self.m.copy(), self.v.copy()

    def backward(self, dm, dv):
        """Fill the gradients, from those along m and v."""
        see, tell, gather = self.layers
        dv, n = slopes_of(self, dv, "dv"), len(self.leading)
        dm = floats("dm", dm, self.leading, self.m.shape[n:], self.dtype)
        dall = gather.backward(dv * (1 - self.v**2))
        if self.frozen:  # nor shall an older gradient go on
            for layer in (see, tell):
                layer.fill(**dict.fromkeys(layer.gradients, 0))
            return
        if self.by_mean:
            dm = dm + dall[..., np.newaxis, :] / CELLS
        else:
            dm = dm + dall.reshape(self.m.shape)
        dseen = tell.backward(dm * (1 - self.m**2))[..., :-6]
        see.backward(dseen * (self.seen > 0), to_inputs=False)

    def open_as(self, others):
        """Take over the P and M of others, and let them be as they are."""
        instance("others", others, Eyes, "eyes")
        own, other = (
            (each.leading, each.dtype, each.layers[0].units) for each in (self, others)
        )
        require(own == other, "others", other, f"{own}: networks, dtype, features")
        pairs = list(zip(self.layers[:2], others.layers[:2], strict=True))
        # all are read before one is taken over
        taken = [layer.read_weights(other.get_weights()) for layer, other in pairs]
        for layer, new in zip(self.layers[:2], taken, strict=True):
            layer.take_weights(new)
        self.frozen = True


class Captioner(EncoderDecoder):
    """Eyes in place of an encoder, a decoder, and a dense layer on top of it.

    Sources are pictures (…, batch, 9, 192), targets captions, as in `tasks.scenes`.
    """

    kinds = (Eyes,), (Recurrent, LuongDecoder, VectorDecoder), (Dense,)

    @property
    def is_told(self):
        """Tell whether v enters every step."""
        return isinstance(self.layers[1], VectorDecoder)

    def require_fit(self):
        """Refuse eyes whose v, or m, is not what the decoder asks for, and so on."""
        eyes, decoder, output = self.layers
        see, *_, gather = eyes.layers
        fits = type(output) is Dense and output.features == decoder.units
        if not self.is_told:
            writer = decoder.layers[0] if self.looks else decoder
            fits = fits and writer.reads_one_way
            fits = fits and writer.return_sequences and writer.states_count == 1
        fits = fits and (not self.looks or decoder.layers[1].width == see.units)
        wanted = "a decoder that begins with v and looks at m, and a Dense on top of it"
        require(fits, "encoder, decoder, output", kinds_of(*self.layers), wanted)
        width = decoder.width if self.is_told else writer.units
        given = f"v of width {gather.units}"
        require(gather.units == width, "eyes", given, f"one of width {width}")
        require_read(decoder, output)

    def encode(self, pictures):
        """Return what the decoder can see, no mask, and the state it begins with."""
        m, v = self.layers[0].forward(pictures)
        told = v[..., np.newaxis, :], None, None
        return told if self.is_told else (m, None, [v])

    def encode_back(self, along, state_slopes):
        """Fill the gradients of the eyes."""
        dv = along[..., 0, :] if self.is_told else state_slopes[0]
        eyes = self.layers[0]
        eyes.backward(along if self.looks else np.zeros_like(eyes.m), dv)


def captioner(rng, sees, units=48, features=24, *, networks=None, dtype=np.float32):
    """Return a `Captioner`, started as Keras does; v is as wide as the RNN.

    sees  what the RNN has of the picture, one of SIGHTS
    """
    known = isinstance(sees, str) and sees in SIGHTS
    require(known, "sees", brief(sees), f"one of {SIGHTS}")
    units, features = whole("units", units), whole("features", features)
    ensemble = {"networks": networks, "dtype": dtype}
    with unmoved(rng):
        eyes = Eyes(rng, features, units, sees == "grid", **ensemble)
        decoder = sayer(sees, units, features, rng, ensemble)
        output = Dense(decoder.units, SYMBOLS, rng, **ensemble)
        return Captioner(eyes, decoder, output)


def sayer(sees, units, features, rng, ensemble):
    """Return a simple RNN, and where it sees v or m at every step, a decoder of it."""
    entering = {"first": 0, "vector": units, "grid": features}[sees]
    read = SYMBOLS + entering
    layer = SimpleRNN(read, units, rng, return_sequences=True, **ensemble)
    if sees == "vector":
        return VectorDecoder(layer, units)
    if sees == "grid":
        attention = AdditiveAttention(units, features, features, rng, **ensemble)
        return BahdanauDecoder(layer, attention)
    return layer


def looks_at_objects(network, pictures, scenes, targets):
    """Return how far each network looks at the object that it names, word by word.

    scenes (batch, 2 · objects) and their targets; the right words are fed in.
    Returns (…, 2 · objects): the mean weight on the object's own cell at its colour and
    at its shape, for one object after another.
    """
    instance("network", network, Captioner, "a captioner")
    require(network.looks, "network", "one that does not look", 'one that sees "grid"')
    targets = symbols("targets", targets, SYMBOLS, ndim=2)
    scenes, count = as_scenes(scenes), len(targets)
    pictures = floats("pictures", pictures, network.leading, (count, CELLS, PIXELS))
    require(len(scenes) == count, "scenes", f"{len(scenes)}", f"{count}, as targets")
    named, right = object_named(targets), captions(scenes)
    said, rest = np.split(targets, [right.shape[-1]], axis=-1)
    fits = np.array_equal(said, right) and (rest == PAD).all()
    require(fits, "targets", "others", "captions of these scenes")
    fed_in = np.broadcast_to(targets, (*network.leading, *targets.shape))
    network.forward(pictures, fed_in)
    attention, weights = network.layers[1].attention, []
    for number in range(scenes.shape[-1] // 2):
        row, step = np.nonzero(named == number)
        own = attention[..., row, step, scenes[row, number]]
        weights += [own[..., ::2].mean(axis=-1), own[..., 1::2].mean(axis=-1)]
    return np.stack(weights, axis=-1)
