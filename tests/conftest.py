"""What several tests of figures, or in a browser, need."""

import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.site_code import SITE
from tools.lighthouse import chromium

# without what shows a window, where it is there: a fifth less work
CHROMIUM = shutil.which("chromium-headless-shell") or chromium()
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture
def axes():
    """Give an empty figure's axes, and close the figure afterwards."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None and os.environ.get("CI"):
        pytest.fail("no Chromium here: .ci/run installs it")
    if CHROMIUM is None:
        pytest.skip("no Chromium here: the browser tests are left out")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server():
    """Serve the built site, and give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=SITE)) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
