"""What the make targets run: set-up, notebooks, claims, studies, site."""

import sys


def say_if_stopped(kind, error, trace):
    """Say in a line that a tool was stopped before it began, while Python still read it in."""
    if issubclass(kind, KeyboardInterrupt):
        print("\nstopped before it began", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


if sys.argv[0] == "-m":  # as it is while `python -m tools.site` is read in, and only there
    sys.excepthook = say_if_stopped

# after that: what is imported may be stopped, too
import argparse  # noqa: E402
import contextlib  # noqa: E402
import fcntl  # noqa: E402
import os  # noqa: E402
import reprlib  # noqa: E402
import signal  # noqa: E402
from pathlib import Path  # noqa: E402

ROOT = Path(__file__).parents[1]
LETTERS = 300  # letters of what went wrong
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def text_in(path):
    """Return the text of a file; ValueError, naming it, if it is not in UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: expected text in UTF-8, {error}") from error


def write_whole(path, content):
    """Write text or bytes to a file so that it is there whole or, after any failure, as it was.

    Two that write at once do not meet: the file is that of one, or of the other.
    """
    path = path.resolve()  # a link stays one
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        new.write_bytes(content if isinstance(content, bytes) else content.encode())
        if path.exists():  # who may read it stays as it was
            new.chmod(path.stat().st_mode)
        os.replace(new, path)
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)


def require_name(kind, name, names):
    """End in one line where what a person asked for alone is nothing that there is."""
    if name is not None and name not in names:
        given = reprlib.repr(name)
        sys.exit(f"ONLY: no {kind} is called {given}; there are {', '.join(names)}")


def number(words):
    """Return the whole number that a command line gives; what is none, or endless, is refused."""
    try:
        return int(words)
    except ValueError:
        wanted = f"expected a whole number, got {reprlib.repr(words)}"
        raise argparse.ArgumentTypeError(wanted) from None


def short(words):
    """Return the first line of words that may be many, without what nobody would read of it."""
    return "".join(words.strip().splitlines()[:1])[:LETTERS]


@contextlib.contextmanager
def alone(folder):
    """Hold a folder, which can be written to, for one process at a time; OSError otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OSError(f"another build is at work in {folder}: wait for it") from None
        yield


def end_children():
    """End the workers and kernels that this process has started, and those that they have.

    joblib's tracker of what they share stays: it tidies up after them, and ends with us.  Nor is
    Ctrl-C heard from here on: a second one would leave half of what is tidied up now.
    """
    import psutil  # not at the top: a wheel is built where it is not

    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)
    killed = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "loky.backend.resource_tracker" not in " ".join(child.cmdline()):
                child.kill()
                killed.append(child)
    psutil.wait_procs(killed, timeout=10)  # or they write where something is removed next


def require_place():
    """End in one line where PYTHONPATH takes our folder for two: it may have other helpers."""
    if os.pathsep in str(ROOT):
        sys.exit(f"expected a folder without {os.pathsep} in its name, got {ROOT}")


def run_tool(main, as_it_was):
    """Run a tool's `main`; say in one line if it is stopped, or what the world got wrong."""
    require_place()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C does
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup lets it be ignored
        signal.signal(signal.SIGHUP, signal.default_int_handler)  # a terminal is closed
    try:
        main()
    except KeyboardInterrupt:
        end_children()
        # what others tidy up when Python ends is gone by now, and would be missed at length
        sys.unraisablehook = lambda unraisable: None
        sys.exit(f"\nstopped; {as_it_was}")
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        sys.exit(f"\n{short(str(error)) or type(error).__name__}; {as_it_was}")
