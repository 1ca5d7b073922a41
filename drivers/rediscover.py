"""An adapter that was plugged in again may have another name: it is found by its own serial number."""

from __future__ import annotations

import os

from armctl.errors import PortError
from drivers import transport


def port_of(path: str, identity: str) -> str:
    """Return where the adapter ``identity`` is now.

    Args:
        path: Where it was, or where it is said to be.
        identity: Its USB serial number; empty where it is not known, and then ``path`` is all there is to go by.

    Raises:
        PortError: The adapter is nowhere, or several call themselves so; or another one has taken its name.
    """
    if not identity:
        return path
    there = [port.path for port in transport.list_ports() if port.serial_number == identity]
    if any(os.path.realpath(name) == os.path.realpath(path) for name in there):
        return path
    if len(there) == 1:
        return there[0]
    if there:
        raise PortError(
            f"{len(there)} adapters have the serial number {identity}: {', '.join(there)}.",
            "Unplug all but the arm's.",
        )
    what = f"{path} is another adapter now; the arm's" if os.path.exists(path) else "The arm's adapter"
    raise PortError(
        f"{what} (serial number {identity}) is not plugged in.", f"Plug it in again. {transport.others_there()}"
    )
