"""Encoder–decoders: one network reads all, then another writes; how they are trained.

The encoder ends with a state, the decoder begins with it.  While it is trained it reads
the right symbol before each one that it shall say (teacher forcing); later it reads
what it said itself.
Sources: I. Sutskever, O. Vinyals and Q. Le, "Sequence to sequence learning with neural
networks", 2014; K. Cho and others, "Learning phrase representations using RNN
encoder–decoder", 2014.
"""

from itertools import pairwise
from types import MappingProxyType

import numpy as np

from helpers.engine import (
    LSTM,
    Adam,
    AdditiveAttention,
    Attention,
    BahdanauDecoder,
    Bidirectional,
    Dense,
    LuongDecoder,
    Recurrent,
    Trainable,
    all_or_nothing,
    fit_fresh,
    softmax_cross_entropy,
)
from helpers.lesson.arguments import (
    boolean,
    brief,
    counted,
    instance,
    kinds_of,
    positive,
    require,
    row,
    symbols_in,
    unmoved,
    whole,
)
from helpers.tasks.pairs import FIRST, PAD


class EncoderDecoder(Trainable):
    """A recurrent layer that reads, one that writes, and a dense one on top of that.

    The decoder is a recurrent layer as well, or a `LuongDecoder` or `BahdanauDecoder`,
    which looks at the encoder's states.  Sources and targets are as in `tasks.pairs`.
    With `masked` False the encoder reads PAD as if it were a symbol.
    """

    kinds = (Recurrent,), (Recurrent, LuongDecoder), (Dense,)  # of its three layers
    checks = MappingProxyType({"masked": boolean})

    def __init__(self, encoder, decoder, output, masked=True):
        """Take the three; the state of the encoder must fit the decoder."""
        layers, names = (encoder, decoder, output), ("encoder", "decoder", "output")
        for name, layer, kind in zip(names, layers, self.kinds, strict=True):
            instance(name, layer, kind, " or ".join(each.__name__ for each in kind))
        self.masked = masked
        self.looks = isinstance(decoder, LuongDecoder)
        super().__init__(layers)

    def require_fit(self):
        """Refuse layers of which one cannot go on from the one before it."""
        encoder, decoder, output = self.layers
        writer = decoder.layers[0] if self.looks else decoder
        fits = all(isinstance(each, Recurrent) for each in (encoder, writer))
        fits = fits and encoder.return_sequences and writer.return_sequences
        ways = 1 + isinstance(encoder, Bidirectional)
        fits = fits and writer.reads_one_way  # it would see what comes
        fits = fits and encoder.units == writer.units
        fits = fits and encoder.states_count == ways * writer.states_count
        fits = fits and (not self.looks or decoder.layers[1].width == encoder.units)
        fits = fits and type(output) is Dense and output.features == decoder.units
        wanted = "layers that return sequences, of one kind and size; a Dense"
        require(fits, "encoder, decoder, output", kinds_of(*self.layers), wanted)
        require_read(decoder, output)

    def encode(self, source):
        """Return what a decoder can look at, its mask, and the state it begins with."""
        encoder, decoder, _ = self.layers
        source = symbols_in("source", source, encoder.features, self.leading)
        mask = source != PAD if self.masked else None
        some = not (self.looks and self.masked) or mask.any(axis=-1).all()
        require(some, "source", "a row of PAD alone", "a symbol to look at in each row")
        memory = encoder.forward(source, mask=mask)
        return memory, mask, joined(encoder.state, decoder.states_count)

    def decode(self, inputs, memory, mask, initial_state):
        """Return logits for the symbol after each of those written."""
        _, decoder, output = self.layers
        inputs = symbols_in("inputs", inputs, output.units, self.leading)
        is_plain = isinstance(decoder, Recurrent)  # sees nothing but what is written
        seen = (initial_state,) if is_plain else (memory, initial_state, mask)
        return output.forward(decoder.forward(inputs, *seen))

    def forward(self, source, target):
        """Return logits (…, batch, time, symbols), the decoder fed with the target."""
        memory, *rest = self.encode(source)
        target = self.read_target(target, memory.shape[-3])
        return self.decode(target[..., :-1], memory, *rest)

    def read_target(self, target, batch=None):
        """Return a target for so many rows, of two symbols or more; or ValueError."""
        target = symbols_in("target", target, self.layers[-1].units, self.leading)
        *_, rows, length = target.shape
        given, wanted = counted(rows, "rows"), f"{batch}, as sources"
        require(batch in (None, rows), "target", given, wanted)
        require(length > 1, "target", "one symbol", "START, and more")
        return target

    @np.errstate(under="ignore")  # what is tiny becomes 0
    def loss_and_gradients(self, source, target):
        """Return the mean loss of each network over all that is not PAD."""
        _, decoder, output = self.layers
        said = self.read_target(target)[..., 1:]
        logits = self.forward(source, target)
        losses, dlogits = softmax_cross_entropy(logits, said, said != PAD)
        count = (said != PAD).sum(axis=(-2, -1)).astype(logits.dtype)
        require(count.min() > 0, "target", "PAD alone", "something to say")
        for_each = count[..., np.newaxis, np.newaxis, np.newaxis]
        along = decoder.backward(output.backward(dlogits / for_each))
        self.encode_back(along, decoder.initial_slopes)
        self.drop_walk()  # weights soon change
        return losses.sum(axis=(-2, -1)) / count

    def encode_back(self, along, state_slopes):
        """Fill the encoder's gradients, from those along its states and the last."""
        encoder, _, _ = self.layers
        slopes = parted(state_slopes, encoder.states_count)
        encoder.backward(along if self.looks else None, slopes, to_inputs=False)


