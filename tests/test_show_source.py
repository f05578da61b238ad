import pytest

from helpers.data import every_triple
from helpers.layers import Layer
from helpers.show_source import show_source


def test_the_source_is_shown_as_code_and_compared_as_text():
    shown = show_source(every_triple)._repr_mimebundle_()
    assert shown["text/plain"].startswith("def every_triple():\n")
    assert shown["text/markdown"] == f"```python\n{shown['text/plain']}\n```"


@pytest.mark.parametrize("subject", [len, 3, "every_triple"])
def test_what_has_no_source_is_refused(subject):
    with pytest.raises(ValueError, match="subject: expected a Python function, class or module"):
        show_source(subject)


def test_a_method_is_shown_without_the_blanks_before_it():
    text = show_source(Layer.get_weights)._repr_mimebundle_()["text/plain"]
    assert text.startswith("def get_weights(self):\n    ")
