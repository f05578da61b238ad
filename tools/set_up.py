"""Build .venv from the lock, whole or not at all.

Run by make with any Python, however old: the syntax here is kept plain, so that
an old one says so in a line and not in a SyntaxError.
"""

import configparser
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
NEEDED_GB = 3
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
OLD = VENV + ".old"
STAMP = os.path.join(VENV, "ready")
LOCK = os.path.join(ROOT, "requirements.txt")

# Of a user's settings of pip those that say from where; others, such as `user` or `target`, are
# not meant for an environment of its own.
KEPT = ("index-url", "extra-index-url", "no-index", "find-links", "trusted-host", "proxy", "cert",
        "client-cert", "cache-dir", "no-cache-dir", "timeout", "default-timeout",
        "keyring-provider")  # fmt: skip

# With these Python says more than it has to, or takes a warning for an error.
CLEARED = ("PYTHONDEBUG", "PYTHONDEVMODE", "PYTHONINSPECT", "PYTHONOPTIMIZE", "PYTHONTRACEMALLOC",
           "PYTHONVERBOSE", "PYTHONWARNDEFAULTENCODING", "PYTHONWARNINGS")  # fmt: skip

# What pip or the system says, and what it means.
REASONS = (
    (r"No space left|File too large|Disk quota", "the disk is full"),
    (r"Read-only file system", "this folder is on a read-only disk"),
    (r"Permission denied", "this folder may not be written to"),
    (r"HASHES|hashes are required", "a package is not the one that requirements.txt names"),
    (r"ensurepip is not available", "this Python has no venv: install python3-venv"),
    (r"NewConnection|name resolution|Max retries|ProxyError|timed out|No matching distribution",
     "the package index cannot be reached: no network?"),
)  # fmt: skip


class Failed(Exception):
    """Set-up cannot go on; the text says why."""


def main():
    """Make .venv ready, or say in one line why not."""
    for name in CLEARED:
        os.environ.pop(name, None)
    try:
        check_version()
        if not is_ready():
            check_disk()
            with alone():
                if not is_ready():  # another set-up may have been at work until now
                    build()
    except Failed as why:
        sys.exit("set-up failed: %s" % why)
    except OSError as error:
        sys.exit("set-up failed: %s" % reason(str(error)))
    except KeyboardInterrupt:
        sys.exit("set-up stopped; .venv is as it was")


