"""What several tests of figures need."""

import pytest


@pytest.fixture
def axes():
    """Give an empty figure's axes, and close the figure afterwards."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)
