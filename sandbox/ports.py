"""Ports for servers that must know their address before they listen."""

import errno
import random
import socket

_BELOW_THE_SYSTEMS = range(20_000, 32_000)
"""Systems give connections that go out ports above these, so none of them takes a port before its server listens."""


def free_port(wanted: int = 0) -> int:
    """That port, or any free one if something else has it."""
    ports = random.sample(_BELOW_THE_SYSTEMS, 100)
    return next(port for port in [*([wanted] if wanted else []), *ports] if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            return False
    return True
