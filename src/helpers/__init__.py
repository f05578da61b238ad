"""The small package that the notebooks of *What RNNs Learn* call: six rooms.

inside   what a trained network knows: machines, proofs, probes, gates, forgetting
models   the networks that lessons build; `keras_models` alone loads TensorFlow
figures  the one style, and all pictures; alone it loads matplotlib
tasks    what networks are asked to do
engine   a neural network in NumPy: the room to read first
lesson   what any lesson needs: check, show_source, recorded studies, rates

A room hands on what lessons use: `from helpers.engine import LSTM, Network, fit`.
inside may import models, and both may import tasks, engine and lesson; figures, tasks
and engine may import lesson alone.  A test holds that.

Everywhere: batch first, (batch, time, features); Keras's names `kernel` (W),
`recurrent_kernel` (U), `bias` (b); randomness from a `numpy.random.Generator` that the
caller passes in; bad input raises ValueError that names the argument, what was given
and what was expected.
"""
