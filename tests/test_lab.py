"""The lessons in JupyterLab, as a browser sees them; IN_LAB=all opens, and runs, every one."""

import json
import os
import re
import subprocess
import sys
import time
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest

from tools import ROOT, lab
from tools.copies import BLANKS, refresh
from tools.notebooks import notebooks

LESSONS = [path.name for path in notebooks()]
ALL = os.environ.get("IN_LAB") == "all"
RUN = LESSONS if ALL else ["05b-shapes-in-keras.ipynb"]
OPENED = LESSONS if ALL else LESSONS[::5]  # of all, `test_notebooks` looks at the form
HERE = {None, "", "127.0.0.1", "::1", "localhost"}
WATCH = """
import json, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        address = arguments[1] if event == "socket.connect" else arguments
        host = address[0] if isinstance(address, tuple) else None
        with open({log!r}, "a") as file:
            print(json.dumps(host), file=file)

sys.addaudithook(watch)
"""
# what a user may have at home, and what would be seen if it mattered
HOME = {
    ".jupyter/jupyter_server_config.json": '{"ServerApp": {"base_url": "/mine/"}}',
    ".ipython/profile_default/startup/mine.py": "print = None",
    ".keras/keras.json": '{"floatx": "mine"}',
    "startup.py": "check = print = None",
    "settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings": (
        '{"theme": "JupyterLab Dark"}'
    ),
}

# and set, where HOME stands for that folder
SET = {
    "JUPYTER_CONFIG_PATH": "HOME/.jupyter",
    "JUPYTER_TOKEN": "mine",
    "JUPYTERLAB_SETTINGS_DIR": "HOME/settings",
}

