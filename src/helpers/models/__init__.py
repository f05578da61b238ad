"""The networks that lessons build, how they are trained, and how well they do.

`keras_models` has those in Keras, and is no part of this face: it loads TensorFlow.
"""

from helpers.models.adders import (
    RECIPE, Adder, adder_of, bits_right, hand_built, some_of, trained_adders,
    untrained_adders, wrong_by_line,
)
from helpers.models.captioners import Captioner, Eyes, captioner, looks_at_objects
from helpers.models.encoder_decoders import EncoderDecoder, encoder_decoder, learn
from helpers.models.predictors import (
    probabilities, says_right, state_distances, teach, trained_predictors,
    untrained_predictors, word_probability,
)
from helpers.models.readers import (
    all_right, learn_text, learn_to_count, mean_loss, reader, right_up_to,
    windows_of,
)
from helpers.models.sampling import exact, fed_back, greedy, likeliest, sample
from helpers.models.sums import (
    MEAN, VARIANCE, best_loss, largest_error, learned, read_digits, share_right,
)
