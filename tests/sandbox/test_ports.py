"""Servers that must know their address beforehand get a port that stays free until they listen."""

import socket
from pathlib import Path

import pytest

from sandbox.ports import free_port

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_a_port_that_is_taken_is_not_given() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port


def test_a_port_that_is_wanted_and_free_is_given() -> None:
    port = free_port()
    assert free_port(port) == port


@pytest.mark.skipif(not RANGE.exists(), reason="only Linux says where its own ports begin")
def test_no_connection_that_goes_out_takes_it() -> None:
    first = int(RANGE.read_text().split()[0])
    assert all(free_port() < max(first, 32_000) for _ in range(20))
