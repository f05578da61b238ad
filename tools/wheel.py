"""The build backend: flit's, but a wheel carries the records of the studies, too.

A lesson reads them with `load_study`, and beside an installed package there is no `studies/`.
"""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from flit_core import buildapi, wheel
from flit_core.buildapi import build_editable, build_sdist

from tools import ROOT

__all__ = ["build_editable", "build_sdist", "build_wheel"]
NEEDED = ("pyproject.toml", "README.md", "LICENSE")
# what linters, editors and readers leave in the folder
BACKUPS = ("*~", "#*#", "*.orig", "*.rej", "*.bak", "*.new", "*.tmp", "Thumbs.db",
           "desktop.ini")  # fmt: skip
LEFT_OUT = ("ruff.toml", ".*", "__pycache__", "*.ipynb", *BACKUPS)
DATA = ("prose.txt",)
RECORDS = "src/helpers/lesson/records"
SINCE_1980 = "315532800"  # the first second that a zip file can name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Build the wheel of this source tree; return the file's name."""
    folder = Path(wheel_directory).absolute()
    with tempfile.TemporaryDirectory() as copy, always_the_same():
        lay_out(Path(copy))
        with contextlib.chdir(copy):
            return buildapi.build_wheel(folder, config_settings, metadata_directory)


def add_path(builder):
    """Write down where the sources lie, for `build_editable`, in letters that all Pythons read.

    Python reads the file in the letters of the place where it is: with others, as in LC_ALL=C,
    it does not start at all.  A line that begins with `import` is run.
    """
    folder = str(builder.module.source_dir.resolve())
    line = folder if folder.isascii() else f"import sys; sys.path.append({folder!a})"
    with builder._write_to_zip(f"{builder.module.name}.pth") as file:
        file.write(line)


wheel.WheelBuilder.add_pth = add_path


def lay_out(copy):
    """Copy what a wheel is made of, and put the records where `load_study` finds them."""
    for name in NEEDED:
        shutil.copy(ROOT / name, copy / name)
    shutil.copytree(ROOT / "src", copy / "src", ignore=no_sources, ignore_dangling_symlinks=True)
    (copy / RECORDS).mkdir()
    for study in (ROOT / "studies").glob("[!_.]*.py"):  # another record is a reader's own
        if (record := study.with_suffix(".json")).exists():
            shutil.copy(record, copy / RECORDS / record.name)


def no_sources(folder, names):
    """Return which of the names in a folder of sources are no module, package or data of ours."""
    others = {name for name in names if not is_ours(Path(folder) / name)}
    return others | left_out(folder, names)


def left_out(folder, names):
    """Return which of the names in a folder are none of ours, or no text that a zip can hold."""
    others = shutil.ignore_patterns(*LEFT_OUT)(folder, names)
    return others | {name for name in names if not name.isprintable()}


def is_ours(path):
    """Tell whether a path is one that Python could import, or what our modules read."""
    if path.is_dir():
        return (path / "__init__.py").is_file()
    return path.name in DATA or (path.suffix == ".py" and path.stem.isidentifier())


@contextlib.contextmanager
def always_the_same():
    """Let flit write one fixed time into the wheel, so that one tree gives one file."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = before or SINCE_1980
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
