"""The very code that runs: the source of a helper, to show it, and to change a line."""

import inspect
import sys
import textwrap

from helpers.lesson.arguments import brief, instance, require


class Source:
    """The source of a function, class or module; notebooks show it highlighted."""

    def __init__(self, subject):
        """Read the source of `subject`; ValueError if it has none in Python."""
        text = getattr(subject, "__dict__", {}).get("__edited__")
        try:
            text = text or inspect.getsource(subject)
            self.text = textwrap.dedent(text).rstrip()
        except (TypeError, OSError):
            expected = "a Python function, class or module"
            require(False, "subject", brief(subject), expected)

    def _repr_mimebundle_(self, include=None, exclude=None):
        # Markdown takes on the reader's theme; plain text is what nbval compares
        markdown = f"```python\n{self.text}\n```"
        return {"text/markdown": markdown, "text/plain": self.text}


def show_source(subject):
    """Return the source of `subject`, for the last line of a cell."""
    return Source(subject)


def edited(subject, old, new):
    """Return a function or class as it is when one piece of its source is replaced.

    So a line can be broken, to see what notices.  `old` must be there just once.
    """
    text, expected = Source(subject).text, "a piece of the source that is there once"
    times = text.count(instance("old", old, str, "a text"))
    require(times == 1, "old", f"{brief(old)}, {times} times", expected)
    instance("new", new, str, "a text")
    require(
        hasattr(subject, "__module__"), "subject", "a module", "a function or class"
    )
    names, name = dict(vars(sys.modules[subject.__module__])), subject.__name__
    names.pop(name, None)
    exec(text.replace(old, new), names)
    changed = callable(names.get(name))
    require(changed, "new", brief(new), f"a piece that leaves {name}")
    names[name].__edited__ = text.replace(old, new)  # for `Source`: no file has it
    return names[name]
