"""Run many independent jobs on all cores, under a progress bar."""

import contextlib
import signal
from multiprocessing import resource_tracker

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError
from tqdm import tqdm

DIED = (
    "a worker died: was there too little memory?"
    " With LOKY_MAX_CPU_COUNT=1 before make one job runs at a time"
)


@contextlib.contextmanager
def unheard(*numbers):
    """Let processes that start here never hear some signals; if one comes, we hear it after."""
    resource_tracker.ensure_running()  # Python 3.11 would start it, and then hear everything
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run_each(function, arguments, what):
    """Yield `function(argument)` for each argument, in their order, each once it is there.

    The backend is joblib's current one, so that a caller may choose another, such as
    a Dask cluster, with `joblib.parallel_config` and nothing here changes.  OSError
    if a process of the usual one dies, as where memory is short.
    """
    jobs = (joblib.delayed(function)(argument) for argument in arguments)
    # a terminal sends Ctrl-C, and that it is closed, to workers, too: they would say so at length
    with joblib.parallel_config(n_jobs=-1), unheard(signal.SIGINT, signal.SIGHUP):
        results = joblib.Parallel(return_as="generator")(jobs)
    try:
        yield from tqdm(results, total=len(arguments), desc=what, unit="run")
    except TerminatedWorkerError as error:
        raise ChildProcessError(DIED) from error
