"""What a reader takes home from the site: the lessons for a class, and all as one archive."""

import hashlib
import tempfile
import zipfile
from pathlib import Path

from tools import ROOT, write_whole
from tools.addresses import addresses
from tools.notebooks import notebooks, text_of
from tools.student import without_solutions
from tools.wheel import build_wheel

NAME = "what-rnns-learn"
STUDENT = "without-solutions"
README = """\
What RNNs Learn: the lessons, and all that they need to run.{where}

You need Python 3.11, 3.12 or 3.13, an internet connection for the first minutes, and 3 GB of
disk. Open a terminal in this folder and type

    python3 -m venv .venv
    .venv/bin/python -m pip install --no-deps --require-hashes -r requirements.txt
    .venv/bin/python -m helpers.lesson.environment .venv/bin/jupyter lab

The first line makes an environment, the second fills it, the third opens JupyterLab. From then
on the third is enough. A newer archive wants a new folder.

On Windows, write py -3.12 for python3, and .venv\\Scripts\\ wherever you see .venv/bin/.
With conda: conda env create -f environment.yml, conda activate what-rnns-learn, jupyter lab.

notebooks/           the lessons, with the outputs that were tested
without-solutions/   the same for a class: the cells of the solutions are empty
requirements.txt     all packages with their versions and hashes, and the one that is here:
                     {wheel}, which the lessons call
"""


def write(site):
    """Write the student copies and the archive into the folder of a built site."""
    copies = student_copies()
    (site / STUDENT).mkdir(exist_ok=True)
    for name, content in copies.items():
        write_whole(site / STUDENT / name, content)
    write_whole(site / f"{NAME}.zip", zipped(contents(copies)))


def student_copies():
    """Return the text of each lesson's copy without solutions, by its name."""
    return {path.name: text_of(without_solutions(path)).encode() for path in notebooks()}


def contents(copies):
    """Return the bytes of each file of the archive, by its place there."""
    wheel, content = built_wheel()
    as_they_are = ("LICENSE", "environment.yml")
    return {
        "README.txt": readme(wheel).encode(),
        "requirements.txt": requirements(wheel, content).encode(),
        wheel: content,
        **{name: (ROOT / name).read_bytes() for name in as_they_are},
        **{f"notebooks/{path.name}": path.read_bytes() for path in notebooks()},
        **{f"{STUDENT}/{name}": copy for name, copy in copies.items()},
    }


def built_wheel():
    """Return the name and the bytes of a wheel of this source tree."""
    with tempfile.TemporaryDirectory() as folder:
        name = build_wheel(folder)
        return name, (Path(folder) / name).read_bytes()


def readme(wheel):
    """Return the archive's README.txt."""
    site = addresses()["site"]
    return README.format(wheel=wheel, where=f"\nThey come from {site}" if site else "")


def requirements(wheel, content):
    """Return the lock, and below it the wheel: one command installs both."""
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8").rstrip()
    return f"{lock}\n./{wheel} \\\n    --hash=sha256:{hashlib.sha256(content).hexdigest()}\n"


def zipped(files):
    """Return a zip file of files in one folder; the same files give the same bytes."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(files.items()):
                entry = zipfile.ZipInfo(f"{NAME}/{name}")  # of 1980, as no time is given
                entry.external_attr = 0o644 << 16
                entry.create_system = 3  # Unix, on Windows, too
                archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
        file.seek(0)
        return file.read()
