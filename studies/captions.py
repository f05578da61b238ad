"""Networks that caption scenes of two objects: what they see, where they look, what fails.

Each row has, for each recipe, the share of new pictures that one network captions without a
mistake; how far the one that looks does so at the object that it names; and what becomes of
pairs of colour and shape that no caption had: with eyes that saw them, and with others.
"""

import numpy as np

from helpers.models import captioner, exact, learn, looks_at_objects
from helpers.tasks import captions, drawn_from, every_scene, pictures, scenes_with, split_scenes

SEEN = {"sees": "grid", "units": 48, "rate": 0.007, "updates": 500}
TOLD = {"sees": "vector", "units": 64, "rate": 0.005, "updates": 800}
SETTINGS = {
    "networks": "simple RNN, Keras's start; Adam, clipped at norm 1",
    "batch": 32,
    "slower": [[0.7, 0.3], [0.9, 0.1]],
    "to test": 500,
    "never": ["red circle", "blue triangle"],
    "recipes": {
        "grid": SEEN,
        "vector": TOLD,
        "first": TOLD | {"sees": "first"},
        "first, given time": TOLD | {"sees": "first", "rate": 0.002, "updates": 3000},
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


def row(seed):
    """Return the shares without a mistake, and the weights of the looks."""
    rng = np.random.default_rng(seed)
    seen, new = split_scenes(rng, every_scene(2))
    trained = {k: trained_on(rng, seen, **v) for k, v in SETTINGS["recipes"].items()}
    fresh = captioner(rng, "grid", networks=1)
    return {
        "seed": seed,
        "right": {name: right(rng, network, new) for name, network in trained.items()},
        "looks": {
            "trained": looks(rng, trained["grid"], new),
            "untrained": looks(rng, fresh, new),
        },
        "never": never_named(rng, trained),
        "three objects": of_three(rng, trained["grid"]),
    }


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


def looks(rng, network, scenes):
    """Return how far it looks at what it names: colour, shape, of the first, the second."""
    scenes = scenes[: SETTINGS["to test"]]
    shown = pictures(rng, scenes[np.newaxis])
    return looks_at_objects(network, shown, scenes, captions(scenes))[0].tolist()


def never_named(rng, trained):
    """Return shares of scenes right by kind of eyes, with pairs never named, and without."""
    scenes = every_scene(2)
    unnamed = scenes_with(SETTINGS["never"], scenes)
    seen, new = split_scenes(rng, scenes[~unnamed])
    shares = {}
    for sees, recipe in SETTINGS["with given eyes"].items():
        own = trained_on(rng, seen, **SETTINGS["recipes"][sees])
        all_kinds, ten_kinds = trained[sees].layers[0], own.layers[0]
        networks = {
            "its own": own,
            "that saw ten kinds": trained_on(rng, seen, ten_kinds, **recipe),
            "that saw all kinds": trained_on(rng, seen, all_kinds, **recipe),
        }
        shares[sees] = {
            eyes: {
                "named": right(rng, network, new),
                "never": right(rng, network, scenes[unnamed]),
            }
            for eyes, network in networks.items()
        }
    return shares


def of_three(rng, trained_on_two):
    """Return shares of scenes of three objects, by what the network was trained on."""
    seen, new = split_scenes(rng, every_scene(3))
    network = trained_on(rng, seen, **SETTINGS["three objects"])
    return {"trained on two": right(rng, trained_on_two, new), "on three": right(rng, network, new)}
