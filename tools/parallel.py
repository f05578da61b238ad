"""Run many independent jobs on all cores, under a progress bar."""

import joblib
from tqdm import tqdm


def run_each(function, arguments, what):
    """Yield `function(argument)` for each argument, in their order, each once it is there.

    The backend is joblib's current one, so that a caller may choose another, such as
    a Dask cluster, with `joblib.parallel_config` and nothing here changes.
    """
    jobs = (joblib.delayed(function)(argument) for argument in arguments)
    with joblib.parallel_config(n_jobs=-1):
        results = joblib.Parallel(return_as="generator")(jobs)
    yield from tqdm(results, total=len(arguments), desc=what, unit="run")


def run_all(function, arguments, what):
    """Return the list of what `run_each` yields."""
    return list(run_each(function, arguments, what))
