"""The one fixed environment in which notebooks are executed, tested and read.

Run a command inside it with `python -m helpers.lesson.environment COMMAND ARG …`.  What
a shell, a home folder or a file of settings says of these things does not matter; for a
run that shall be otherwise, name it: `… environment OMP_NUM_THREADS=2 COMMAND ARG …`.
"""

import os
import sys

NOWHERE = os.path.join(os.devnull, "nowhere")  # a folder that cannot be
# where matplotlib keeps its list of fonts, and finds no settings of a user's
FIGURES = os.path.join(sys.prefix, "etc", "matplotlib")

# Set before Python, NumPy or TensorFlow start: each of them reads its own only once.
FIXED = {
    # no user's start-up files and settings: a folder of this Python's own
    "IPYTHONDIR": os.path.join(sys.prefix, "etc", "ipython"),
    "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this Python, not a user's own
    "KERAS_BACKEND": "tensorflow",
    "KERAS_HOME": NOWHERE,  # no keras.json
    # glibc gives large arrays back to the system; to get them again costs page faults
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TOP_PAD_": "67108864",
    "MALLOC_TRIM_THRESHOLD_": "2147483648",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",  # small matrices: a second BLAS thread only gets in the way
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # a debugger's warning at kernel start
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",  # texts have signs that the letters of some places cannot write
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # oneDNN sums in another order from CPU to CPU
}
# What begins like this would change how Python, or a package of ours, works.
OWNED = ("AUTOGRAPH_", "DNNL_", "KERAS_", "KMP_", "MKL_", "NPY_", "NUMPY_", "OMP_",
         "ONEDNN_", "OPENBLAS_", "PANDAS_", "PROTOCOL_BUFFERS_", "PYTHON", "SCIPY_",
         "TF_", "TQDM_", "XLA_")  # fmt: skip
LEFT = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONNOUSERSITE", "PYTHONPATH",
        "PYTHONPYCACHEPREFIX", "PYTHONUNBUFFERED", "PYTHONUSERBASE")  # fmt: skip
# What else would change a kernel, a test or the lock: not set, either.
CLEARED = (
    "CHECK_RECORD", "CLICOLOR_FORCE", "FORCE_COLOR", "GLIBC_TUNABLES",
    "JOBLIB_START_METHOD", "JUPYTER_PATH", "LOKY_PICKLER", "MATPLOTLIBRC",
    "PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_PLUGINS",
    "SOURCE_DATE_EPOCH", "UV_CONSTRAINT", "UV_EXCLUDE_NEWER", "UV_OVERRIDE",
    "UV_PRERELEASE", "UV_RESOLUTION",
)  # fmt: skip
ASKED = "WHAT_RNNS_LEARN_ASKED"  # names, which whatever starts inside keeps


def fix(variables):
    """Set each FIXED variable, and clear the others, but those that were asked for."""
    asked = variables.get(ASKED, "").split()
    for name in [each for each in variables if is_owned(each) and each not in asked]:
        del variables[name]
    variables.update({name: FIXED[name] for name in FIXED if name not in asked})
    if "MPLCONFIGDIR" not in asked and writable(FIGURES):
        variables["MPLCONFIGDIR"] = FIGURES  # else a home folder has to do
    if "HOME" not in variables and os.path.expanduser("~") == "~":
        variables["HOME"] = os.sep  # a user without one, of whom no list of users knows


def is_owned(name):
    """Tell whether a variable is the fixed environment's, and not of anybody else."""
    return name in CLEARED or (name.startswith(OWNED) and name not in LEFT)


def writable(folder):
    """Tell whether a folder can be written to; make it if need be."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def ask(variables, words):
    """Take over the words NAME=VALUE that `words` begins with; return the rest."""
    while words and "=" in words[0]:
        name, _, value = words[0].partition("=")
        variables[name], words = value, words[1:]
        variables[ASKED] = f"{variables.get(ASKED, '')} {name}".strip()
    return words


if __name__ == "__main__":
    command = ask(os.environ, sys.argv[1:])
    fix(os.environ)
    if not command:
        sys.exit("usage: … helpers.lesson.environment [NAME=VALUE …] COMMAND [ARG …]")
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")
