"""Every picture is drawn as it was when somebody last looked at it.

`python -m tests.figures.test_drawn` draws them anew into drawn/: look at what has changed.
"""

import io
from pathlib import Path
from unittest.mock import patch

import matplotlib
import numpy as np
import pytest
from PIL import Image

from helpers.figures import style
from helpers.inside import Machine
from tests.figures.test_hostile_figures import CALLS

DRAWN = Path(__file__).parent / "drawn"
LARGEST = 0.5  # of 255: the root of the mean square of what differs
matplotlib.use("agg")


THREE = Machine([[0, 1, 1, 2], [2, 1, 0, 0], [1, 2, 2, 2]], [[0, 1, 1, 0]] * 3)
# The same calls with another choice.
OTHERS = {
    "coloured_text without a limit": ("coloured_text", {"limit": None}),
    "learned_bars of none": ("learned_bars", {"learned": {"none": [False], "all": [True]}}),
    "looking_back at the end": ("looking_back", {"step": 3}),
    "next_letters fed": ("next_letters", {"fed_back": False}),
    "scene without light": ("scene", {"light": None}),
    "state_diagram of three": ("state_diagram", {"machine": THREE, "names": ["a", "b", "c"]}),
    "unrolled as it is": ("unrolled", {"inputs": None, "states": None}),
    "ways_to_see first": ("ways_to_see", {"sees": "first"}),
    "ways_to_see vector": ("ways_to_see", {"sees": "vector"}),
    "ways_to_travel straight": ("ways_to_travel", {"turned": False}),
    "windows to the end": ("windows", {"steps": 5}),
}
PICTURES = [name for name in CALLS if {"axes", "panels"} & set(CALLS[name]()[1])]


def drawn(name):
    """Return the picture that a call draws, (rows, columns, 3) from 0 to 255."""
    call, changed = OTHERS.get(name, (name, {}))
    file = io.BytesIO()
    with matplotlib.rc_context(), patch.object(style, "set_matplotlib_formats"):
        style.use_style()  # whatever style another test has set
        function, arguments = CALLS[call]()
        panels = arguments.get("axes", arguments.get("panels"))
        function(**arguments | changed)
        np.ravel(panels)[0].figure.savefig(file, dpi=50)
    return np.asarray(Image.open(file).convert("RGB"))


@pytest.mark.parametrize("name", [*PICTURES, *OTHERS])
def test_a_picture_is_as_it_was(name):
    before = np.asarray(Image.open(DRAWN / f"{name}.png").convert("RGB"))
    now = drawn(name)
    assert now.shape == before.shape
    off = float(np.sqrt(np.mean((now - before.astype(float)) ** 2)))
    assert off <= LARGEST


def test_no_picture_stands_without_its_call():
    assert sorted(path.stem for path in DRAWN.glob("*.png")) == sorted([*PICTURES, *OTHERS])


if __name__ == "__main__":
    DRAWN.mkdir(exist_ok=True)
    for name in [*PICTURES, *OTHERS]:
        Image.fromarray(drawn(name)).quantize(256).save(DRAWN / f"{name}.png", optimize=True)
