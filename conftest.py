"""The environment of every test and of every kernel that tests start."""

import gc
import os
from types import ModuleType

import joblib
import nbval.kernel
import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from helpers.lesson import environment
from tools.kernels import Kernel
from tools.notebooks import NOTEBOOKS, is_scratch

environment.fix(os.environ)
nbval.kernel.KernelManager = Kernel

# no limit on the time of one example: on a busy machine it says nothing about the code
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


STUDIES = "tests/test_studies.py"
# What takes longest begins first, so that no process is left alone with it at the end.
LONG = (STUDIES, "tests/test_site.py", "tests/play/test_playing.py", "tests/test_stopped.py",
        "tests/test_elsewhere.py", "tests/test_last_bits.py", "notebooks",
        "tests/test_lab.py")  # fmt: skip


class ByFile(LoadFileScheduling):
    """Keeps a file in one process (the cells of a notebook belong there), but splits studies."""

    def _split_scope(self, nodeid):
        return nodeid if nodeid.startswith(STUDIES) else super()._split_scope(nodeid)


def pytest_xdist_auto_num_workers():
    """Let there be one process more than processors: some wait, for a browser or a stopped tool.

    Where each has several threads there is one: more threads than processors wait for one another
    at full speed, and a cell of two seconds took two minutes.
    """
    return 1 if int(os.environ["OPENBLAS_NUM_THREADS"]) > 1 else joblib.cpu_count() + 1


def pytest_xdist_make_scheduler(config, log):
    """Deal tests out to processes so."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items):
    """Let what takes longest come first."""

    def place(item):
        return next((k for k, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))

    items.sort(key=place)


def pytest_collection_finish():
    """Keep modules and tests, which stay, from being looked through for garbage each time.

    That was seven eighths of the work where each mutant has a process, and pytest, of its own.
    """
    gc.freeze()


def pytest_ignore_collect(collection_path):
    """Leave out a reader's own notebooks, and among lessons all that is none."""
    return True if is_scratch(collection_path) else None


def pytest_plugin_registered(plugin, manager):
    """Let no conftest.py among the lessons be read: to pytest an empty one is there already.

    It would read it before it asks what to leave out.
    """
    if getattr(plugin, "__file__", None) == __file__:
        for path in NOTEBOOKS.rglob("conftest.py"):
            manager.register(ModuleType(path.stem), str(path))


def pytest_collect_directory(path, parent):
    """Let what holds the lessons be a folder, and no package, whatever lies beside them."""
    return pytest.Dir.from_parent(parent, path=path) if path == NOTEBOOKS else None
