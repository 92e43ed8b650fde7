"""What keeps a server from starting is said in one line, with exit code 1, and harms nobody who runs."""
import os
import socket

import pytest

from newsroom import crier, free_port


def test_two_servers_on_one_newsroom(own_sample):
    room = own_sample.start()
    done = room.run("serve", "--port", "0", check=False)
    assert done.returncode == 1 and "a server runs on" in done.stderr and len(done.stderr.splitlines()) == 1
    assert room.get("/").status == 200
    assert room.stop() == 0
    room.start()  # a lock does not outlive its server


def test_port_in_use(own_sample):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = own_sample.run("serve", "--port", port, check=False)
        assert done.returncode == 1 and str(port) in done.stderr and "in use" in done.stderr.lower(), done.stderr
        own_sample.set("listen", "metrics_port", str(port))
        done = own_sample.run("serve", "--port", free_port(), check=False)
        assert done.returncode == 1 and str(port) in done.stderr and "in use" in done.stderr.lower(), done.stderr


def test_an_address_that_is_none(own_sample):
    done = own_sample.run("serve", "--address", "not-an-address", check=False)
    assert done.returncode == 1 and "not-an-address" in done.stderr


def test_metrics_are_on_their_own_port_only(own_sample):
    room = own_sample
    room.metrics_port = free_port()
    room.set("listen", "metrics_port", str(room.metrics_port))
    room.start()
    public, room.port = room.port, room.metrics_port
    assert room.get("/metrics").status == 200
    assert room.get("/").status == 404
    room.port = public
    assert room.get("/metrics").status in (301, 308, 404) and room.get("/metrics/").status == 404


def as_nobody(room, *words):
    """As a user to whom nothing here belongs."""
    return crier(*words, "-C", room.folder, check=False, user=65534, group=65534, extra_groups=[])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_without_permission(own_sample, tmp_path_factory):
    room = own_sample
    for folder in [room.folder, *room.folder.parents]:
        if folder.is_relative_to(tmp_path_factory.getbasetemp().parent.parent) and not folder.stat().st_mode & 0o005:
            folder.chmod(folder.stat().st_mode | 0o005)
    (room.folder / "crier.conf").chmod(0o644)
    try:
        done = as_nobody(room, "serve", "--port", "0")
    except PermissionError:
        pytest.skip("another user cannot call the program here")
    if "error while loading" in done.stderr or done.returncode == 126:
        pytest.skip("another user cannot call the program here")
    assert done.returncode == 1 and "serve.lock" in done.stderr and "ermission denied" in done.stderr, done.stderr
    done = as_nobody(room, "backup")
    assert done.returncode == 1 and "crier: " in done.stderr
    assert room.wrong() == []
    assert room.start().get("/").status == 200
