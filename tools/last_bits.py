"""Change the last bit of every weight after each step, as another processor would.

`make portable` runs this at the start of each kernel, with LAST_BITS as its seed; for
that PYTHONSTARTUP names this file.  Processors and versions of BLAS round differently, and
training may make that difference grow: what a notebook prints must not depend on it.
"""

import functools
import os

import numpy as np

from helpers.engine.optimizers import Optimizer


def rounded_otherwise(step, rng):
    """Return `step` with a change of one unit in the last place of each weight."""

    @functools.wraps(step)
    def noisy(self, parameters, gradients):
        before = parameters.copy()
        step(self, parameters, gradients)
        sizes = np.finfo(parameters.dtype).eps * (parameters != before)  # frozen: stays
        parameters *= 1 + sizes * rng.choice((-1, 1), parameters.shape)

    return noisy


if "LAST_BITS" in os.environ:
    rng = np.random.default_rng(int(os.environ["LAST_BITS"]))
    Optimizer.step = rounded_otherwise(Optimizer.step, rng)
