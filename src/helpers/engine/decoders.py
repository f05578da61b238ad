"""Decoders: a recurrent layer that writes, and sees more than what it has written.

`VectorDecoder` sees one vector at each step.  The others look at places of a memory:
they return [h_t, context_t] at each step, (…, batch, time, units + width), and leave
`attention`, how far each step looked at each place, (…, batch, time, places).
"""

import numpy as np

from helpers.engine.attention import Attention
from helpers.engine.doors import (
    batch_first,
    bounded,
    bounded_back,
    remember,
    slopes_of,
    time_first,
)
from helpers.engine.owners import Owner
from helpers.engine.recurrent import Recurrent
from helpers.lesson.arguments import (
    counted,
    floats,
    kinds_of,
    no_warnings,
    require,
    symbols_in,
    whole,
)


class VectorDecoder(Owner):
    """The layer reads [x_t, v] at each step: z_t = x_t W_x + v W_v + h_{t-1} U + b.

    The layer's features are the symbols and the width of v: W is W_x above W_v.
    Source: J. Donahue and others, "Long-term recurrent convolutional networks for
    visual recognition and description", 2015 (v is a picture).
    """

    def __init__(self, layer, width):
        """Take a layer that has features for its symbols, and for v."""
        fits = isinstance(layer, Recurrent) and layer.return_sequences
        fits = fits and layer.reads_one_way
        wanted = "a layer that returns sequences, one way"
        require(fits, "layer", kinds_of(layer), wanted)
        self.width = whole("width", width)
        given, wanted = f"{layer.features} features", f"more than the width, {width}"
        require(layer.features > self.width, "layer", given, wanted)
        self.layers, self.units = (layer,), layer.units
        self.symbols = layer.features - self.width  # so many it can read
        self.leading, self.dtype = layer.leading, layer.dtype
        self.states_count = layer.states_count

    def forward(self, inputs, memory, initial_state=None, mask=None):
        """Return all h_t; memory is v (…, batch, 1, width)."""
        require(mask is None, "mask", "one", "None: there is one vector to see")
        (layer,), n = self.layers, self.width
        x = one_hot_rows(inputs, self.symbols, layer)
        v = floats("memory", memory, layer.leading, (x.shape[-3], 1, n), layer.dtype)
        shape = *np.broadcast_shapes(x.shape[:-2], v.shape[:-2]), x.shape[-2]
        x_and_v = [np.broadcast_to(each, (*shape, each.shape[-1])) for each in (x, v)]
        h = layer.forward(np.concatenate(x_and_v, axis=-1), initial_state)
        self.state = layer.state
        remember(self, h)
        return h

    def backward(self, slopes):
        """Fill the gradients; return the one along v, which all steps add to."""
        (layer,) = self.layers
        dx = layer.backward(slopes_of(self, slopes))
        self.initial_slopes = layer.initial_slopes
        return dx[..., -self.width :].sum(axis=-2, keepdims=True)


class LuongDecoder(Owner):
    """The layer walks as ever; then each h_t asks, and has its context beside it.

    What it saw comes too late for h_t, and does not reach h_{t+1}.  (The paper has two
    things more, left out here: a tanh layer on both, and a way from it to h_{t+1}.)
    Source: M. Luong, H. Pham and C. Manning, "Effective approaches to attention-based
    neural machine translation", 2015.
    """

    def __init__(self, layer, attention):
        """Take a recurrent layer, and an attention that its states can ask."""
        fits = isinstance(layer, Recurrent) and isinstance(attention, Attention)
        fits = fits and layer.return_sequences and attention.query_units == layer.units
        fits = fits and layer.reads_one_way
        same = "leading", "dtype"
        fits = fits and all(getattr(layer, k) == getattr(attention, k) for k in same)
        given = kinds_of(layer, attention)
        wanted = "a layer that returns sequences, and an attention for its units"
        require(fits, "layer and attention", given, wanted)
        self.layers, self.units = (layer, attention), layer.units + attention.width
        self.symbols = layer.features
        self.leading, self.dtype = layer.leading, layer.dtype
        self.states_count = layer.states_count

    def forward(self, inputs, memory, initial_state=None, mask=None):
        """Return [h_t, context_t]; mask (…, batch, places) is that of the memory."""
        layer, attention = self.layers
        memory, bars = attention.read_memory(memory, mask)
        x, batch = layer.read(inputs), np.shape(inputs)[len(self.leading)]
        require_as_many(batch, memory)
        state = layer.read_state("initial_state", initial_state, batch)
        h = layer.take_walk(x, state, {})
        contexts = attention.take_look(h, memory, bars)
        self.state, self.attention = layer.state, attention.attention
        y = np.concatenate([h, contexts], axis=-1)
        remember(self, y)
        return y

    def backward(self, slopes):
        """Fill the gradients; return the one along the memory."""
        layer, attention = self.layers
        dh, dcontexts = np.split(slopes_of(self, slopes), [layer.units], axis=-1)
        dqueries, dmemory = attention.backward(dcontexts)
        layer.backward(dh + dqueries, to_inputs=False)
        self.initial_slopes = layer.initial_slopes
        return dmemory


