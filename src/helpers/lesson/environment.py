"""The one fixed environment in which notebooks are executed, tested and read.

Run a command inside it with `python -m helpers.lesson.environment COMMAND ARG …`.
"""

import os
import sys

# What a shell has set already is kept, so that a test can ask for something else.
# Set before Python, NumPy or TensorFlow start: each of them reads its own only once.
FIXED = {
    "KERAS_BACKEND": "tensorflow",
    # glibc gives large arrays back to the system; to get them again costs page faults
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TOP_PAD_": "67108864",
    "MALLOC_TRIM_THRESHOLD_": "2147483648",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",  # small matrices: a second BLAS thread only gets in the way
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # a debugger's warning at kernel start
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # oneDNN sums in another order from CPU to CPU
}


def fix(variables):
    """Set each FIXED variable in the mapping `variables` that it does not set yet."""
    for name, value in FIXED.items():
        variables.setdefault(name, value)


if __name__ == "__main__":
    fix(os.environ)
    os.execvp(sys.argv[1], sys.argv[1:])
