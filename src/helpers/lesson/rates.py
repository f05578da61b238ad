"""How often something happened, with the interval that belongs to it."""

import math
from statistics import NormalDist

from helpers.lesson.arguments import finite, require, whole


def wilson_interval(successes, trials, confidence=0.95):
    """Return the Wilson score interval of a rate, as two fractions.

    With p = successes / trials and z the normal quantile of the confidence, its ends
    are (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).  It stays inside 0 … 1 and is
    sensible at 0 and at n successes, where the plain p ± z √(p(1−p)/n) is not.
    Source: E. B. Wilson, "Probable inference …", JASA 22, 1927.
    """
    n, k = whole("trials", trials), whole("successes", successes, least=0)
    require(k <= n, "successes", k, f"at most trials = {n}")
    confidence = float(finite("confidence", confidence, ndim=0))
    known = 0 < confidence <= 1 - 1e-12  # nearer to 1 its quantile is lost in rounding
    require(known, "confidence", confidence, "a number above 0, at most 1 − 1e-12")
    p, z = k / n, NormalDist().inv_cdf((1 + confidence) / 2)
    middle = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = ((middle + side) / (1 + z**2 / n) for side in (-half, half))
    # the last digit may be off: but at 0 and at n an end is what the rate is
    return max(0.0, low) if k else 0.0, min(1.0, high) if k < n else 1.0


def rate(successes, trials):
    """Return a rate in words: '14 of 24 (58.3 %, 95 % interval 38.8–75.5 %)'."""
    low, high = wilson_interval(successes, trials)
    share, low, high = (f"{100 * part:.1f}" for part in (successes / trials, low, high))
    return f"{successes} of {trials} ({share} %, 95 % interval {low}–{high} %)"
