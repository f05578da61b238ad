"""Open JupyterLab on a reader's own copies of the lessons: `python -m tools.lab [--originals]`.

The copies lie in lab/, where no test looks and git does not, so that a reader may change
them.  A copy in which nothing was written follows its lesson; any other stays as it is.
"""

import argparse
import json
import os
import sys

from helpers.lesson.environment import FIXED
from tools import ROOT, run_tool, write_whole
from tools.copies import refresh
from tools.kernels import KERNEL_SETTINGS
from tools.notebooks import NOTEBOOKS

COPIES = ROOT / "lab"
STATE = ROOT / "build" / "lab"
SETTINGS = {
    "jupyter/jupyter_server_config.json": {
        # root, as one is in most containers, may start it: it listens to this machine alone,
        # and to whoever has the token
        "ServerApp": {"ip": "127.0.0.1", "allow_root": True},
        "Application": {"log_level": "ERROR"},  # the address is said all the same
    },
    "jupyter/labconfig/page_config.json": {
        "disabledExtensions": {
            # the one asks about news, and both ask other hosts
            "@jupyterlab/apputils-extension:announcements": True,
            "@jupyterlab/extensionmanager-extension": True,
        },
    },
    "ipython/profile_default/ipython_kernel_config.json": {
        "IPKernelApp": KERNEL_SETTINGS | {"exec_PYTHONSTARTUP": False},
    },
}


def write_settings(state):
    """Write the settings of the server and of its kernels into a folder of ours."""
    for name, settings in SETTINGS.items():
        path = state / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(settings, indent=1) + "\n")


def surroundings(state):
    """Return the environment of the server: all that it reads and keeps lies in `state`.

    What a user has set elsewhere for Jupyter, IPython or Keras does not matter.
    """
    folders = {
        "JUPYTER_CONFIG_DIR": "jupyter",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    ours = {name: str(state / folder) for name, folder in folders.items()}
    return kept | ours | {"JUPYTER_PREFER_ENV_PATH": FIXED["JUPYTER_PREFER_ENV_PATH"]}


def command(folder, *options):
    """Return the command that starts JupyterLab on a folder."""
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *options]


def main():
    """Bring the copies up to date, and become JupyterLab."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--originals", action="store_true", help="on notebooks/, to change them")
    options = parser.parse_args()
    folder = NOTEBOOKS if options.originals else COPIES
    for path in [] if options.originals else refresh(COPIES):
        print(f"{path.relative_to(ROOT)} stays as you left it; rename it to get the newer lesson")
    write_settings(STATE)
    print(f"JupyterLab on {folder.relative_to(ROOT)}/: Ctrl-C twice ends it", flush=True)
    start = command(folder)
    os.execve(start[0], start, surroundings(STATE))


if __name__ == "__main__":
    run_tool(main, "your copies are as they were")
