"""Pictures are stored small, and look as they did."""

import base64
import io

import nbformat
import numpy as np
import pytest
from PIL import Image

from tools.notebooks import notebooks
from tools.pictures import repack_outputs, repacked


def as_png(pixels):
    written = io.BytesIO()
    Image.fromarray(np.uint8(pixels)).save(written, "PNG", compress_level=1)
    return written.getvalue()


def pixels_of(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), float)


def figure():
    """Return a white sheet with a soft-edged disc: few colours."""
    y, x = np.mgrid[-1:1:200j, -1:1:300j]
    ink = np.clip(20 * (0.6 - np.hypot(x, y)), 0, 1)[..., None]
    return (1 - ink) * 255 + ink * [0, 114, 178]


def photograph():
    return np.random.default_rng(1).integers(0, 256, (100, 100, 3))


def test_a_figure_shrinks_and_looks_the_same():
    given = as_png(figure())
    packed = repacked(given)
    assert len(packed) < len(given) / 2
    assert np.abs(pixels_of(packed) - pixels_of(given)).mean() < 0.5
    assert (pixels_of(packed)[0, 0] == 255).all()


def test_a_picture_of_many_colours_keeps_them_all():
    given = as_png(photograph())
    assert (pixels_of(repacked(given)) == pixels_of(given)).all()


def test_it_never_grows():
    given = repacked(as_png(figure()))
    assert repacked(given) == given


def test_outputs_with_a_picture_are_repacked_and_others_left_alone():
    png = as_png(figure())
    shown = {"image/png": base64.b64encode(png).decode(), "text/plain": "Figure"}
    outputs = [
        nbformat.v4.new_output("display_data", data) for data in (shown, {"text/plain": "1"})
    ]
    cells = [nbformat.v4.new_markdown_cell("x"), nbformat.v4.new_code_cell(outputs=outputs)]
    repack_outputs(cells)
    drawn, told = cells[1].outputs
    assert base64.b64decode(drawn.data["image/png"]) == repacked(png)
    assert drawn.data["text/plain"] == "Figure"
    assert told.data == {"text/plain": "1"}


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_the_figures_of_a_lesson_are_sharp_on_a_dense_screen(path):
    outputs = [o for c in nbformat.read(path, 4).cells for o in c.get("outputs", [])]
    for output in (o for o in outputs if "image/png" in o.get("data", {})):
        width, _ = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))).size
        assert width == 2 * output.metadata["image/png"]["width"]
