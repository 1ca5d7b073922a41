"""The surroundings an emulated arm's physics sees, carried to the screen beside the servo bytes.

A real arm's wire tells nothing of cups and heads, and neither does an emulated one's. For the picture and for the
judgement of a demo the emulator reports its scene through a datagram socket of its own; the control process, which
moves the arm, never gets it.
"""

from __future__ import annotations

import socket
from pathlib import Path

import msgspec

from armctl.hal.scene import SceneState

LARGEST: int = 65536


class SceneSender:
    """Sends scene states to whoever listens at ``path``; nobody need to."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._encoder = msgspec.msgpack.Encoder()

    def send(self, state: SceneState) -> None:
        """Send ``state``; lost when nobody listens or the listener is slow."""
        try:
            self._socket.sendto(self._encoder.encode(state), self._path)
        except OSError:
            return  # No screen yet, or it is busy: the next state comes in a moment.

    def close(self) -> None:
        """Give the socket up."""
        self._socket.close()


class SceneFeed:
    """Receives scene states at ``path`` and keeps the newest."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        self._decoder = msgspec.msgpack.Decoder(SceneState)
        self._newest: SceneState | None = None

    def newest(self) -> SceneState | None:
        """Return the newest state so far."""
        while True:
            try:
                data = self._socket.recv(LARGEST)
            except BlockingIOError:
                return self._newest
            try:
                self._newest = self._decoder.decode(data)
            except msgspec.DecodeError:
                continue

    def close(self) -> None:
        """Give the socket up."""
        self._socket.close()
