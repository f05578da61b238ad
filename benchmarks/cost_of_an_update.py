"""The cost of an update of the binary adder, in steps, batch and networks at once.

One of the three is doubled four times, the other two stay.  A cost that is linear doubles
as well, once it has outgrown what a call costs by itself.
"""

import numpy as np

from benchmarks.binary_adder import BATCH, STEPS, our_update

SIZES = {
    "steps": [STEPS * 2**k for k in range(5)],
    "batch": [BATCH * 2**k for k in range(5)],
    "networks": [16 * 2**k for k in range(5)],
}


def tables():
    """Yield the updates to time, for each of the three."""
    for axis, sizes in SIZES.items():
        yield axis, {str(size): update_of(**{axis: size}) for size in sizes}


def update_of(steps=STEPS, batch=BATCH, networks=16):
    """Return an update on random bits."""
    rng = np.random.default_rng(1)
    inputs, targets = (rng.integers(0, 2, (batch, steps, n)).astype(float) for n in (2, 1))
    update = our_update(inputs, targets, networks)
    return lambda: bool(update().size)  # one piece of work


def draw(medians):
    """Return a figure of cost against size, beside costs in proportion to it."""
    import matplotlib.pyplot as plt

    from helpers.figures import GREY, use_style

    use_style()
    figure, axes = plt.subplots(figsize=(6, 4))
    times_as_many = [2**k for k in range(5)]
    for marker, (axis, sizes) in zip("os^", SIZES.items(), strict=True):
        cost = [1000 * medians[axis][str(size)] for size in sizes]
        axes.plot(times_as_many, cost, marker=marker, label=axis)
        linear = [cost[-1] * many / times_as_many[-1] for many in times_as_many]
        label = "in proportion" if axis == "networks" else None
        axes.plot(times_as_many, linear, ":", color=GREY, zorder=0, label=label)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=2)
    axes.set(xlabel="steps, batch or networks: times as many", ylabel="ms for an update")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")
    axes.legend()
    return figure
