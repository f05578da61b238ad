import socket

import pytest

from tools import serve


def test_a_port_that_is_in_use_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port}: .*in use; another: make serve PORT="):
            serve.serve(port)


@pytest.mark.parametrize("port", [-1, 65536, 99999])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(ValueError, match=f"PORT: expected a number from 0 to 65535, got {port}"):
        serve.serve(port)
