"""The link under which a pseudo-terminal is found: one program serves it at a time, and a dead one's is replaced.

That somebody serves a link is told by a socket without a file, bound to a name made of the link's path: the kernel
gives the name up when its program ends, however that happens. The terminal says nothing about it: its number is given
to the next program that asks for one.
"""

from __future__ import annotations

import hashlib
import os
import socket
import struct
from pathlib import Path
from typing import Final

from armctl.errors import SetupError

_TERMINALS: Final = "/dev/pts/"
_CREDENTIALS: Final = struct.Struct("3i")
"""Process, user and group of who listens."""


class Link:
    """A symbolic link to whatever terminal there is just now.

    Args:
        path: Where it is put.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._claim: socket.socket | None = None

    def lead_to(self, target: str) -> None:
        """Make the link lead to ``target``, in place of one that nobody serves any more.

        Raises:
            SetupError: Another program serves it, there is something else, or it cannot be made.
        """
        if self.path.is_symlink() and not os.readlink(self.path).startswith(_TERMINALS):
            raise SetupError(f"{self.path} leads to {os.readlink(self.path)}, not to an emulated arm.", _ELSEWHERE)
        if self.path.exists() and not self.path.is_symlink():
            raise SetupError(f"{self.path} exists and is not a link.", _ELSEWHERE)
        claim = _claimed(self.path)
        try:
            _put(self.path, target)
        except OSError as error:
            claim.close()
            raise SetupError(f"The link {self.path} cannot be made ({error.strerror}).", _ELSEWHERE) from error
        self._claim = claim

    def remove(self, target: str) -> None:
        """Take the link to ``target`` away; one that leads elsewhere by now is another program's."""
        if self._claim is None:
            return
        if self.path.is_symlink() and os.readlink(self.path) == target:
            self.path.unlink()
        self._claim.close()
        self._claim = None


_ELSEWHERE: Final = "Choose another place for the port."


def _put(path: Path, target: str) -> None:
    made = path.with_name(path.name + ".new")
    path.parent.mkdir(parents=True, exist_ok=True)
    made.unlink(missing_ok=True)
    made.symlink_to(target)
    made.replace(path)


def _claimed(path: Path) -> socket.socket:
    """Return what tells others that this program serves ``path``.

    Raises:
        SetupError: One of them does; names it.
    """
    where = os.fsencode(path.parent.resolve() / path.name)
    name = b"\0armctl link " + hashlib.sha256(where).hexdigest().encode()
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        claim.bind(name)
        claim.listen(1)
    except OSError:
        claim.close()
        raise SetupError(
            f"Another emulated arm is at {path} (process {_listener(name)}).", "End it first, or give another --link."
        ) from None
    return claim


def _listener(name: bytes) -> str:
    """Return the number of the process that listens at ``name``."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asker:
        asker.settimeout(0.1)
        try:
            asker.connect(name)
        except OSError:
            return "unknown"
        told = asker.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return str(_CREDENTIALS.unpack(told)[0])
