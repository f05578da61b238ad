"""The rounding of another processor, as `make portable` plays it."""

import subprocess
import sys

import numpy as np
import pytest

from helpers.engine import SGD, Adam
from tools import ROOT
from tools.digests import digest
from tools.last_bits import rounded_otherwise
from tools.notebooks import notebooks

LESSONS = notebooks()
DRAWN = LESSONS[int(digest([], LESSONS), 16) % len(LESSONS)]  # `make portable` tries all


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", [SGD, Adam])
def test_weights_that_move_differ_by_one_unit_in_the_last_place_or_two(rule, dtype):
    rng = np.random.default_rng(1)
    plain = rng.normal(size=(3, 100)).astype(dtype)
    noisy, slopes = plain.copy(), rng.normal(size=(3, 100)).astype(dtype)
    slopes[1] = 0
    start = plain.copy()
    rule.step(rule(0.1), plain, slopes)
    rounded_otherwise(rule.step, rng)(rule(0.1), noisy, slopes)
    units = np.abs(noisy - plain) / np.spacing(np.abs(plain))
    assert noisy.dtype == dtype
    assert np.mean(units[[0, 2]] > 0) > 0.9
    assert units.max() <= 2
    assert np.array_equal(noisy[1], start[1])


def test_nothing_is_changed_unless_it_is_asked_for():
    parameters, slopes = np.ones(1000), np.linspace(-1, 1, 1000)
    SGD(0.1).step(parameters, slopes)
    assert (parameters == 1 - 0.1 * slopes).all()


@pytest.mark.parametrize("lesson", [DRAWN], ids=lambda path: path.stem)
def test_a_drawn_lesson_prints_the_same_where_last_bits_differ(lesson):
    bits = ["LAST_BITS=1", f"PYTHONSTARTUP={ROOT / 'tools' / 'last_bits.py'}"]
    fixed = [sys.executable, "-m", "helpers.lesson.environment", *bits, sys.executable, "-m"]
    command = [*fixed, "pytest", "-q", "-n", "0", str(lesson)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