OPEN = """async path => {
  const panel = await jupyterapp.commands.execute('docmanager:open', {path});
  await panel.context.ready;
  await panel.sessionContext.ready;
  const {kernel} = panel.sessionContext.session;
  await kernel.info;
  await kernel.spec;
  await panel.content.scrollToItem(panel.content.widgets.length - 1, 'start');
  await new Promise(done => setTimeout(done, 500));
  return panel.context.model.dirty;
}"""
SAVE = "() => jupyterapp.shell.currentWidget.context.save()"
RUN_ALL = "() => jupyterapp.commands.execute('notebook:run-all-cells')"
CELLS = "() => jupyterapp.shell.currentWidget.context.model.toJSON().cells"
CLOSE = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  await panel.sessionContext.shutdown();
  panel.context.model.dirty = false;
  panel.close();
}"""


def ask(page, script, *argument):
    """Return what JupyterLab answers to a script; an error if it does not in five minutes."""
    late = "new Promise((_, no) => setTimeout(() => no(Error('no answer')), 300_000))"
    return page.evaluate(f"argument => Promise.race([({script})(argument), {late}])", *argument)


class Lab:
    """JupyterLab as `make lab` starts it, with folders of the test and an eye on its sockets."""

    def __init__(self, folder):
        self.lessons, self.state = folder / "lab", folder / "state"
        self.connections, self.said = folder / "connections", folder / "said"
        assert refresh(self.lessons) == []
        lab.write_settings(self.state)
        self.process = self.start(folder)

    def start(self, folder):
        """Start the server in the home of a user with settings, and without a browser."""
        files = {f"home/{name}": text for name, text in HOME.items()}
        files["watch/sitecustomize.py"] = WATCH.format(log=str(self.connections))
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        path = os.pathsep.join([str(folder / "watch"), os.environ.get("PYTHONPATH", "")])
        home = {"HOME": str(folder / "home"), "PYTHONSTARTUP": str(folder / "home" / "startup.py")}
        theirs = {name: value.replace("HOME", home["HOME"]) for name, value in SET.items()}
        with self.said.open("w") as said, patch.dict(os.environ, theirs):
            return subprocess.Popen(
                lab.command(self.lessons, "--LabApp.expose_app_in_browser=True"),
                env=lab.surroundings(self.state) | home | {"PYTHONPATH": path, "PATH": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def address(self):
        """Return where the server is to be found, once it says so, and its token."""
        for _ in range(600):
            assert self.process.poll() is None, self.said.read_text()
            if "token=" in self.said.read_text():
                (file,) = (self.state / "runtime").glob("jpserver-*.json")
                server = json.loads(file.read_text())
                return server["url"], server["token"]
            time.sleep(0.1)
        pytest.fail(self.said.read_text())

    def end(self):
        """End the server, which ends its kernels."""
        self.process.terminate()
        self.process.wait(60)


@pytest.mark.parametrize(("arguments", "folder"), [([], "lab"), (["--originals"], "notebooks")])
def test_only_the_lessons_of_a_reader_are_copies(tmp_path, monkeypatch, capsys, arguments, folder):
    started, refreshed = [], []
    monkeypatch.setattr("sys.argv", ["lab", *arguments])
    monkeypatch.setattr("os.execve", lambda program, words, _: started.extend(words))
    monkeypatch.setattr(lab, "STATE", tmp_path)
    monkeypatch.setattr(lab, "refresh", lambda copies: refreshed.append(copies) or [copies / "a"])
    lab.main()
    assert started[-1] == f"--ServerApp.root_dir={ROOT / folder}"
    assert refreshed == ([] if arguments else [ROOT / "lab"])
    said = capsys.readouterr().out
    assert f"JupyterLab on {folder}/" in said
    assert ("lab/a stays as you left it" in said) == (not arguments)


def test_the_copies_are_nobodys_business_but_the_readers():
    ignored = subprocess.run(["git", "check-ignore", "-q", lab.COPIES / "a.ipynb"], cwd=ROOT)
    assert ignored.returncode in (0, 128)  # 128: not a checkout
    clean = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nclean:")[1]
    assert not {"lab", "lab/"} & set(clean.split())


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    running = Lab(tmp_path_factory.mktemp("lab"))
    yield running
    running.end()


@pytest.fixture(scope="module")
def page(browser, server):
    url, token = server.address()
    opened = browser.new_page()
    opened.set_default_timeout(120_000)
    opened.requests = []
    opened.on("request", lambda asked: opened.requests.append(asked.url))
    opened.on("websocket", lambda socket: opened.requests.append(socket.url))
    opened.goto(f"{url}lab?token={token}")
    opened.wait_for_function("window.jupyterapp?.restored")
    opened.evaluate("() => jupyterapp.restored")
    yield opened
    opened.close()


@pytest.fixture
def opened(page):
    """Give a function that opens a notebook and tells whether it is marked as changed."""
    yield lambda path: ask(page, OPEN, path)
    page.evaluate(CLOSE)


@pytest.mark.parametrize("name", [*OPENED, f"{BLANKS}/{LESSONS[0]}"])
def test_opening_a_lesson_changes_nothing_and_saving_it_not_one_byte(server, page, opened, name):
    before = (server.lessons / name).read_bytes()
    assert opened(name) is False
    page.evaluate(SAVE)
    assert (server.lessons / name).read_bytes() == before


def complaints(cells):
    """Yield what is wrong with cells that should have been run, in order, without an error."""
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    if [cell["execution_count"] for cell in code] != list(range(1, len(code) + 1)):
        yield "not every cell ran once, in order"
    for cell in code:
        for output in cell["outputs"]:
            if output["output_type"] == "error" or output.get("name") == "stderr":
                yield output.get("text") or output["evalue"]


@pytest.mark.parametrize("name", RUN)
def test_a_lesson_runs_from_its_first_cell_to_its_last(page, opened, name):
    opened(name)
    ask(page, RUN_ALL)
    assert list(complaints(page.evaluate(CELLS))) == []


def test_the_server_is_set_as_we_set_it_whatever_a_user_has(server, page):
    url, token = server.address()
    assert (urlsplit(url).hostname, urlsplit(url).path) == ("127.0.0.1", "/")
    assert re.fullmatch("[0-9a-f]{48}", token)
    assert page.evaluate("document.body.dataset.jpThemeLight") == "true"


def test_the_folder_holds_lessons_and_nothing_else(server, page):
    shown = page.evaluate("() => jupyterapp.serviceManager.contents.get('')")["content"]
    assert {each["name"] for each in shown} == {*LESSONS, BLANKS}


def test_neither_the_browser_nor_the_server_asks_another_host_or_the_reader(server, page):
    host = urlsplit(server.address()[0]).netloc
    assert len(page.requests) > 20
    assert [url for url in page.requests if urlsplit(url).netloc not in (host, "")] == []
    assert set(map(json.loads, server.connections.read_text().splitlines())) <= HERE
    assert page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []


def test_without_a_browser_the_address_is_said_and_nothing_else(server):
    url, token = server.address()
    said = server.said.read_text()
    assert f"{url}lab?token={token}" in said
    assert urlsplit(url).hostname == "127.0.0.1"
    start = said[: said.index(token)]
    assert not {"Traceback", "WARNING", "Error"} & set(start.replace(":", " ").split())
    # later kernels end, whose last words are not the server's: it warns in lines of its own
    assert not [line for line in said.splitlines() if line.startswith(("[W ", "[E "))]


def test_a_connection_to_another_host_would_be_seen(tmp_path):
    watch = WATCH.format(log=str(tmp_path / "log"))
    connect = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    subprocess.run([sys.executable, "-c", f"{watch}\n{connect}"], stderr=subprocess.PIPE)
    assert (tmp_path / "log").read_text() == '"192.0.2.1"\n'
