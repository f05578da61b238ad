import pytest

from tools import ROOT
from tools.newer import locked, next_minor


@pytest.mark.parametrize(
    ("version", "after"), [("2.4.6", "2.5"), ("2.9.0", "2.10"), ("3.0", "3.1")]
)
def test_after_a_minor_version_comes_the_next(version, after):
    assert next_minor(version) == after


def test_the_version_is_that_of_the_lock():
    lock = (
        "numpy-financial==1.0.0 \\\n    --hash=sha256:00\nnumpy==2.4.6 \\\n    --hash=sha256:00\n"
    )
    assert locked("numpy", lock) == "2.4.6"
    assert locked("numpy", (ROOT / "requirements.txt").read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match="jax: expected in the lock"):
        locked("jax", lock)
