"""Serve the built site on this machine alone: `python -m tools.serve [--port 8000]`."""

import argparse
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from helpers.lesson.arguments import brief
from tools import number, run_tool
from tools.site import SITE


def serve(port):
    """Serve until Ctrl-C; ValueError or OSError, naming the port, where that cannot be."""
    if not 0 <= port < 2**16:
        raise ValueError(f"PORT: expected a number from 0 to 65535, got {brief(port)}")
    try:
        server = ThreadingHTTPServer(
            ("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=SITE)
        )
    except OSError as error:
        raise OSError(f"port {port}: {error.strerror}; another: make serve PORT=8001") from error
    with server:
        print(f"the site: http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)", flush=True)
        server.serve_forever()


def main():
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=number, default=8000)
    serve(parser.parse_args().port)


if __name__ == "__main__":
    run_tool(main, "the site is as it was")
