"""Attention place by place, as its docstrings have it, for tests."""

from functools import partial

import numpy as np

from helpers.engine import AdditiveAttention, Attention

KINDS = {"general": Attention, "additive": AdditiveAttention}


def attention_of(kind, units, width, rng, **options):
    """Return an attention with large weights, so that it does not look everywhere alike."""
    make = partial(KINDS[kind], units, width)
    made = make(rng, **options) if kind == "general" else make(3, rng, **options)
    made.set_weights([rng.normal(size=weight.shape) for weight in made.get_weights()])
    return made


def look(kind, weights, query, memory, mask):
    """Return what one query sees, and how far it looks at each place of one example."""
    powers = np.zeros(len(memory))
    for s, m in enumerate(memory):
        if mask is None or mask[s]:
            if kind == "general":
                score = query @ weights[0] @ m
            else:
                score = (np.tanh(query @ weights[0] + m @ weights[1]) @ weights[2])[0]
            powers[s] = np.exp(score)
    attention = powers / powers.sum()
    return sum(a * m for a, m in zip(attention, memory, strict=True)), attention


def mask_with_a_place(rng, *shape):
    """Return a random mask that leaves something to look at everywhere."""
    mask = rng.random(shape) < 0.5
    np.put_along_axis(mask, rng.integers(0, shape[-1], (*shape[:-1], 1)), True, axis=-1)
    return mask
