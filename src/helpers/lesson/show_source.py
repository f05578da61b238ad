"""The very code that runs: the source of a helper, to show it, and to change a line."""

import inspect
import sys
import textwrap

from helpers.lesson.arguments import require


class Source:
    """The source of a function, class or module; notebooks show it highlighted."""

    def __init__(self, subject):
        """Read the source of `subject`; ValueError if it has none in Python."""
        try:
            self.text = textwrap.dedent(inspect.getsource(subject)).rstrip()
        except (TypeError, OSError):
            expected = "a Python function, class or module"
            raise ValueError(f"subject: expected {expected}, got {subject!r}") from None

    def _repr_mimebundle_(self, include=None, exclude=None):
        # Markdown takes on the reader's theme; plain text is what nbval compares
        return {
            "text/markdown": f"```python\n{self.text}\n```",
            "text/plain": self.text,
        }


def show_source(subject):
    """Return the source of `subject`, for the last line of a cell."""
    return Source(subject)


def edited(subject, old, new):
    """Return a function or class as it is when one piece of its source is replaced.

    So a line can be broken, to see what notices.  `old` must be there just once.
    """
    text, expected = Source(subject).text, "a piece of the source that is there once"
    times = text.count(old)
    require(times == 1, "old", f"{old!r}, {times} times", expected)
    names = dict(vars(sys.modules[subject.__module__]))
    exec(text.replace(old, new), names)
    return names[subject.__name__]
