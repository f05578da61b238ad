"""Attention: to look at places, each as far as it fits what is asked for.

There are states that ask, q (…, batch, time, units), one for each step, and a memory m
(…, batch, places, width), what there is to look at: the states that a layer had at each
place of what it read, or the features of each part of a picture.

No step waits for another here, so batch comes first inside as well.
"""

import numpy as np

from helpers.engine.doors import (
    bounded,
    bounded_back,
    for_each_network,
    remember,
    slopes_of,
)
from helpers.engine.layers import Layer
from helpers.engine.losses import softmax
from helpers.engine.starts import glorot_uniform
from helpers.lesson.arguments import (
    floats,
    function_of,
    no_warnings,
    require,
    sizes,
    truths,
    whole,
)


class Attention(Layer):
    """e_ts = q_t A m_sᵀ, a score;  a_t = softmax(e_t);  context_t = Σ_s a_ts m_s.

    query_kernel A (…, units, width); q A is the query proper.  `attention` has a (…,
    batch, time, places) as it was at the last look.  `change` may be set to a function
    that makes other numbers of a, to see what follows; the way back knows nothing of
    it.
    Source: M. Luong, H. Pham and C. Manning, "Effective approaches to attention-based
    neural machine translation", 2015 (the score they call general).
    """

    change = None
    for_back = frozenset({"memory", "bars", "kept", "dmemory"})

    def __init__(self, units, width, rng, networks=None, dtype=np.float64):
        """Start A as Keras starts kernels."""
        super().__init__(networks, dtype)
        self.query_units, self.width = whole("units", units), whole("width", width)
        sizes("units, width", (*self.leading, units, width))
        A = glorot_uniform(rng, (*self.leading, units, width))
        self.add_weights(query_kernel=A)

    def forward(self, queries, memory, mask=None):
        """Return contexts (…, batch, time, width).

        mask  (…, batch, places), False where there is nothing to look at; None: there
              is something everywhere
        """
        memory, bars = self.read_memory(memory, mask)
        shape = memory.shape[-3], None, self.query_units
        q = floats("queries", queries, self.leading, shape, self.dtype)
        return self.take_look(for_each_network(self, q).copy(), memory, bars)

    def take_look(self, q, memory, bars):
        """Do what `forward` says, with what was read."""
        with no_warnings():  # `bounded` looks at it
            self.begin(memory, bars)
            contexts, self.kept = self.look(q)
        remember(self, bounded(contexts, "memory"))
        return contexts

    def backward(self, slopes):
        """Fill the gradients; return those along the queries and along the memory."""
        dy = slopes_of(self, slopes)
        self.begin_back()
        with no_warnings():  # `bounded_back` looks at it
            along = self.look_back(self.kept, dy), self.end_back()
        bounded_back([self], *along)
        return along

    def read_memory(self, memory, mask):
        """Return what there is to look at, and what bars places, as in `bars_of`."""
        shape = None, None, self.width
        m = floats("memory", memory, self.leading, shape, self.dtype)
        bars = 0.0 if mask is None else self.bars_of(mask, m.shape[-3:-1])
        return for_each_network(self, m).copy(), bars

    def begin(self, memory, bars):
        """Take both, before the first look."""
        self.drop_walk()  # there is no way back from half of it
        self.memory, self.bars = memory, bars

    def bars_of(self, mask, shape):
        """Return −∞ where softmax shall give 0, and 0 elsewhere."""
        mask = truths("mask", mask, self.leading, shape)
        some = mask.any(axis=-1).all()
        require(some, "mask", "a row without any", "a place to look at in each row")
        return np.where(mask, 0, -np.inf)[..., np.newaxis, :].astype(self.dtype)

    def look(self, q):
        """Return the contexts, and what the way back needs."""
        e, kept = self.score(q)
        a = softmax(bounded(e, "queries and memory") + self.bars)
        seen = a.copy()  # whoever changes it leaves the way back alone
        self.attention = seen if self.change is None else self.changed(seen)
        return self.attention @ self.memory, (a, q, kept)

    def changed(self, seen):
        """Return what `change` makes of a, or raise ValueError."""
        function_of("change", self.change, "None, or a function of the attention")
        walk, changed = self.walk, self.change(seen)
        same, given = self.walk is walk, "one that calls the network"
        require(same, "change", given, "a function of the attention alone")
        return floats("change", changed, (), seen.shape, self.dtype).copy()

    def begin_back(self):
        """Forget gradients of other looks, before the first one is taken back."""
        self.dmemory = 0.0
        self.fill(**dict.fromkeys(self.gradients, 0))

    def look_back(self, kept, dcontexts):
        """Add to the gradients what one look gives; return the one along its q."""
        a, q, of_score = kept
        da = dcontexts @ self.memory.mT
        de = a * (da - (da * a).sum(axis=-1, keepdims=True))  # through softmax
        self.dmemory = self.dmemory + a.mT @ dcontexts
        return self.score_back(q, of_score, de)

    def end_back(self):
        """Return the gradient along the memory, once all looks are taken back."""
        return self.dmemory

    def score(self, q):
        """Scores e = (q A) mᵀ."""
        qA = rows_times(q, self.weights["query_kernel"])
        return qA @ self.memory.mT, qA

    def score_back(self, q, qA, de):
        """Along m the gradient is deᵀ (q A); along q A it is de m, for q and A."""
        self.dmemory = self.dmemory + de.mT @ qA
        return self.times_back("query_kernel", q, de @ self.memory)

    def times_back(self, name, x, dy):
        """Take y = x W back: add the sum of xᵀ dy along W, and return dy Wᵀ."""
        W = self.weights[name]
        flat = [a.reshape(*self.leading, -1, a.shape[-1]) for a in (x, dy)]
        self.gradients[name] += flat[0].mT @ flat[1]
        return rows_times(dy, W.mT)


