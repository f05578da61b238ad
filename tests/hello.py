"""The word "hello", and networks that learned to say it, for tests."""

import functools

import numpy as np

from helpers.models import trained_predictors
from helpers.tasks import next_characters

HELLO = next_characters(["hello"], "helo")


@functools.cache
def say_hello():
    """Return ten networks that learned to say "hello"; nobody is to change them."""
    rng = np.random.default_rng(3)
    return trained_predictors(rng, *HELLO, size=4, units=4, networks=10)[0]
