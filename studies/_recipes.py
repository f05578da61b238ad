"""What the studies of lessons 2 and 3 share: one network, one seed, many recipes."""

import numpy as np

from helpers.tasks import every_triple, random_digits


def variants(classic, lesson):
    """Return recipes by name: the classic one and the lesson's, and what differs in one thing."""
    return {
        "classic from U = +1": classic | {"U": 1},
        "classic from U = 0": classic | {"U": 0},
        "classic from U = -1": classic | {"U": -1},
        "lesson": lesson,
        "lesson from U = -1": lesson | {"U": -1},
        "lesson, random triples": lesson | {"sequences": 1_000},
        # as many updates, of 8 sequences in place of 20
        "lesson, batches of 8": lesson | {"batch": 8, "epochs": lesson["epochs"] * 8 // 20},
        "lesson, no decay": lesson | {"decay": False},
    }


def toss_of_keras(build, seed):
    """Return the sign that Keras would give U at this seed: 1 or -1."""
    from helpers.models.keras_models import reproducible

    reproducible(seed)
    return round(build(recurrent="orthogonal").get_weights()[-2].item())


def trained(build, encode, recipe, seed):
    """Build a network, train it by `recipe`, and return its weights as Keras orders them.

    build    takes `recurrent=`, the start of U, and returns a network
    encode   turns digits (batch, 3) into what the network reads
    recipe   U, sequences ("every triple", or how many random ones), batch, epochs, rate, decay
    """
    from helpers.models.keras_models import reproducible, train

    reproducible(seed)
    network = build(recurrent=recipe["U"])
    digits = sequences_of(recipe["sequences"], seed)
    options = {key: recipe[key] for key in ("batch", "epochs", "rate", "decay")}
    targets = digits.sum(axis=1, keepdims=True)
    train(network, encode(digits), targets, **options, steps_per_record=50)
    return network.get_weights()


def sequences_of(which, seed):
    """Return the digits that a recipe trains on."""
    if which == "every triple":
        return every_triple()
    return random_digits(np.random.default_rng(seed), which, 3)


def end_of(weights):
    """Return what a network adds for each digit, and its U, as the lessons read them."""
    *embedding, kernel, recurrent_kernel, bias = weights
    table = (embedding[0] @ kernel if embedding else kernel) + bias
    return {"table": rounded(table), "U": rounded(recurrent_kernel)[0]}


def rounded(weight):
    """Return the numbers of a weight in one list, to six decimals."""
    return [round(float(number), 6) for number in np.ravel(weight)]
