"""The very code that runs: the source of a helper, to show it, and to change a line."""

import inspect
import sys
import textwrap

from helpers.lesson.arguments import brief, instance, require


class Source:
    """The source of a function, class or module; notebooks show it highlighted."""

    def __init__(self, subject):
        """Read the source of `subject`; ValueError if it has none in Python."""
        try:
            text = (getattr(subject, "__dict__", None) or {}).get("__edited__")
            self.text = textwrap.dedent(text or inspect.getsource(subject)).rstrip()
        except Exception:  # it has none, or its own code raises something
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

    So a line can be broken, to see what notices.  `old` must be there just once, and
    `subject` must not use variables of a function around it, nor super().
    """
    text, expected = Source(subject).text, "a piece of the source that is there once"
    times = text.count(instance("old", old, str, "a text"))
    require(times == 1, "old", f"{brief(old)}, {times} times", expected)
    instance("new", new, str, "a text")
    module = sys.modules.get(getattr(subject, "__module__", None))
    alone = module is not None and getattr(subject, "__closure__", None) is None
    expected = "a function or class of a module, without variables from around it"
    require(alone, "subject", brief(subject), expected)
    names, name = dict(vars(module)), subject.__name__
    names.pop(name, None)
    try:
        exec(text.replace(old, new), names)
        names[name].__edited__ = text.replace(old, new)  # for `Source`: no file has it
        changed = callable(names[name])
    except (Exception, SystemExit):
        changed = False
    require(changed, "new", brief(new), f"a piece that leaves {name}")
    return names[name]
