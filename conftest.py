"""The environment of every test and of every kernel that tests start."""

import os

import pytest
from hypothesis import settings

from helpers.lesson import environment
from tools.notebooks import is_scratch

environment.fix(os.environ)

# no limit on the time of one example: on a busy machine it says nothing about the code
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


STUDIES = "tests/test_studies.py"


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items):
    """Keep a file in one process, but each study by itself; studies, which take longest, first."""
    for item in items:
        name, _, test = item.nodeid.partition("::")
        study = test.partition("[")[2] if name == STUDIES else ""
        item.add_marker(pytest.mark.xdist_group(f"{name} {study}"))
    items.sort(key=lambda item: not item.nodeid.startswith(STUDIES))


def pytest_ignore_collect(collection_path):
    """Leave out notebooks that are no lessons: a reader's own."""
    return True if is_scratch(collection_path) else None
