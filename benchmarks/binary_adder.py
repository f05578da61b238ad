"""Training of the binary adder (batch 100, 7 steps, 3 states), for one network.

A hundred updates by RMSProp with momentum: a scalar loop, as the classic tutorial has it,
then ours, alone and with R networks at once, then the frameworks.
"""

import importlib.util
from functools import partial

import numpy as np

from benchmarks import _scalar_loop
from helpers.engine import RMSProp, update
from helpers.models import RECIPE, untrained_adders

UPDATES, BATCH, STEPS, STATES = 100, 100, 7, 3


def tables():
    """Yield the trainings to time, by name."""
    rng = np.random.default_rng(1)
    data = tuple(rng.integers(0, 2, (BATCH, STEPS, width)).astype(float) for width in (2, 1))
    found = {"scalar loop": scalar_loop(*data)}
    for networks in (None, 16, 256):
        found[f"ours, {networks or 1} at once"] = ours(*data, networks)
    for networks in (16, 256):
        name = f"ours in float32, {networks} at once"
        found[name] = ours(*data, networks, np.float32)
    found["Keras fit"] = keras_fit(*data)
    found["Keras train_on_batch"] = keras_train_on_batch(*data)
    if importlib.util.find_spec("torch"):
        found["PyTorch, eager"] = torch_eager(*data)
    if importlib.util.find_spec("jax"):
        found["JAX, compiled"] = jax_compiled(*data)
    yield f"{UPDATES} updates", found


def scalar_loop(inputs, targets):
    """Return a training as the classic tutorial has it."""

    def train():
        _scalar_loop.train(inputs, targets, STATES, UPDATES, **RECIPE)

    return train


def ours(inputs, targets, networks=None, dtype=np.float64):
    """Return a training with helpers, which returns how many networks it trained."""
    update = our_update(inputs, targets, networks, dtype)

    def train():
        for _ in range(UPDATES):
            update()
        return networks or 1

    return train


def our_update(inputs, targets, networks=None, dtype=np.float64):
    """Return an update with helpers."""
    network = untrained_adders(np.random.default_rng(1), networks, STATES, dtype=dtype)
    inputs, targets = inputs.astype(dtype), targets.astype(dtype)
    optimizer = RMSProp(**RECIPE)
    if networks:
        inputs, targets = inputs[np.newaxis], targets[np.newaxis]
    return partial(update, network, inputs, targets, optimizer)


def keras_network():
    """Return the same network in Keras."""
    from helpers.models.keras_models import keras

    network = keras.Sequential(
        [
            keras.Input((STEPS, 2)),
            keras.layers.SimpleRNN(STATES, return_sequences=True, unroll=True),
            keras.layers.Dense(1),
        ]
    )
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    network.compile(keras.optimizers.RMSprop(0.05, rho=0.5, momentum=0.8), loss)
    return network


def keras_fit(inputs, targets):
    """Return a training by `fit`: a batch in an epoch, as many epochs as updates."""
    options = {"batch_size": BATCH, "epochs": UPDATES, "verbose": 0}
    network = keras_network()

    def train():
        network.fit(inputs, targets, **options)

    return train


def keras_train_on_batch(inputs, targets):
    """Return a training by `train_on_batch`."""
    network = keras_network()

    def train():
        for _ in range(UPDATES):
            network.train_on_batch(inputs, targets)

    return train


def torch_eager(inputs, targets):
    """Return a training in PyTorch, eager, on one thread, in float64 as ours."""
    import torch

    torch.set_num_threads(1)
    rnn = torch.nn.RNN(2, STATES, batch_first=True).double()
    dense = torch.nn.Linear(STATES, 1).double()
    optimizer = torch.optim.RMSprop(
        [*rnn.parameters(), *dense.parameters()], 0.05, alpha=0.5, momentum=0.8
    )
    loss_of = torch.nn.BCEWithLogitsLoss()
    inputs, targets = torch.tensor(inputs), torch.tensor(targets)

    def train():
        for _ in range(UPDATES):
            optimizer.zero_grad()
            hidden, _ = rnn(inputs)
            loss_of(dense(hidden), targets).backward()
            optimizer.step()

    return train


def jax_compiled(inputs, targets):
    """Return a training in JAX: an update is one compiled call, in float64 as ours."""
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
    draw = np.random.default_rng(1).normal
    shapes = [(2, STATES), (STATES, STATES), (STATES,), (STATES,), (STATES, 1), (1,)]
    weights = [jnp.asarray(draw(size=shape)) for shape in shapes]

    def loss(weights):
        W, U, b, h, V, c = weights
        logits = []
        for x in inputs.swapaxes(0, 1):
            h = jnp.tanh(x @ W + h @ U + b)
            logits.append(h @ V + c)
        z = jnp.stack(logits, axis=1)
        return jnp.mean(jnp.maximum(z, 0) - z * targets + jnp.log1p(jnp.exp(-jnp.abs(z))))

    @jax.jit
    def update(weights, squares, velocity):
        slopes = jax.grad(loss)(weights)
        squares = [0.5 * s + 0.5 * g**2 for s, g in zip(squares, slopes, strict=True)]
        steps = [0.05 * g / jnp.sqrt(s + 1e-6) for s, g in zip(squares, slopes, strict=True)]
        velocity = [0.8 * v - step for v, step in zip(velocity, steps, strict=True)]
        return [w + v for w, v in zip(weights, velocity, strict=True)], squares, velocity

    zeros = [jnp.zeros_like(weight) for weight in weights]

    def train():
        state = weights, zeros, zeros
        for _ in range(UPDATES):
            state = update(*state)
        jax.block_until_ready(state)

    return train