class AdditiveAttention(Attention):
    """e_ts = tanh(q_t Q + m_s K) v: a score by a hidden layer of its own.

    query_kernel Q (…, units, hidden), key_kernel K (…, width, hidden), score_kernel v
    (…, hidden, 1).
    Source: D. Bahdanau, K. Cho and Y. Bengio, "Neural machine translation by jointly
    learning to align and translate", 2015.
    """

    for_back = Attention.for_back | {"mK", "dmK"}

    def __init__(self, units, width, hidden, rng, networks=None, dtype=np.float64):
        """Start Q, K and v as Keras starts kernels."""
        Layer.__init__(self, networks, dtype)
        self.query_units, self.width = whole("units", units), whole("width", width)
        Q, K, v = (units, hidden), (width, hidden), (whole("hidden", hidden), 1)
        names = "query_kernel", "key_kernel", "score_kernel"
        sizes("units, width, hidden", (*self.leading, max(units, width), hidden))
        for name, shape in zip(names, (Q, K, v), strict=True):
            self.add_weights(**{name: glorot_uniform(rng, (*self.leading, *shape))})

    def begin(self, memory, bars):
        """Take both, and m K, which is the same at each look."""
        super().begin(memory, bars)
        self.mK = rows_times(self.memory, self.weights["key_kernel"])

    def begin_back(self):
        """Forget gradients of other looks."""
        super().begin_back()
        self.dmK = 0.0

    def score(self, q):
        """Scores e = u v, u = tanh(q Q + m K), for each query with each place."""
        qQ = rows_times(q, self.weights["query_kernel"])
        # (…, batch, time, places, hidden)
        u = np.tanh(qQ[..., :, np.newaxis, :] + self.mK[..., np.newaxis, :, :])
        return rows_times(u, self.weights["score_kernel"])[..., 0], u

    def score_back(self, q, u, de):
        """The chain rule, with tanh' = 1 − tanh²."""
        dz = self.times_back("score_kernel", u, de[..., np.newaxis]) * (1 - u**2)
        self.dmK = self.dmK + dz.sum(axis=-3)  # over the queries that saw this place
        return self.times_back("query_kernel", q, dz.sum(axis=-2))

    def end_back(self):
        """Return the gradient along the memory, that through m K with it."""
        return self.dmemory + self.times_back("key_kernel", self.memory, self.dmK)


def rows_times(x, W):
    """Return x W for x (…, batch, any, rows)."""
    flat = x.reshape(*W.shape[:-2], -1, W.shape[-2])  # faster as one product
    return (flat @ W).reshape(*x.shape[:-1], W.shape[-1])
