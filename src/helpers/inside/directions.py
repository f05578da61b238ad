"""Directions in a cloud of points: the longest, and the one that tells two kinds."""

from typing import NamedTuple

import numpy as np

from helpers.lesson.arguments import finite, no_warnings, require, single
from helpers.models.adders import read_adder, vectors
from helpers.tasks.addition import carries_of

SECONDS = 20  # most are found in milliseconds


class Components(NamedTuple):
    """The principal components of some points, the longest first."""

    scores: np.ndarray  # (points, components): where each point lies along each
    shares: np.ndarray  # (components,): parts of the whole variance, sum 1


@no_warnings()  # what is infinite is refused by name
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
    centred -= centred.mean(axis=0)  # far off, the first mean is rounded
    bounded, wanted = np.isfinite(centred).all(), "distances that are finite"
    require(bounded, "points", "infinite ones", wanted)
    differ = (points != points[0]).any()
    require(differ, "points", "all the same point", "points that differ")
    left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    require(np.isfinite(lengths).all(), "points", "infinite ones", wanted)
    scores = left * lengths
    scores *= np.where(scores[-1] < scores[0], -1, 1)
    parts = (lengths / lengths[0]) ** 2
    return Components(scores, parts / parts.sum())


@no_warnings()  # a product may be too small
def along_and_across(points, direction):
    """Return where points lie along a direction, and across it where they spread most.

    With u the direction at length 1, what is across is what is left of a point x,
    x − (x · u) u.  Returns (points, 2): x · u, and the first of the
    `principal_components` across.

    points  (points, axes); direction (axes,), of any length but 0
    """
    points = single("points", points, ndim=2)
    direction = single("direction", direction, shape=points.shape[1:])
    require(direction.any(), "direction", "zeros alone", "a length above 0")
    unit = direction / np.abs(direction).max()  # or squares could be too small
    unit /= np.linalg.norm(unit)
    along = points @ unit
    rest = points - np.outer(along, unit)
    differ = np.ptp(rest, axis=0).max() > 1e-12 * np.abs(points).max()
    require(differ, "points", "all on one line along it", "some that lie across")
    return np.column_stack([along, principal_components(rest).scores[:, 0]])


class Plane(NamedTuple):
    """A plane n · x + c = 0 between two kinds of points, with n of length 1."""

    normal: np.ndarray  # n (axes,), towards the points of the second kind
    offset: float  # c

    def distance(self, points):
        """Return how far points (…, axes) lie beyond the plane, on the second side."""
        return vectors("points", points, len(self.normal)) @ self.normal + self.offset


def separating_plane(points, kinds):
    """Return a `Plane` with all points of kind 0 on one side, of kind 1 on the other.

    Of all planes it takes the one with the widest gap m, by linear programming: the
    largest m with (n · x + c) ≥ m for kind 1, ≤ −m for kind 0, and |n_i| ≤ 1.  Returns
    None where no plane has a gap.  Points that agree in six digits count as one.

    points  (count, axes); kinds (count,), each 0 or 1, and both there
    """
    points, kinds = single("points", points, ndim=2), finite("kinds", kinds, ndim=1)
    both, alike = set(np.unique(kinds)) == {0, 1}, len(kinds) == len(points)
    require(both, "kinds", np.unique(kinds)[:3], "0 and 1, and both of them")
    require(alike, "kinds", f"{len(kinds)} kinds", f"as many as points, {len(points)}")
    centre = points.mean(axis=0)
    size, largest = np.abs(points - centre).max(), np.abs(points).max()
    if size < 1e-6 * largest or size == 0:
        return None
    plane, gap = widest_gap((points - centre) / size, kinds)
    if gap < 1e-5:  # as near as the rounding: no gap
        return None
    normal, offset = np.split(plane / np.linalg.norm(plane[:-1]), [-1])
    return Plane(normal, float(offset[0] * size - normal @ centre))


def widest_gap(points, kinds):
    """Return n and c in one row, and the gap m, as `separating_plane` takes them."""
    from scipy.optimize import linprog  # imported here: SciPy takes long to load

    rows = np.unique(np.column_stack([2 * kinds - 1, points]).round(6), axis=0)
    sides, rows = rows[:, :1], np.column_stack([rows[:, 1:], np.ones(len(rows))])
    limits = [(-1, 1)] * points.shape[1] + [(None, None), (0, None)]
    gap_alone = np.append(np.zeros(rows.shape[1]), -1)
    conditions = np.column_stack([-sides * rows, np.ones(len(rows))])
    within = {"time_limit": SECONDS}  # far from 0, rounding may keep it from an end
    zeros = np.zeros(len(rows))
    found = linprog(gap_alone, conditions, zeros, bounds=limits, options=within).x
    largest = np.abs(points).max()
    require(found is not None, "points", largest, "numbers that a program can solve")
    return found[:-1], found[-1]


def carry_by_plane(adder, pairs):
    """Tell whether a plane separates all hidden states on the pairs by their carry."""
    states, carries = read_adder(adder).walk(pairs), carries_of(pairs)[:, 1:]
    require(np.ptp(carries) > 0, "pairs", "one carry only", "both carries in them")
    plane = separating_plane(states.reshape(-1, states.shape[-1]), carries.ravel())
    return plane is not None and bool(((plane.distance(states) > 0) == carries).all())
