"""The small package that the notebooks of *What RNNs Learn* call.

One module, one concept; a notebook imports the modules it needs.  Nothing is
imported here, so that `import helpers` costs next to nothing.  Only
`keras_models` loads TensorFlow; matplotlib and SciPy are loaded by the functions
that need them.

Conventions, everywhere: batch first, shapes as `(batch, time, features)`;
Keras's names `kernel` (W), `recurrent_kernel` (U), `bias` (b); randomness only
through a `numpy.random.Generator` that the caller passes in; bad input raises
ValueError with the argument's name, what was given and what was expected.
"""