def check_version():
    """Refuse a Python that the lock has no packages for."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = "%d.%d" % sys.version_info[:2]
        raise Failed(
            "Python 3.11 to 3.13 is needed, this is %s; name another: make PYTHON=python3.12 ..."
            % found
        )


def check_disk():
    """Refuse a disk that the packages do not fit on."""
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB:
        raise Failed("the disk is full: .venv needs %d GB, %.1f GB are free" % (NEEDED_GB, free))


@contextlib.contextmanager
def alone():
    """Hold the place where .venv stands; Failed if another set-up does."""
    with open(VENV + ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (IOError, OSError):
            raise Failed("another set-up is at work here: wait for it")
        yield


def key():
    """Return what .venv is built from: the Python and the lock."""
    with open(LOCK, "rb") as file:
        return hashlib.sha256(sys.version.encode() + file.read()).hexdigest()


def is_ready():
    """Tell whether .venv is whole and of this lock; if so, tell make that it is new enough."""
    if not (os.path.exists(STAMP) and os.access(os.path.join(VENV, "bin", "python"), os.X_OK)):
        return False  # or its Python has gone from this machine
    with open(STAMP) as file:
        if file.read() != key():
            return False
    os.utime(STAMP)
    return True


def build():
    """Build a new .venv; on any failure put the old one back."""
    if os.path.exists(OLD) and not os.path.exists(STAMP):
        # a build was killed outright before: what it set aside is the good one
        remove(VENV)
    elif os.path.lexists(VENV):
        remove(OLD)
        os.rename(VENV, OLD)
    try:
        install()
    except BaseException:
        remove(VENV)
        if os.path.lexists(OLD):
            os.rename(OLD, VENV)
        raise
    remove(OLD)


def remove(tree):
    """Remove a folder with all that is in it; of a link to one, the link."""
    if os.path.islink(tree):
        os.remove(tree)
    shutil.rmtree(tree, ignore_errors=True)


def install():
    """Make the environment, install the lock and this project, warm the caches, stamp."""
    print("setting up .venv: about 400 MB of packages, a few minutes once")
    # where .venv itself is active, its Python has just been set aside: that which made it has not
    run([getattr(sys, "_base_executable", None) or sys.executable, "-m", "venv", VENV])
    python = os.path.join(VENV, "bin", "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    settings = pip_settings(python)
    # compiled once here: Keras imports three times as fast with its bytecode there
    # the lock names all: an old pip, left to look for what they need, would find a newer one of
    # some (that of jsonschema[format-nongpl]), and refuse it
    whole = ["--compile", "--retries", "2", "--no-deps", "--require-hashes", "-r", LOCK]
    run(pip + whole, count_lock(), settings)
    run(pip + ["--no-deps", "--no-build-isolation", "--editable", ROOT], environment=settings)
    # matplotlib's first import makes a list of fonts, and says so on stderr
    inside = [python, "-m", "helpers.lesson.environment", python]
    run(inside + ["-c", "import matplotlib.font_manager"])
    with open(STAMP, "w") as file:
        file.write(key())


def pip_settings(python):
    """Return the environment for pip: of its settings, from wherever, those that are KEPT."""
    command = [python, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    listed = process.communicate()[0].decode("utf-8", "replace").splitlines()
    found = [re.match(r"[\w:]+\.([\w-]+)='(.*)'$", line) for line in listed]
    settings = [match.groups() for match in found if match]
    kept = {n: value for n, value in os.environ.items() if not n.upper().startswith("PIP_")}
    for option, value in from_named_file() + settings:
        if option in KEPT:
            # a list stands there on several lines
            kept["PIP_" + option.upper().replace("-", "_")] = " ".join(re.split(r"\s|\\n", value))
    kept["PIP_CONFIG_FILE"] = os.devnull
    return kept


def from_named_file():
    """Return the settings in the file that PIP_CONFIG_FILE names: pip does not list them."""
    parser, path = configparser.RawConfigParser(), os.environ.get("PIP_CONFIG_FILE", os.devnull)
    try:
        parser.read(path)
    except (configparser.Error, UnicodeDecodeError):
        raise Failed("PIP_CONFIG_FILE names %s, which is no file of settings" % path)
    sections = [name for name in ("global", "install") if parser.has_section(name)]
    return [pair for name in sections for pair in parser.items(name)]


def count_lock():
    """Return how many packages the lock names."""
    with open(LOCK) as file:
        return sum(1 for line in file if re.match(r"[\w.-]+==", line))


def run(command, packages=0, environment=None):
    """Run a command quietly, counting packages where a number is given."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "env": environment}
    try:
        process = subprocess.Popen(command, **options)
    except OSError as error:
        raise Failed(reason(str(error)))
    said = []
    for line in process.stdout:
        said.append(line.decode("utf-8", "replace"))
        if packages and sys.stdout.isatty() and said[-1].startswith("Collecting"):
            count = sum(1 for line in said if line.startswith("Collecting"))
            sys.stdout.write("\r  %d of about %d packages " % (count, packages))
            sys.stdout.flush()
    process.stdout.close()
    if packages and sys.stdout.isatty():
        sys.stdout.write("\r" + " " * 40 + "\r")
    if process.wait() != 0:
        raise Failed(reason("".join(said)))


def reason(said):
    """Return what went wrong in a few words, and the last line that was said."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["(nothing said)"]
    errors = [line for line in lines if re.search("error", line, re.IGNORECASE)] or lines
    for pattern, meaning in REASONS:
        if re.search(pattern, said):
            return "%s (%s)" % (meaning, errors[-1][:150])
    # "ERROR: Exception:" is a heading alone: what it was stands at the end
    return (lines if errors[-1].endswith(":") else errors)[-1][:200]


if __name__ == "__main__":
    main()
