"""How often a network learns to add: the published recipe, and wider networks.

A network has learned it if every bit of the sum is right for all 4,096 pairs of 6-bit
numbers.  Each row trains a group of networks by the published recipe as it stands, a
group without its two bugs, and a group of each width; it counts those that learned it,
and those that came out as NaN.  "one line wrong" are those without bugs whose bit is
wrong always for one of the eight combinations of x1, x2 and carry, and never for the others.
"""

import numpy as np

from helpers.engine import RMSProp, update
from helpers.models import RECIPE, bits_right, trained_adders, untrained_adders, wrong_by_line
from helpers.models.adders import pairs_for

SETTINGS = {
    "recipe": "Glorot uniform; 2000 pairs, batch 100, 5 passes; RMSProp with Nesterov momentum",
    **RECIPE,
    "networks": 32,
    "widths": {"units": [1, 2, 3, 4, 5, 6, 8, 12], "rate": 0.02, "passes": 25, "networks": 16},
}
SEEDS = range(1, 65)
TOLERANCE = 2  # networks: rounding grows in training, and turns one in a hundred


def row(seed):
    """Return how many of each group learned to add."""
    rng, networks, widths = np.random.default_rng(seed), SETTINGS["networks"], SETTINGS["widths"]
    fixed = trained_adders(rng, networks)
    published = trained_as_published(rng, networks)
    options = {"rate": widths["rate"], "passes": widths["passes"]}
    return {
        "seed": seed,
        "published": learned(published),
        "published, NaN": int(np.isnan(published.parameters).any(axis=1).sum()),
        "without bugs": learned(fixed),
        "one line wrong": int(one_line_wrong(fixed).sum()),
        "widths": {
            str(units): int(
                (bits_right(trained_adders(rng, widths["networks"], units, **options)) == 1).sum()
            )
            for units in widths["units"]
        },
    }


def learned(ensemble):
    """Return how many networks have every bit right."""
    return int((bits_right(ensemble) == 1).sum())


def one_line_wrong(ensemble):
    """Tell of each network whether exactly one line of the table of addition is wrong."""
    shares = wrong_by_line(ensemble)
    always, never = (shares == 1).sum(axis=0), (shares == 0).sum(axis=0)
    return (always == 1) & (never == 7)


def trained_as_published(rng, networks):
    """Return networks trained as the published code does.

    It counts batches where it should count examples, so that batch number k is examples
    k to k + 99, and adds ε to the step, not under the root.
    """

    class Published(RMSProp):
        """RMSProp with ε in the wrong place."""

        def change(self, gradients, squares, velocity):
            squares *= self.decay
            squares += (1 - self.decay) * gradients**2
            change = self.rate * gradients / np.sqrt(squares) + self.epsilon
            velocity *= self.momentum
            velocity -= change
            return change

    ensemble = untrained_adders(rng, networks)
    data = pairs_for(rng, networks)
    optimizer = Published(**RECIPE)
    with np.errstate(invalid="ignore"):  # 0 / √0, which is counted
        for batch in 5 * list(range(20)):
            drawn = (each[:, batch : batch + 100] for each in data)
            update(ensemble, *drawn, optimizer, may_diverge=True)
    return ensemble
