"""Training of the binary adder (batch 100, 7 steps, 3 states): ours, a scalar loop, Keras.

100 updates, or as many as one of R networks gets when R are trained at once.  The first
contestant is written as the classic tutorial is (P. Roelants, "How to implement an RNN,
part 2"): a class for each operation, and each parameter changed by itself, in Python,
through np.nditer.  PyTorch and JAX join where they are installed.
"""

import importlib.util
from functools import partial

import numpy as np

UPDATES, BATCH, STEPS, STATES = 100, 100, 7, 3
RECIPE = {"rate": 0.05, "decay": 0.5, "momentum": 0.8, "epsilon": 1e-6}


def contestants():
    """Return what is timed, by name; each works for one network and 100 updates."""
    rng = np.random.default_rng(1)
    inputs = rng.integers(0, 2, (BATCH, STEPS, 2)).astype(float)
    targets = rng.integers(0, 2, (BATCH, STEPS, 1)).astype(float)
    ours = {
        f"ours, {networks or 1} at once": partial(train_ours, inputs, targets, networks)
        for networks in (None, 16, 256)
    }
    frameworks = {
        "Keras fit": partial(train_keras, inputs, targets),
        "Keras train_on_batch": partial(train_keras, inputs, targets, by_batch=True),
    }
    if importlib.util.find_spec("torch"):
        frameworks["PyTorch, eager"] = partial(train_torch, inputs, targets)
    return {"scalar loop": partial(train_scalar, inputs, targets)} | ours | frameworks


def train_ours(inputs, targets, networks):
    """Train with helpers; return how many networks the time is for."""
    from helpers.layers import Dense
    from helpers.losses import sigmoid_cross_entropy
    from helpers.networks import Network
    from helpers.optimizers import RMSProp
    from helpers.simple_rnn import SimpleRNN
    from helpers.training import update

    rng, kind = np.random.default_rng(1), {"networks": networks}
    rnn = SimpleRNN(2, STATES, rng, return_sequences=True, learn_initial_state=True, **kind)
    network = Network([rnn, Dense(STATES, 1, rng, **kind)], sigmoid_cross_entropy)
    optimizer = RMSProp(**RECIPE)
    if networks:
        inputs, targets = inputs[np.newaxis], targets[np.newaxis]
    for _ in range(UPDATES):
        update(network, inputs, targets, optimizer)
    return networks or 1


def train_keras(inputs, targets, by_batch=False):
    """Train the same network in Keras."""
    from helpers.keras_models import keras

    network = keras.Sequential(
        [
            keras.Input((STEPS, 2)),
            keras.layers.SimpleRNN(STATES, return_sequences=True, unroll=True),
            keras.layers.Dense(1),
        ]
    )
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    network.compile(keras.optimizers.RMSprop(0.05, rho=0.5, momentum=0.8), loss)
    if by_batch:
        for _ in range(UPDATES):
            network.train_on_batch(inputs, targets)
    else:
        network.fit(inputs, targets, batch_size=BATCH, epochs=UPDATES, verbose=0)


def train_torch(inputs, targets):
    """Train the same network in PyTorch, eager, on one thread."""
    import torch

    torch.set_num_threads(1)
    rnn = torch.nn.RNN(2, STATES, batch_first=True).double()
    dense = torch.nn.Linear(STATES, 1).double()
    weights = [*rnn.parameters(), *dense.parameters()]
    optimizer = torch.optim.RMSprop(weights, 0.05, alpha=0.5, momentum=0.8)
    loss_of = torch.nn.BCEWithLogitsLoss()
    x, t = torch.tensor(inputs), torch.tensor(targets)
    for _ in range(UPDATES):
        optimizer.zero_grad()
        hidden, _ = rnn(x)
        loss_of(dense(hidden), t).backward()
        optimizer.step()


def train_scalar(inputs, targets):
    """Train with every parameter changed by itself."""
    network = ScalarLoop(np.random.default_rng(1))
    count = sum(array.size for array in network.weights)
    squares, velocity = [0.0] * count, [0.0] * count
    for _ in range(UPDATES):
        ahead = [RECIPE["momentum"] * each for each in velocity]
        for k, parameter in enumerate(network.parameters()):
            parameter += ahead[k]
        slopes = network.slopes(inputs, targets)
        for k, parameter in enumerate(network.parameters()):
            squares[k] = RECIPE["decay"] * squares[k] + (1 - RECIPE["decay"]) * slopes[k] ** 2
            step = RECIPE["rate"] * slopes[k] / np.sqrt(squares[k] + RECIPE["epsilon"])
            velocity[k] = ahead[k] - step
            parameter -= step


class ScalarLoop:
    """The adder as a chain of small operations, each with a forth and a back."""

    def __init__(self, rng):
        """Draw the weights: of the input, the state and the output."""
        self.W, self.b = rng.normal(size=(2, STATES)), np.zeros(STATES)
        self.U, self.h_0 = rng.normal(size=(STATES, STATES)), np.zeros(STATES)
        self.V, self.c = rng.normal(size=(STATES, 1)), np.zeros(1)
        self.weights = [self.W, self.b, self.U, self.h_0, self.V, self.c]

    def parameters(self):
        """Yield every parameter as something that can be changed in place."""
        for weight in self.weights:
            yield from np.nditer(weight, op_flags=["readwrite"])

    def slopes(self, inputs, targets):
        """Return the slope of the mean loss along every parameter, in their order."""
        projected = np.tensordot(inputs, self.W, axes=((-1), (0))) + self.b
        states = np.zeros((len(inputs), STEPS + 1, STATES))
        states[:, 0] = self.h_0
        for k in range(STEPS):
            states[:, k + 1] = np.tanh(projected[:, k] + states[:, k] @ self.U)
        logits = np.tensordot(states[:, 1:], self.V, axes=((-1), (0))) + self.c
        outputs = 1 / (1 + np.exp(-logits))
        along_logits = (outputs - targets) / targets.size
        along_V = np.tensordot(states[:, 1:], along_logits, axes=((0, 1), (0, 1)))
        along_states = np.tensordot(along_logits, self.V.T, axes=((-1), (0)))
        along_z, along_U = np.zeros_like(projected), np.zeros_like(self.U)
        along_h = np.zeros((len(inputs), STATES))
        for k in reversed(range(STEPS)):
            along_h = along_h + along_states[:, k]
            along_z[:, k] = along_h * (1 - states[:, k + 1] ** 2)
            along_U += states[:, k].T @ along_z[:, k]
            along_h = along_z[:, k] @ self.U.T
        along_W = np.tensordot(inputs, along_z, axes=((0, 1), (0, 1)))
        slopes = [along_W, along_z.sum((0, 1)), along_U, along_h.sum(0), along_V]
        slopes.append(along_logits.sum((0, 1)))
        return [slope for array in slopes for slope in np.nditer(array)]
