"""The directions in which a cloud of points is longest: principal components."""

from typing import NamedTuple

import numpy as np

from helpers.arguments import finite, require


class Components(NamedTuple):
    """The principal components of some points, the longest first."""

    scores: np.ndarray  # (points, components): where each point lies along each
    shares: np.ndarray  # (components,): parts of the whole variance, sum 1


def principal_components(points):
    """Return the `Components` of `points` (points, axes).

    The centred points are factored as X = P S Vᵀ: the rows of Vᵀ are directions at
    right angles, P S the points along them, S² their variances but for a factor.
    Each direction may as well point the other way: the sign is turned so that the last
    point scores at least as high as the first.
    Source: H. Hotelling, "Analysis of a complex of statistical variables …", 1933.
    """
    points = finite("points", points, ndim=2)
    centred = points - points.mean(axis=0)
    differ = (points != points[0]).any()
    require(differ, "points", "all the same point", "points that differ")
    left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    scores = left * lengths
    scores *= np.where(scores[-1] < scores[0], -1, 1)
    parts = (lengths / lengths[0]) ** 2
    return Components(scores, parts / parts.sum())
