"""The kernels that tools and tests start: they are spoken to through files, not through ports.

A port is found to be free first, and taken by the kernel a second later.  On a busy machine
another process may have it by then, and the kernel dies at its start, through no fault of the
lesson.  Files in a folder of its own are nobody else's; they also keep other users out.

There kernels run, too: beside a lesson a reader's `keras.py`, or settings for matplotlib, would be
found before ours.
"""

import contextlib
import os
import shutil
import tempfile
import weakref

from jupyter_client.manager import AsyncKernelManager, KernelManager

from tools import end_children

# what TensorFlow's C++ writes to stderr is no output of the lesson, and differs by machine
KERNEL_SETTINGS = {"capture_fd_output": False, "log_level": "CRITICAL"}
LONGEST = 60  # bytes: a socket in a folder in this folder may have 103 in all
RUN = "run-"


def short_name(more=0):
    """Return where temporary files go, by a name with room for so many bytes, and for sockets."""
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) + more < LONGEST else "/tmp"


class ByFiles:
    """What makes a kernel manager one whose kernel runs, and speaks, in a temporary folder."""

    def __init__(self, *args, **options):
        """Make the folder; it goes with the manager."""
        self.folder = tempfile.mkdtemp(prefix="kernel-", dir=short_name())
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        file = f"{self.folder}/kernel.json"
        super().__init__(*args, transport="ipc", connection_file=file, **options)

    def start_kernel(self, **options):
        """Start the kernel in that folder, whatever another is asked for."""
        return super().start_kernel(**options | {"cwd": self.folder})


class AsyncKernel(ByFiles, AsyncKernelManager):
    """For nbclient and papermill."""


# How both run a lesson: each cell of it, and each error counts, whatever a tag says.  It has
# nothing to tidy up at its end, so a kernel is ended at once: to take leave takes a second.
OF_A_LESSON = {
    "kernel_manager_class": AsyncKernel,
    "skip_cells_with_tag": "",
    "force_raise_errors": True,
    "extra_arguments": [f"--IPKernelApp.{name}={value}" for name, value in KERNEL_SETTINGS.items()],
    "shutdown_kernel": "immediate",
}


class Kernel(ByFiles, KernelManager):
    """For nbval."""


@contextlib.contextmanager
def temporary_files_go():
    """Let all temporary files go at the end, those of killed workers and kernels too."""
    before = os.environ.get("TMPDIR")
    # kernels' folders go into this one: it has to leave room for them; 8 letters are tempfile's
    folder = tempfile.mkdtemp(prefix=RUN, dir=short_name(len(f"/{RUN}") + 8))
    try:
        use_temporary(folder)
        yield
    except KeyboardInterrupt:
        end_children()  # before the folder goes: they would go on writing into it
        raise
    finally:
        use_temporary(before)
        shutil.rmtree(folder, ignore_errors=True)


def use_temporary(folder):
    """Put temporary files into a folder, here and in what is started; None: the usual one."""
    os.environ.pop("TMPDIR", None)
    if folder is not None:
        os.environ["TMPDIR"] = folder
    tempfile.tempdir = None  # where it was so far
