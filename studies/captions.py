"""Networks that caption scenes of two objects: what they see, where they look, what fails.

Each row has, for each recipe, the share of new pictures that one network captions without a
mistake; of which kinds the wrong ones are where v enters every step; how far the one that
looks does so at the object that it names; what becomes of kinds that no caption had, with eyes
that were taught them and with others, and with a tongue that was; and of scenes of three
objects.
"""

import numpy as np

from helpers.models import captioner, exact, greedy, learn, looks_at_objects
from helpers.tasks import (
    KINDS,
    captions,
    drawn_from,
    every_scene,
    in_words,
    pictures,
    scenes_with,
    split_scenes,
)

SEEN = {"sees": "grid", "units": 48, "rate": 0.007, "updates": 500}
TOLD = {"sees": "vector", "units": 64, "rate": 0.005, "updates": 800}
ONCE = TOLD | {"sees": "first"}
SETTINGS = {
    "networks": "simple RNN, Keras's start; Adam, clipped at norm 1",
    "batch": 32,
    "slower": [[0.7, 0.3], [0.9, 0.1]],
    "to test": 500,
    "never": ["red circle", "blue triangle"],
    "recipes": {
        "grid": SEEN,
        "vector": TOLD,
        "first": ONCE,
        "first, lower rate": ONCE | {"rate": 0.002},
        "first, more updates": ONCE | {"updates": 3000},
        "first, both": ONCE | {"rate": 0.002, "updates": 3000},
    },
    "with given eyes": {"grid": SEEN | {"updates": 300}, "vector": TOLD | {"updates": 600}},
    "three objects": SEEN | {"updates": 700},
}
SEEDS = range(1, 25)
TOLERANCE = 0.05
EARLY = {
    "recipes": {k: v | {"updates": 20} for k, v in SETTINGS["recipes"].items()},
    "with given eyes": {k: v | {"updates": 20} for k, v in SETTINGS["with given eyes"].items()},
    "three objects": SETTINGS["three objects"] | {"updates": 20},
}
PART = {"recipes": {k: SETTINGS["recipes"][k] for k in ("grid", "vector")}, "with given eyes": {}}


def row(seed):
    """Return the shares without a mistake, and the weights of the looks."""
    rng = np.random.default_rng(seed)
    seen, new = split_scenes(rng, every_scene(2))
    trained = {k: trained_on(rng, seen, **v) for k, v in SETTINGS["recipes"].items()}
    fresh = captioner(rng, "grid", networks=1)
    found = {
        "seed": seed,
        "right": {name: right(rng, network, new) for name, network in trained.items()},
        "wrong": kinds_of_mistakes(rng, trained["vector"], new),
        "looks": {
            "trained": looks(rng, trained["grid"], new),
            "untrained": looks(rng, fresh, new),
        },
    }
    found["never"], taught_ten = never_named(rng, trained)
    found["three objects"] = of_three(rng, trained["grid"])
    found["tongue taught all kinds"] = said_by_taught(rng, taught_ten, seen, new)
    return found


def trained_on(rng, scenes, eyes=None, *, sees, units, rate, updates):
    """Train a network on scenes, with eyes of its own or with given ones."""
    network = captioner(rng, sees, units, networks=1)
    if eyes is not None:
        network.layers[0].open_as(eyes)
    draw = drawn_from(scenes, (1, SETTINGS["batch"]))
    learn(network, draw, rng, rate=rate, updates=updates, slower=SETTINGS["slower"])
    return network


def right(rng, network, scenes):
    """Return the share of scenes that the network captions without a mistake."""
    scenes = rng.permutation(scenes)[: SETTINGS["to test"]]
    shown, said = pictures(rng, scenes[np.newaxis]), captions(scenes)[np.newaxis]
    return float(exact(network, shown, said).mean())


def kinds_of_mistakes(rng, network, scenes):
    """Return how many captions are wrong, and how: shares of those that were asked for."""
    targets = captions(scenes)
    said = greedy(network, pictures(rng, scenes[np.newaxis]), 7).symbols[0]
    counts = dict.fromkeys(("a shape", "a colour", "shapes exchanged", "other"), 0)
    for wanted, given in zip(targets[:, 1:], said, strict=True):
        if (wanted != given).any():
            counts[mistake(in_words(wanted), in_words(given))] += 1
    return {kind: count / len(scenes) for kind, count in counts.items()}


