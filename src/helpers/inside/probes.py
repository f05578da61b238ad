"""How well a number can be read out of a network's units: of one, or of all of them.

What is read out is there; that the network uses it, a probe does not tell.  So a score
means little without that of a control, such as the same network untrained.
"""

import numpy as np

from helpers.lesson.arguments import finite, no_warnings, require


def areas(values, flag):
    """Return for each unit how well it alone tells a yes from a no: AUC, from ½ to 1.

    It is the probability that the unit is higher at a random yes than at a random no,
    or lower, where lower means yes; ties count half.
    values  (examples, units); flag (examples,), with both a yes and a no in it
    Source: H. Mann and D. Whitney, "On a test of whether one of two random variables is
    stochastically larger than the other", 1947.
    """
    values = finite("values", values, 2)
    flag = finite("flag", flag, shape=values.shape[:1])
    mixed = set(np.unique(flag)) == {0, 1}
    require(mixed, "flag", np.unique(flag)[:3], "zeros and ones, and both of them")
    from scipy.stats import rankdata  # imported here: SciPy takes long to load

    yes = np.count_nonzero(flag)
    ranks = rankdata(values, axis=0)[flag == 1].sum(axis=0)
    wins = ranks - yes * (yes + 1) / 2
    area = wins / (yes * (len(flag) - yes))
    return np.maximum(area, 1 - area)


def shares_explained(values, target):
    """Return for each unit r², the share of the target's variance that it explains.

    values  (examples, units); target (examples,).  A unit that stands still: 0.
    """
    values = finite("values", values, 2)
    target = finite("target", target, shape=values.shape[:1])
    require((target != target[0]).any(), "target", "one number", "some that differ")
    moves = (values != values[0]).any(axis=0)
    values, target = centred("values", values), centred("target", target)
    lengths = np.linalg.norm(values, axis=0) * np.linalg.norm(target)
    none = np.zeros(len(lengths))
    return np.divide(target @ values, lengths, none, where=moves) ** 2


def probe(values, target, new_values):
    """Fit target ≈ values w + b by least squares; return what it says of new values.

    values (examples, units), target (examples,), new_values (others, units).
    With fewer examples than units many w are best; the shortest one is taken, where
    each unit is measured by its own spread.
    """
    values = finite("values", values, 2)
    target = finite("target", target, shape=values.shape[:1])
    new_values = finite("new_values", new_values, shape=(None, values.shape[1]))
    origin, spread = values[0], spread_of("values", values)
    spread_of("target", target)  # for its check alone
    with no_warnings():
        seen, new = ((each - origin) / spread for each in (values, new_values))
        centre, mean = seen.mean(axis=0), target.mean()
        weights = np.linalg.lstsq(seen - centre, target - mean, rcond=None)[0]
        said = (new - centre) @ weights + mean
    bounded, wanted = np.isfinite(said).all(), "values nearer to those of the fit"
    require(bounded, "new_values", "some so far off that it says infinity", wanted)
    return said


def centred(name, values):
    """Return values (examples, …) around 0, as parts of how far each unit goes."""
    spread = spread_of(name, values)
    moved = (values - values[0]) / spread  # exact, however far off they lie
    return moved - moved.mean(axis=0)


def spread_of(name, values):
    """Return how far each unit goes, to measure it by: so very small numbers do too."""
    with no_warnings():
        spread = np.ptp(values, axis=0)
    bounded, wanted = np.isfinite(spread).all(), "distances that are finite"
    require(bounded, name, "infinite ones", wanted)
    return np.where(spread > 0, spread, 1)
