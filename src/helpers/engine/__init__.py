"""A neural network in NumPy: layers, losses, optimizers, and the loop that trains.

To learn how it works, read `plain.py`: a whole recurrent network that learns a text,
and writes, with nothing else in view.  Then `plain_lstm.py`, an LSTM in the same form,
and `step` and `step_back` of SimpleRNN, in `recurrent.py`, and of LSTM and GRU, in
`gated.py`: the same equations, for batches and ensembles.  All else is to use them.

`attention.py` looks back at states that were kept; `decoders.py` has layers that write
and look, `bidirectional.py` two layers in one.

`layers.py` has what all layers share, `doors.py` how their callers come in, `starts.py`
how weights start, `owners.py` whose arrays are whose.  `network.py` puts layers on one
another, and `trainable.py` their weights into one array; `losses.py` says how wrong
they are, `optimizers.py` makes a step of that, `training.py` many, and
`gradient_check.py` measures whether the gradients are right.  What is given is looked
at by the checks of `helpers.lesson.arguments`: `whole`, `floats`, `require` and others.

All together, on a task that asks for a memory, to say what was read two steps ago:

    import numpy as np
    from helpers.engine import Adam, Dense, Network, SimpleRNN, fit, squared_error

    rng = np.random.default_rng(1)
    layers = [SimpleRNN(1, 8, rng, return_sequences=True), Dense(8, 1, rng)]
    network = Network(layers, squared_error)
    x = rng.choice([-1.0, 1.0], (512, 20, 1))  # (batch, time, features)
    said = np.concatenate([np.zeros((512, 2, 1)), x[:, :-2]], axis=1)
    losses = fit(network, x, said, Adam(0.01), batch=32, epochs=20, rng=rng)

The losses fall from above 1 to below 0.02; without a memory they would stay at 0.9, as
18 of 20 targets cannot be told.
"""

from helpers.engine.attention import AdditiveAttention, Attention
from helpers.engine.bidirectional import Bidirectional
from helpers.engine.decoders import BahdanauDecoder, LuongDecoder, VectorDecoder
from helpers.engine.doors import Door
from helpers.engine.gated import GRU, LSTM
from helpers.engine.gradient_check import (
    check_gradients, independent_directions, jacobian,
)
from helpers.engine.layers import Dense, Embedding, Layer
from helpers.engine.losses import (
    sigmoid, sigmoid_cross_entropy, softmax, softmax_cross_entropy, squared_error,
)
from helpers.engine.network import Network
from helpers.engine.optimizers import SGD, Adam, Optimizer, RMSProp, clip_by_global_norm
from helpers.engine.recurrent import Recurrent, SimpleRNN
from helpers.engine.starts import glorot_uniform, orthogonal
from helpers.engine.trainable import Trainable
from helpers.engine.training import (
    all_or_nothing, by_windows, fit, fit_fresh, update,
)