def mistake(wanted, given):
    """Return the kind of mistake between two captions."""
    wanted, given = (text.replace("left of", "left").split() for text in (wanted, given))
    if len(given) != 5 or wanted[2] != given[2]:
        return "other"
    colours, shapes = ((wanted[k::3], given[k::3]) for k in (0, 1))
    if colours[0] == colours[1] and sorted(shapes[0]) == sorted(shapes[1]):
        return "shapes exchanged"
    off = [sum(a != b for a, b in zip(*pair, strict=True)) for pair in (colours, shapes)]
    return {(0, 1): "a shape", (1, 0): "a colour"}.get(tuple(off), "other")


def looks(rng, network, scenes):
    """Return how far it looks at what it names: colour, shape, of the first, the second."""
    scenes = scenes[: SETTINGS["to test"]]
    shown = pictures(rng, scenes[np.newaxis])
    return looks_at_objects(network, shown, scenes, captions(scenes))[0].tolist()


def never_named(rng, trained):
    """Return what is right with kinds that were never named, and without, by kind of eyes.

    And beside that the eyes that were taught without these kinds.
    """
    scenes = every_scene(2)
    unnamed = scenes_with(SETTINGS["never"], scenes)
    seen, new = split_scenes(rng, scenes[~unnamed])
    other = {"grid": "vector", "vector": "grid"}
    shares, taught_ten = {}, {}
    for sees, recipe in SETTINGS["with given eyes"].items():
        own = trained_on(rng, seen, **SETTINGS["recipes"][sees])
        taught_ten[sees] = own.layers[0]
        given = {
            "taught ten kinds": taught_ten[sees],
            "taught all kinds": trained[sees].layers[0],
            "taught all kinds, by the other": trained[other[sees]].layers[0],
        }
        networks = {name: trained_on(rng, seen, eyes, **recipe) for name, eyes in given.items()}
        shares[sees] = {
            name: {
                "named": right(rng, network, new),
                "never": right(rng, network, scenes[unnamed]),
            }
            for name, network in ({"its own": own} | networks).items()
        }
        shares[sees]["read"] = {k: read_off(rng, eyes) for k, eyes in given.items()}
    return shares, taught_ten


def said_by_taught(rng, taught_ten, seen, new):
    """Return what a tongue taught all kinds says right of the two that its eyes were not taught.

    With these eyes, and beside them with eyes that were taught nothing.
    """
    new = new[scenes_with(SETTINGS["never"], new)]
    shares = {}
    for sees, recipe in SETTINGS["with given eyes"].items():
        fresh = captioner(rng, sees, recipe["units"], networks=1).layers[0]
        given = {"taught ten kinds": taught_ten[sees], "untrained": fresh}
        networks = {name: trained_on(rng, seen, eyes, **recipe) for name, eyes in given.items()}
        shares[sees] = {name: right(rng, network, new) for name, network in networks.items()}
    return shares


def read_off(rng, eyes):
    """Return how often colour and shape of kinds never named are read off the eyes.

    By least squares from the features of one cell, fitted to the ten kinds that were named.
    """
    scenes = np.repeat(every_scene(1), 10, axis=0)  # (scenes, 2): cell, kind
    features = eyes.forward(pictures(rng, scenes[np.newaxis]))[0][0].astype(float)
    rows = features[np.arange(len(scenes)), scenes[:, 0]]
    rows = np.column_stack([rows, np.ones(len(rows))])
    unnamed = np.isin(scenes[:, 1], [KINDS.index(kind) for kind in SETTINGS["never"]])
    shares = {}
    for name, wanted in (("colour", scenes[:, 1] // 3), ("shape", scenes[:, 1] % 3)):
        fitted = np.linalg.lstsq(rows[~unnamed], np.eye(4)[wanted[~unnamed]])[0]
        shares[name] = float(((rows @ fitted).argmax(axis=1) == wanted)[unnamed].mean())
    return shares


def of_three(rng, trained_on_two):
    """Return shares of scenes of three objects, by what the network was trained on."""
    seen, new = split_scenes(rng, every_scene(3))
    network = trained_on(rng, seen, **SETTINGS["three objects"])
    return {"trained on two": right(rng, trained_on_two, new), "on three": right(rng, network, new)}
