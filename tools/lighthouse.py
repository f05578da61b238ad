"""Let Lighthouse look at the built site, as on a phone and on a desk: `python -m tools.lighthouse`.

It asks for 100 points of 100 on a desk and 95 on a phone, for the first page and every lesson.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from tqdm import tqdm

from tools import ROOT, run_tool
from tools.site import SITE

LIGHTHOUSE = ROOT / "node_modules" / ".bin" / "lighthouse"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
KINDS = ("performance", "accessibility", "best-practices", "seo")
ASKED = {"desktop": 100, "mobile": 95}
PACKED = (".html", ".css", ".js", ".svg")


def chromium():
    """Return where Chromium, or what grew out of it, is on this machine; None if nowhere."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


class Gzipped(SimpleHTTPRequestHandler):
    """Serve files as the hosts of such sites do: text packed."""

    def do_GET(self):
        """Answer with a file."""
        path = self.translate_path(self.path.split("?")[0])
        if not path.endswith(PACKED) or not os.path.isfile(path):
            super().do_GET()
            return
        with open(path, "rb") as file:
            packed = gzip.compress(file.read())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        self.wfile.write(packed)

    def log_message(self, *arguments):
        """Say nothing."""


def points(address, screen):
    """Return the points of 100 that a page gets for each kind, seen on a screen."""
    command = [str(LIGHTHOUSE), address, "--output=json", "--quiet"]
    command += ["--chrome-flags=--headless --no-sandbox --disable-background-networking"]
    command += ["--preset=desktop"] * (screen == "desktop")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"Lighthouse failed: {done.stderr.strip().splitlines()[-1]}")
    found = json.loads(done.stdout)["categories"]
    return {kind: round(100 * found[kind]["score"]) for kind in KINDS}


def look_at(pages):
    """Print the points of each page, and return those that are too few."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Gzipped, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    short = []
    for page, screen in tqdm([(page, screen) for page in pages for screen in ASKED], unit="look"):
        found = points(f"http://127.0.0.1:{server.server_port}/{page}", screen)
        line = f"{page:40} {screen:8} " + "  ".join(f"{k} {v}" for k, v in found.items())
        tqdm.write(line)
        short += [line] if min(found.values()) < ASKED[screen] else []
    server.shutdown()
    return short


def main():
    """Look at the pages that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="the beginning of a lesson's name, such as 04")
    options = parser.parse_args()
    browser = chromium()
    if browser is None or not LIGHTHOUSE.exists():
        sys.exit("Lighthouse needs Chromium, and to be installed: npm ci")
    os.environ["CHROME_PATH"] = browser
    lessons = sorted((SITE / "lessons").glob(f"{options.only}*.html"))
    pages = [str(path.relative_to(SITE)) for path in lessons]
    short = look_at(pages if options.only else ["index.html", *pages])
    if short:
        sys.exit("too few points:\n" + "\n".join(short))


if __name__ == "__main__":
    run_tool(main, "nothing was changed")
