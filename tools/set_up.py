"""Build .venv from the lock, whole or not at all.

Run by make with any Python, however old: the syntax here is kept plain, so that
an old one says so in a line and not in a SyntaxError.
"""

import ast
import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys

try:
    import fcntl
except ImportError:  # as on Windows: `check_system` says so in a line
    fcntl = None

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
# The sections that pip heeds when it installs: of two that set the same, the later one wins.
SECTIONS = ("global", "install", ":env:")

# A user's settings may also change what pip tells of them: quiet, it tells nothing; with `user` or
# the like, only what one of its files says.  Variables win over files.
TOLD_WHOLE = {"PIP_" + name: "0" for name in ("GLOBAL", "ISOLATED", "QUIET", "SITE", "USER")}

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
        check_system()
        check_version()
        check_place()
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


def check_system():
    """Refuse a system on which a place cannot be held, as `alone` does."""
    if fcntl is None:
        raise Failed(
            "Windows' own Python will not do: use WSL (Windows' Linux),"
            " or the archive that the site hands out"
        )


def check_version():
    """Refuse a Python that the lock has no packages for."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = "%d.%d" % sys.version_info[:2]
        raise Failed(
            "Python 3.11 to 3.13 is needed, this is %s; name another: make PYTHON=python3.12 ..."
            % found
        )


def check_place():
    """Refuse a folder that PYTHONPATH would take for two: elsewhere helpers may be others."""
    if os.pathsep in ROOT:
        raise Failed("a folder without %s in its name is needed, this is %s" % (os.pathsep, ROOT))


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
        except BlockingIOError:
            raise Failed("another set-up is at work here: wait for it")
        except OSError as error:  # some network disks have no locks: to wait would not help
            raise Failed("this disk has no locks, put the project on another (%s)" % error)
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
    kept = {n: value for n, value in os.environ.items() if not n.upper().startswith("PIP_")}
    for _, option, value in listed_settings(python):
        if option in KEPT and value:  # to pip an empty one is none
            kept["PIP_" + option.upper().replace("-", "_")] = value
    kept["PIP_CONFIG_FILE"] = os.devnull
    return kept


def listed_settings(python):
    """Return section, option and value of what is set for pip, in the order of SECTIONS."""
    command = [python, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, env=dict(os.environ, **TOLD_WHOLE), **options)
    listed, complaint = [text.decode("utf-8", "replace") for text in process.communicate()]
    if process.returncode != 0:  # to go on would mean to ask another index than the user's
        raise Failed("pip cannot read its settings, mend them: %s" % in_a_line(listed + complaint))
    pattern = r"^(%s)\.([\w-]+)=(.*)$" % "|".join(SECTIONS)
    found = re.findall(pattern, listed, re.MULTILINE)
    found = [(section, option, ast.literal_eval(value)) for section, option, value in found]
    return sorted(found, key=lambda each: SECTIONS.index(each[0]))


def in_a_line(said):
    """Return what pip said in one line; where it told how it is used, or came by, its last."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["(nothing said)"]
    if re.search(r"^(Usage:|Traceback)", said, re.MULTILINE):
        lines = lines[-1:]
    return " ".join(lines)[:300]


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
