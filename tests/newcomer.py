"""A stand-in for the computer of somebody new: it has the packages of the lock, but not ours."""

import os
import subprocess
import sysconfig

from helpers.lesson.environment import FIXED

OURS = ("PYTHON", "PIP_", "JUPYTER", "IPYTHON", "VIRTUAL_ENV", *FIXED)


def run(command, folder):
    """Run a line of a shell in a folder, with nothing set that a newcomer has not set."""
    kept = {name: v for name, v in os.environ.items() if not name.startswith(OURS)}
    homes = {name: str(folder / ".home") for name in ("HOME", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    variables = kept | homes | {"PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def lend_packages(venv):
    """Let an environment see the packages of this one, instead of installing them for minutes.

    A .pth file inside of these is not followed, so that the editable helpers are left out.
    """
    (packages,) = venv.glob("lib/python*/site-packages")
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