def require_read(decoder, output):
    """Refuse an output that names more symbols than the decoder can read."""
    is_plain = isinstance(decoder, Recurrent)
    most = decoder.features if is_plain else decoder.symbols
    given, wanted = f"one that names {output.units}", f"at most {most}, as are read"
    require(output.units <= most, "output", given, wanted)


def joined(state, count):
    """Return a state as `count` arrays: those of both directions side by side."""
    return [np.concatenate(state[k::count], axis=-1) for k in range(count)]


def parted(slopes, count):
    """Return slopes along a joined state as `count` arrays again."""
    parts = [np.split(each, count // len(slopes), axis=-1) for each in slopes]
    return [each for way in zip(*parts, strict=True) for each in way]


def encoder_decoder(rng, read, written, units, *, looks=None, both_ways=False,
                    networks=None, masked=True, dtype=np.float32):  # fmt: skip
    """Return an `EncoderDecoder` of LSTMs, started as Keras does.

    read, written  how many symbols there are in sources and in targets
    looks          None, or "after" (Luong) or "before" (Bahdanau) the decoder's step
    both_ways      whether half of the encoder's units read from the end
    """
    known = isinstance(looks, str | None) and looks in (None, "after", "before")
    require(known, "looks", brief(looks), "None, 'after' or 'before'")
    ways = 1 + boolean("both_ways", both_ways)
    read, written = whole("read", read), whole("written", written, least=FIRST)
    units = whole("units", units)
    require(units % ways == 0, "units", units, "an even number")
    ensemble = {"networks": networks, "dtype": dtype}
    options = {"return_sequences": True, **ensemble}
    with unmoved(rng):
        readers = [LSTM(read, units // ways, rng, **options) for _ in range(ways)]
        encoder = Bidirectional(*readers) if both_ways else readers[0]
        decoder = writer(looks, written, units, rng, ensemble)
        output = Dense(decoder.units, written, rng, **ensemble)
        return EncoderDecoder(encoder, decoder, output, masked)


def writer(looks, written, units, rng, ensemble):
    """Return an LSTM, and where it looks, with an attention as wide as it."""
    features = written + units * (looks == "before")
    layer = LSTM(features, units, rng, return_sequences=True, **ensemble)
    if looks == "after":
        return LuongDecoder(layer, Attention(units, units, rng, **ensemble))
    if looks == "before":
        attention = AdditiveAttention(units, units, units, rng, **ensemble)
        return BahdanauDecoder(layer, attention)
    return layer


def learn(network, draw, rng, *, rate, updates, slower=((0.8, 0.2),), clip=1.0):
    """Train by Adam on what `draw` gives, as `fit_fresh` does; return the losses.

    slower  pairs of a share of the updates, and the part of `rate` that is used from
            there on
    """
    optimizer, losses = Adam(rate), []
    instance("slower", slower, list | tuple, "pairs of a share and a part")
    slower = [row("slower", each, 2).tolist() for each in slower]
    rate, shares = optimizer.rate, [0, *(share for share, _ in slower), 1]
    rising = shares == sorted(set(shares))
    require(rising, "slower", brief(slower), "rising shares between 0 and 1")
    parts, updates = [(0, 1), *slower, (1, None)], whole("updates", updates)
    with unmoved(rng), all_or_nothing(network, optimizer):
        for (begin, part), (end, _) in pairwise(parts):
            optimizer.rate = positive("slower", part) * rate
            count = round(end * updates) - round(begin * updates)
            if count > 0:
                options = {"updates": count, "rng": rng, "clip": clip}
                losses.append(fit_fresh(network, draw, optimizer, **options))
    return np.concatenate(losses)
