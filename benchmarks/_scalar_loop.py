"""The binary adder as the classic tutorial trains it, for comparison alone.

It follows P. Roelants, "How to implement an RNN, part 2", in what is computed: an object
for each operation, a tensordot for each product, the slope along the inputs as well, the
loss after each update, and each of the 28 parameters changed by itself through np.nditer.
"""

from itertools import chain

import numpy as np


def each_number(arrays, **options):
    """Return an iterator over every number of the arrays."""
    return chain(*(np.nditer(array, **options) for array in arrays))


class Linear:
    """x W + b over the last axis."""

    def __init__(self, weight, bias):
        """Keep the weights."""
        self.weight, self.bias = weight, bias

    def forth(self, inputs):
        """Return the outputs."""
        return np.tensordot(inputs, self.weight, axes=(-1, 0)) + self.bias

    def back(self, inputs, slopes):
        """Return the slopes along the inputs, the weight and the bias."""
        rows = tuple(range(inputs.ndim - 1))
        along_weight = np.tensordot(inputs, slopes, axes=(rows, rows))
        along_inputs = np.tensordot(slopes, self.weight.T, axes=(-1, 0))
        return along_inputs, along_weight, slopes.sum(axis=rows)


class Tanh:
    """The bend of a state."""

    def forth(self, inputs):
        """Return the outputs."""
        return np.tanh(inputs)

    def back(self, outputs, slopes):
        """Return the slopes along the inputs."""
        return (1.0 - outputs**2) * slopes


class Step:
    """One step: from the projected input and a state to the next state."""

    def __init__(self, weight, bias):
        """Keep the operations."""
        self.linear, self.tanh = Linear(weight, bias), Tanh()

    def forth(self, projected, state):
        """Return the next state."""
        return self.tanh.forth(projected + self.linear.forth(state))

    def back(self, before, after, slopes):
        """Return the slopes along the projected input, the state, the weight, the bias."""
        along_z = self.tanh.back(after, slopes)
        return along_z, *self.linear.back(before, along_z)


class Walk:
    """All steps, one after another."""

    def __init__(self, weight, bias, begin):
        """Keep the step and the state that it begins with."""
        self.step, self.begin = Step(weight, bias), begin

    def forth(self, projected):
        """Return all states (batch, steps + 1, units)."""
        batch, steps, units = projected.shape
        states = np.zeros((batch, steps + 1, units))
        states[:, 0, :] = self.begin
        for k in range(steps):
            states[:, k + 1, :] = self.step.forth(projected[:, k, :], states[:, k, :])
        return states

    def back(self, states, slopes):
        """Return the slopes along the projected inputs, the weight, the bias, the begin."""
        along_z, along_state = np.zeros_like(slopes), np.zeros_like(slopes[:, 0, :])
        along_weight = np.zeros_like(self.step.linear.weight)
        along_bias = np.zeros_like(self.step.linear.bias)
        for k in reversed(range(slopes.shape[1])):
            along_state += slopes[:, k, :]
            along_z[:, k, :], along_state, weight, bias = self.step.back(
                states[:, k, :], states[:, k + 1, :], along_state
            )
            along_weight += weight
            along_bias += bias
        return along_z, along_weight, along_bias, along_state.sum(axis=0)


class Adder:
    """The network: input, walk, output, logistic function."""

    def __init__(self, states, rng):
        """Draw the weights."""
        shapes = [(2, states), (states,), (states, states), (states,), (states,), (states, 1), (1,)]
        self.weights = [rng.uniform(-1, 1, shape) for shape in shapes]
        W, b, U, c, begin, V, d = self.weights
        self.input, self.walk, self.output = Linear(W, b), Walk(U, c, begin), Linear(V, d)

    def forth(self, inputs):
        """Return the states and the outputs."""
        states = self.walk.forth(self.input.forth(inputs))
        return states, 1 / (1 + np.exp(-self.output.forth(states[:, 1:, :])))

    def back(self, inputs, targets):
        """Return the slope along every parameter."""
        states, outputs = self.forth(inputs)
        slopes = (outputs - targets) / (outputs.shape[0] * outputs.shape[1])
        along_states, V, d = self.output.back(states[:, 1:, :], slopes)
        along_z, U, c, begin = self.walk.back(states, along_states)
        _, W, b = self.input.back(inputs, along_z)
        return list(each_number([W, b, U, c, begin, V, d]))

    def loss(self, inputs, targets):
        """Return the mean cross-entropy."""
        _, outputs = self.forth(inputs)
        return -np.mean(targets * np.log(outputs) + (1 - targets) * np.log(1 - outputs))


def train(inputs, targets, states, updates, *, rate, decay, momentum, epsilon):
    """Return the loss after each update by RMSProp with Nesterov's momentum."""
    network = Adder(states, np.random.default_rng(1))
    count = sum(weight.size for weight in network.weights)
    squares, velocity, losses = [0.0] * count, [0.0] * count, []
    for _ in range(updates):
        ahead = [momentum * each for each in velocity]
        for k, parameter in enumerate(each_number(network.weights, op_flags=["readwrite"])):
            parameter += ahead[k]
        slopes = network.back(inputs, targets)
        for k, parameter in enumerate(each_number(network.weights, op_flags=["readwrite"])):
            squares[k] = decay * squares[k] + (1 - decay) * slopes[k] ** 2
            step = rate * slopes[k] / np.sqrt(squares[k] + epsilon)
            velocity[k] = ahead[k] - step
            parameter -= step
        losses.append(network.loss(inputs, targets))
    return losses
