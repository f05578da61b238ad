"""The pages are valid HTML, and no link in them leads nowhere."""

import json
import os
import shutil
import subprocess
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from tests.site_code import SITE
from tools import ROOT

JAR = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
PAGES = sorted(str(path.relative_to(SITE)) for path in SITE.rglob("*.html"))


@pytest.fixture(scope="module")
def findings():
    """Give what the Nu Html Checker finds wrong in the site, by page."""
    if not JAR.exists() or shutil.which("java") is None:
        if os.environ.get("CI") and shutil.which("npm") and shutil.which("java"):
            pytest.fail("no validator here: .ci/run installs it")
        pytest.skip("no validator here: npm ci brings it, and it needs Java")
    options = ["--skip-non-html", "--errors-only", "--exit-zero-always", "--format", "json"]
    command = ["java", "-jar", str(JAR), *options, str(SITE)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    wrong = {}
    for message in json.loads(told)["messages"]:
        page = message["url"].split("/build/site/")[-1]
        wrong.setdefault(page, []).append(f"line {message['lastLine']}: {message['message']}")
    return wrong


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_valid(findings, name):
    assert findings.get(name, []) == []


class Links(HTMLParser):
    """Collect where a page leads to, and the anchors in it."""

    def __init__(self):
        super().__init__()
        self.targets, self.anchors = [], set()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.anchors.add(given.get("id"))
        self.targets += [given[key] for key in ("href", "src") if given.get(key)]


@cache
def read(path):
    links = Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


def leads_nowhere(page, target):
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return False
    path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not path.is_file():
        return True
    is_anchor = parts.fragment and path.suffix == ".html"
    return is_anchor and unquote(parts.fragment) not in read(path).anchors


@pytest.mark.parametrize("name", PAGES)
def test_no_link_leads_nowhere(name):
    page = SITE / name
    assert [target for target in read(page).targets if leads_nowhere(page, target)] == []


def test_a_link_that_leads_nowhere_would_be_seen(tmp_path):
    page = tmp_path / "a.html"
    page.write_text('<p id="x"><a href="#x">1</a><a href="#y">2</a><a href="b.html">3</a>')
    found = [target for target in read(page).targets if leads_nowhere(page, target)]
    assert found == ["#y", "b.html"]
    assert not leads_nowhere(page, "https://example.org/#z")