class BahdanauDecoder(LuongDecoder):
    """First h_{t-1} asks; then the layer reads [x_t, context_t], and makes h_t.

    Its features are so many symbols and the attention's width; the rows of W for the
    context are the context's own weights.
    Sources: D. Bahdanau, K. Cho and Y. Bengio, "Neural machine translation by jointly
    learning to align and translate", 2015; K. Xu and others, "Show, attend and tell",
    2015 (the memory is a picture).
    """

    for_back = frozenset({"steps"})

    def __init__(self, layer, attention):
        """Take a layer that has features for its symbols, and for the context."""
        super().__init__(layer, attention)
        given, width = f"{layer.features} features", attention.width
        require(layer.features > width, "layer", given, f"more than the width, {width}")
        self.symbols = layer.features - width

    @no_warnings()  # `bounded` looks at it
    def forward(self, inputs, memory, initial_state=None, mask=None):
        """Return [h_t, context_t]; inputs are symbols (…, batch, time)."""
        layer, attention = self.layers
        memory, bars = attention.read_memory(memory, mask)
        x = self.read(inputs, memory)
        state = self.begin(initial_state, x.shape[1:-1])
        attention.begin(memory, bars)
        outputs, self.steps = [], []
        for x_t in x:
            h = state[0]
            context, looked = attention.look(h[..., np.newaxis, :])
            x_t = np.concatenate([x_t, context[..., 0, :]], axis=-1)
            state, kept = layer.step(layer.from_inputs(x_t), *state)
            self.steps.append((x_t, h, kept, looked))
            outputs.append((state[0], context[..., 0, :], attention.attention))
        h, contexts, looks = zip(*outputs, strict=True)
        self.attention = np.concatenate(looks, axis=-2)
        self.state = [layer.outside(each) for each in state]
        y = batch_first(np.concatenate([h, contexts], axis=-1), self.leading)
        remember(self, bounded(y, "memory"))
        return y

    @no_warnings()  # `bounded_back` looks at it
    def backward(self, slopes):
        """Fill the gradients; return the one along the memory."""
        layer, attention = self.layers
        dy = time_first(slopes_of(self, slopes), self.leading)
        W_T, n = self.begin_back(), attention.width
        dz, dstate = [], [0.0] * layer.states_count
        for dy_t, (_, _, kept, looked) in zip(dy[::-1], self.steps[::-1], strict=True):
            dstate[0] = dstate[0] + dy_t[..., :-n]
            dz_t, (*dstate,) = layer.step_back(kept, *dstate)
            dcontext = dy_t[..., -n:] + dz_t @ W_T
            dquery = attention.look_back(looked, dcontext[..., np.newaxis, :])
            dstate[0] = dstate[0] + dquery[..., 0, :]  # as h_{t-1} has asked
            dz.append(dz_t)
        layer.along_begin = dstate
        layer.fill_from(np.array(dz[::-1]))  # the last step came first
        self.initial_slopes = [layer.outside(each) for each in dstate]
        dmemory = attention.end_back()
        bounded_back(self.layers, dmemory, *self.initial_slopes)
        return dmemory

    def begin_back(self):
        """Hand the layer what it has read, step by step; return Wᵀ for the context."""
        layer, attention = self.layers
        x, h_before, layer.kept, _ = zip(*self.steps, strict=True)
        layer.x, layer.h_before = np.array(x), np.array(h_before)
        layer.U_T = layer.U.mT
        attention.begin_back()
        return layer.weights["kernel"][..., -attention.width :, :].mT

    def begin(self, initial_state, shape):
        """Forget the walk before; return the state to begin with, for each network."""
        layer, _ = self.layers
        state = layer.read_state("initial_state", initial_state, shape[-1])
        self.drop_walk()  # nor has the layer one of its own
        layer.is_given = len(state) > 0
        state = [np.broadcast_to(each, (*shape, layer.units)) for each in state]
        return state or layer.beginning(shape)

    def read(self, inputs, memory):
        """Return one-hot rows, (time, …, batch, symbols)."""
        layer, _ = self.layers
        x = one_hot_rows(inputs, self.symbols, layer)
        require_as_many(x.shape[-3], memory)
        x = time_first(x, self.leading)
        return np.broadcast_to(x, (len(x), *memory.shape[:-2], self.symbols))


def require_as_many(count, memory):
    """Refuse inputs for more examples, or fewer, than the memory has."""
    wanted = f"{memory.shape[-3]}, as the memory has"
    require(count == memory.shape[-3], "inputs", counted(count, "examples"), wanted)


def one_hot_rows(symbols, count, layer):
    """Return a row (…, batch, time, count) for each symbol, of a layer's own kind."""
    numbers = symbols_in("inputs", symbols, count, layer.leading)
    return (numbers[..., np.newaxis] == np.arange(count)).astype(layer.dtype)
