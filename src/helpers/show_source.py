"""Show the very code that runs: the source of a helper, in the page."""

import inspect
import textwrap


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
