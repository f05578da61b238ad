"""Training of an LSTM on characters (64 steps, vocabulary 60, float32, one thread).

An update by Adam: ours, Keras `fit`, PyTorch where it is installed, and the matrix
products alone, which bound all of them.
"""

import importlib.util

import numpy as np

from helpers.engine import LSTM, Adam, Dense, Network, softmax_cross_entropy, update

UNIT = "thousand characters"
STEPS, SYMBOLS = 64, 60
KERAS_UPDATES = 8  # in a call of fit, which costs something by itself


def tables():
    """Yield the trainings to time, by hidden size and batch."""
    for units in (64, 128):
        for batch in (32, 64):
            rng = np.random.default_rng(1)
            texts = rng.integers(0, SYMBOLS, (2, batch, STEPS))
            found = {"Keras fit": keras_fit(units, *texts), "ours": ours(units, *texts)}
            if importlib.util.find_spec("torch"):
                found["PyTorch"] = torch_eager(units, *texts)
            found["matrix products alone"] = products(units, batch)
            updates = {name: KERAS_UPDATES if "Keras" in name else 1 for name in found}
            yield (
                f"{units} units, batch {batch}",
                {
                    name: counted(function, updates[name] * batch * STEPS / 1000)
                    for name, function in found.items()
                },
            )


def counted(function, work):
    """Return a function that does the same, and returns how much work it did."""

    def run():
        function()
        return work

    return run


def ours(units, inputs, targets):
    """Return an update with helpers."""
    rng, options = np.random.default_rng(1), {"dtype": np.float32}
    lstm = LSTM(SYMBOLS, units, rng, return_sequences=True, **options)
    network = Network([lstm, Dense(units, SYMBOLS, rng, **options)], softmax_cross_entropy)
    optimizer = Adam()
    return lambda: update(network, inputs, targets, optimizer)


def keras_fit(units, inputs, targets):
    """Return some updates by Keras `fit`, all on such a batch."""
    from helpers.models.keras_models import keras

    network = keras.Sequential(
        [
            keras.Input((STEPS,), dtype="int32"),
            keras.layers.Embedding(
                SYMBOLS, SYMBOLS, embeddings_initializer="identity", trainable=False
            ),
            keras.layers.LSTM(units, return_sequences=True),
            keras.layers.Dense(SYMBOLS),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile("adam", loss)
    options = {"batch_size": len(inputs), "shuffle": False, "verbose": 0}
    inputs, targets = (np.tile(text, (KERAS_UPDATES, 1)) for text in (inputs, targets))
    return lambda: network.fit(inputs, targets, **options)


def torch_eager(units, inputs, targets):
    """Return an update in PyTorch, eager, on one thread."""
    import torch

    torch.set_num_threads(1)
    lstm = torch.nn.LSTM(SYMBOLS, units, batch_first=True)
    dense = torch.nn.Linear(units, SYMBOLS)
    optimizer = torch.optim.Adam([*lstm.parameters(), *dense.parameters()])
    loss_of = torch.nn.CrossEntropyLoss()
    inputs, targets = torch.tensor(inputs), torch.tensor(targets).reshape(-1)

    def update():
        optimizer.zero_grad()
        hidden, _ = lstm(torch.nn.functional.one_hot(inputs, SYMBOLS).float())
        loss_of(dense(hidden).reshape(-1, SYMBOLS), targets).backward()
        optimizer.step()

    return update


def products(units, batch):
    """Return the matrix products of an update, on arrays of the right sizes."""
    rows, gates = batch * STEPS, 4 * units
    draw = np.random.default_rng(1).standard_normal
    sizes = [(batch, units), (units, gates), (batch, gates), (rows, units), (rows, gates)]
    h, U, dz, all_h, all_dz = (draw(size, np.float32) for size in sizes)
    sizes = [(rows, SYMBOLS), (units, SYMBOLS), (rows, SYMBOLS)]
    one_hot, V, slopes = (draw(size, np.float32) for size in sizes)

    def multiply():
        for _ in range(STEPS):
            h @ U, dz @ U.T  # forward: the inputs are looked up; and back
        all_h.T @ all_dz, one_hot.T @ all_dz  # the slopes along U and W
        all_h @ V, all_h.T @ slopes, slopes @ V.T  # the output layer, forward and back

    return multiply
