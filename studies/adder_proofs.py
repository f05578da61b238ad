"""Which networks that are right on all pairs of 6-bit numbers add, and who can tell.

Each row trains a group of networks by the recipe and keeps those that are right on all
4,096 pairs.  It counts those that are right on long numbers too: random ones, and hard
ones that keep a carry for long.  It counts those whose carry a plane tells in every
hidden state, or even one unit; those whose machine is that of the carry; those for
which a proof was found and verified; and those for which a search found a mistake.
"""

import numpy as np

from helpers.inside import CARRY, carry_by_plane, find_mistake, prove, read_machine, smallest
from helpers.models import adder_of, bits_right, some_of, trained_adders
from helpers.tasks import carries_of, every_pair, hard_pairs, numbers_of, random_pairs, sums_of

SETTINGS = {
    "networks": 32,
    "lengths": [64, 512, 4096],
    "random pairs": 40,
    "clusters": 12,
    "finer": {"sides": [1 / 64, 1 / 128], "most": 40_000},  # where nothing else decides
}
SEEDS = range(1, 65)
TOLERANCE = 2  # networks: rounding grows in training, and turns one in a hundred


def row(seed):
    """Return the counts."""
    rng, pairs = np.random.default_rng(seed), every_pair()
    ensemble = trained_adders(rng, SETTINGS["networks"])
    ensemble = some_of(ensemble, bits_right(ensemble) == 1)
    right_at = {length: right_on_long(ensemble, rng, length) for length in SETTINGS["lengths"]}
    adds = np.all(list(right_at.values()), axis=(0, 1))
    adders = [adder_of(ensemble, number) for number in range(len(adds))]
    machines = [smallest(read_machine(each, pairs, SETTINGS["clusters"], rng)) for each in adders]
    is_carry = np.array([machine == CARRY for machine in machines])
    mistakes = [mistake(each) for each in adders]
    mistaken = np.array([each is not None for each in mistakes])
    proved = np.array([prove(each) is not None for each in adders])
    finer = [
        not any(decided) and prove(each, **SETTINGS["finer"]) is not None
        for each, *decided in zip(adders, mistaken, proved, strict=True)
    ]
    by_plane = [carry_by_plane(each, pairs) for each in adders]
    by_unit = [carry_by_unit(each, pairs) for each in adders]
    return {
        "seed": seed,
        "right on all pairs": len(adds),
        "right at": {str(length): int(each.all(axis=0).sum()) for length, each in right_at.items()},
        "wrong at 64, random": int((~right_at[64][0]).sum()),
        "wrong at 64, hard": int((~right_at[64][1]).sum()),
        "right on all long": int(adds.sum()),
        "carry by a plane": sum(by_plane),
        "carry by one unit": sum(by_unit),
        "carry machine": int(is_carry.sum()),
        "carry machine, wrong on long": int((is_carry & ~adds).sum()),
        "proved": int(proved.sum()),
        "proved with finer cells": int(np.sum(finer)),
        "proved, wrong on long": int(((proved | finer) & ~adds).sum()),
        "mistake": int(mistaken.sum()),
        "mistake, right on all long": int((mistaken & adds).sum()),
        "mistake and proof": int((mistaken & (proved | finer)).sum()),
        "examples": [each for each, right in zip(mistakes, adds, strict=True) if each and right],
        "neither": int((~mistaken & ~proved & ~np.array(finer)).sum()),
    }


def right_on_long(ensemble, rng, length):
    """Tell of each network whether it is right on random, and on hard pairs (2, networks)."""
    some = random_pairs(rng, SETTINGS["random pairs"], length)
    tests = some, hard_pairs(rng, length)
    return np.array([bits_right(ensemble, pairs) == 1 for pairs in tests])


def mistake(adder):
    """Return two numbers and the wrong sum that it answers, or None if none is found."""
    pair = find_mistake(adder)
    if pair is None:
        return None
    answer = adder.add(pair)
    assert (answer != sums_of(pair)).any()
    numbers = pair[..., 0], pair[..., 1], answer[..., 0]
    return [int(numbers_of(bits)[0]) for bits in numbers]


def carry_by_unit(adder, pairs):
    """Tell whether a single unit tells the carry in every hidden state."""
    states, carries = adder.walk(pairs), carries_of(pairs)[:, 1:]
    with_carry, without = states[carries == 1], states[carries == 0]
    above = with_carry.min(axis=0) > without.max(axis=0)
    below = with_carry.max(axis=0) < without.min(axis=0)
    return bool((above | below).any())
