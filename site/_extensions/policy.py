"""A content security policy in each page: it may load what the site has, and nothing else."""

import base64
import hashlib
import re

from .pages import rewrite

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def write_policies(app, exception):
    """Add its policy to each page."""
    if exception is None:
        rewrite(app, lambda text, page: text.replace("<head>", f"<head>{policy(text)}", 1))


def policy(text):
    """Return the element that allows a page what it needs: its inline scripts by their digests."""
    scripts = "".join(f" 'sha256-{digest(script)}'" for script in INLINE.findall(text))
    rules = (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        f"script-src 'self'{scripts}; object-src 'none'; base-uri 'none'; form-action 'self'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


def digest(script):
    """Return a script's digest as policies write it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def setup(app):
    """Run after the last page is as it will be."""
    app.connect("build-finished", write_policies, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
