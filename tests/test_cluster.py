"""Studies on a Dask cluster, by joblib's own switch: a worker dies midway, and nothing is lost."""

import os
import signal

import joblib
import numpy as np
from distributed import Client, LocalCluster

from helpers.models import bits_right, trained_adders
from tools.parallel import run_each

SEEDS = list(range(1, 13))


def row(seed):
    """Train four adders, as a study does; tell where it ran."""
    shares = bits_right(trained_adders(np.random.default_rng(seed), 4))
    return {"seed": seed, "shares": shares.tolist()}, os.getpid()


def test_a_worker_that_is_killed_costs_nothing():
    here = [row(seed)[0] for seed in SEEDS]
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**options, silence_logs=50) as cluster, Client(cluster) as client:
        workers = {worker.pid for worker in cluster.workers.values()}
        found, killed = [], None
        with joblib.parallel_config("dask"):
            for result, pid in run_each(row, SEEDS, "rows"):
                found.append(result)
                if killed is None:
                    killed = pid
                    os.kill(killed, signal.SIGKILL)
        client.wait_for_workers(2)
        alive = {worker.pid for worker in cluster.workers.values()}
    assert found == here
    assert killed in workers
    assert killed not in alive  # it did die, and another took its place
    assert len(alive) == 2
