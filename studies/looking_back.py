"""Networks that write with attention and without: copying digits, and writing out dates.

Each row has, for each recipe, the share of new strings (or of dates on days not seen before)
that each of two networks writes without a mistake, END and all, reading what it wrote itself.
"at the day" has, for the networks that look at dates, how far each looks, while it writes the
first and the second digit of the day, at that digit itself: in 10 to 28 march 1987, the mean.
"""

import numpy as np

from helpers.models import encoder_decoder, exact, learn
from helpers.tasks import ISO, WRITTEN, copying, date_pairs, date_texts, rows_of, split_days
from helpers.tasks.pairs import FIRST, PAD

COPY = {"rate": 0.02, "updates": 400, "slower": [[0.8, 0.2]], "units": 32, "batch": 16}
DATE = COPY | {"slower": [[0.7, 0.3], [0.9, 0.1]]}
SETTINGS = {
    "networks": "LSTMs, Keras's start; Adam, clipped at norm 1",
    "in each row": 2,
    "to test": 500,
    "texts to learn from": 6000,
    "copying": {
        "as is": COPY | {"turned": False, "looks": None},
        "reversed": COPY | {"turned": True, "looks": None},
        "as is, looking after": COPY | {"turned": False, "looks": "after"},
        "reversed, looking after": COPY | {"turned": True, "looks": "after"},
        "as is, looking before": COPY | {"turned": False, "looks": "before"},
        "reversed, looking before": COPY | {"turned": True, "looks": "before"},
    },
    "dates": {
        "plain": DATE | {"both_ways": False, "looks": None},
        "both ways": DATE | {"both_ways": True, "looks": None},
        "looking after": DATE | {"both_ways": False, "looks": "after"},
        "both ways, looking after": DATE | {"both_ways": True, "looks": "after"},
        "plain, twice as large, given time": DATE
        | {"both_ways": False, "looks": None}
        | {"units": 64, "batch": 32, "rate": 0.01, "updates": 1000},
    },
}
SEEDS = range(1, 13)
TOLERANCE = 0.05
EARLY = {
    task: {name: recipe | {"updates": 40} for name, recipe in SETTINGS[task].items()}
    for task in ("copying", "dates")
}
PART = {"dates": {k: v for k, v in SETTINGS["dates"].items() if "given time" not in k}}
ONE_OF = "copying", "dates"


def row(seed):
    """Return the share that each network writes without a mistake, by recipe."""
    copied = {name: copy(seed, **recipe) for name, recipe in SETTINGS["copying"].items()}
    dated, at_the_day = {}, {}
    for name, recipe in SETTINGS["dates"].items():
        dated[name], looked = date(seed, **recipe)
        at_the_day |= {} if looked is None else {name: looked}
    return {"seed": seed, "copying": copied, "dates": dated, "at the day": at_the_day}


def copy(seed, *, turned, looks, units, batch, **recipe):
    """Train networks to copy; return how much each copies."""
    rng, networks = np.random.default_rng(seed), SETTINGS["in each row"]
    network = encoder_decoder(rng, 13, 13, units, looks=looks, networks=networks)

    def draw(rng):
        return copying(rng, (networks, batch), 4, 10, turned=turned)

    learn(network, draw, rng, **recipe)
    test = copying(rng, (1, SETTINGS["to test"]), 4, 10, turned=turned)
    return exact(network, *test).mean(axis=-1).tolist()


def date(seed, *, both_ways, looks, units, batch, **recipe):
    """Train networks to write out dates; return how many each gets right on other days.

    And, of those that look, how far each looks at the two digits of the day, (networks, 2).
    """
    rng, networks = np.random.default_rng(seed), SETTINGS["in each row"]
    days, others = split_days(rng, 2000)
    pairs = date_pairs(*date_texts(rng, days, SETTINGS["texts to learn from"]))
    sizes = len(WRITTEN) + FIRST, len(ISO) + FIRST, units
    options = {"both_ways": both_ways, "looks": looks, "networks": networks}
    network = encoder_decoder(rng, *sizes, **options)

    def draw(rng):
        source, target = rows_of(rng, pairs, (networks, batch))
        return source[..., : (source != PAD).any(axis=(0, 1)).sum()], target

    learn(network, draw, rng, **recipe)
    source, target = date_pairs(*date_texts(rng, others, SETTINGS["to test"]))
    right = exact(network, source[np.newaxis], target[np.newaxis]).mean(axis=-1).tolist()
    return right, None if looks is None else at_digits_of_day(network).tolist()


def at_digits_of_day(network):
    """Return how far each network looks at a digit of the day while it writes it."""
    forms = "{} march 1987", "1987-03-{}"
    pairs = date_pairs(*[[form.format(day) for day in range(10, 29)] for form in forms])
    source, target = (rows[np.newaxis] for rows in pairs)
    network.forward(source, target)
    looked = network.layers[1].attention[..., (8, 9), (0, 1)]  # steps, and places
    return looked.mean(axis=-2).astype(float).round(3)
