"""Run many independent jobs on all cores, under a progress bar."""

import joblib
from tqdm import tqdm


def run_all(function, arguments, what):
    """Return `function(argument)` for each argument, in their order.

    The backend is joblib's current one, so that a caller may choose another, such as
    a Dask cluster, with `joblib.parallel_config` and nothing here changes.
    """
    jobs = (joblib.delayed(function)(argument) for argument in arguments)
    with joblib.parallel_config(n_jobs=-1):
        results = joblib.Parallel(return_as="generator")(jobs)
        return list(tqdm(results, total=len(arguments), desc=what, unit="run"))
