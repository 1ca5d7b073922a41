"""The udev rule for arms: rights, no ModemManager, a short latency timer, a name that stays.

armctl only prints it; installing is two commands that a person decides to run. What a device says about itself (its
serial number) gets into the rule only where it is letters and digits: a rules file is obeyed by the system's owner.
"""

from __future__ import annotations

import grp
import os
import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from armctl.config.arm import ArmConfig
from armctl.errors import SetupError
from drivers.adapters import KINDS, Adapter

FILE: Final = "/etc/udev/rules.d/60-armctl.rules"
"""Before 73-seat-late.rules, which grants what ``uaccess`` asks for, and 80-mm-candidate.rules of ModemManager."""
GROUP: Final = "dialout"
"""Group of serial ports on Debian, Ubuntu, Raspberry Pi OS and Fedora; others give theirs (``uucp`` on Arch)."""
SERIAL_GROUPS: Final = frozenset({"dialout", "uucp", "plugdev", "serial"})
SAFE_NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:\-]{0,63}")

_HEAD: Final = """\
# Serial adapters of robot arms, printed by: armctl doctor --udev{arguments}
# To install it, two commands:
#   armctl doctor --udev{arguments} | sudo tee {file}
#   sudo udevadm control --reload && sudo udevadm trigger
# Then plug the adapter in again. To take it back: sudo rm {file}
ACTION=="remove", GOTO="armctl_end"
"""
_TAIL: Final = 'LABEL="armctl_end"\n'


def rules_for_adapters(found: Sequence[Adapter]) -> str:
    """Return the rules file for the adapters that are plugged in; each by its own serial number where it has one.

    Raises:
        SetupError: None of them is an adapter that arms are known to have.
    """
    known = [adapter for adapter in found if adapter.kind]
    if not known:
        raise SetupError(
            "No adapter of an arm is plugged in.",
            "Plug it in, or name the arm: armctl doctor --udev so101 (armctl arms lists them).",
        )
    others = [adapter for adapter in found if adapter.usb and not adapter.kind]
    left_out = "".join(f"# Left out, no known adapter of arms: {adapter.usb}\n" for adapter in others)
    body = "\n".join("".join(f"{line}\n" for line in _of_adapter(adapter)) for adapter in known)
    return f"{_HEAD.format(arguments='', file=FILE)}{left_out}\n{body}\n{_TAIL}"


def rules_for_arm(config: ArmConfig, name: str) -> str:
    """Return the rules file for every kind of adapter that arms like ``config`` usually have.

    Args:
        config: The arm.
        name: What it is called on the command line.

    Raises:
        SetupError: No adapter is known for this arm's driver.
    """
    kinds = {usb: kind for usb, kind in KINDS.items() if config.driver in kind.drivers}
    if not kinds:
        raise SetupError(f"No adapter is known for {config.driver} arms.", "Plug it in: armctl doctor --udev")
    parts = []
    for (vendor, product), kind in kinds.items():
        about = f"# {kind.chip}: {kind.usual}"
        number = SAFE_NUMBER.fullmatch(config.wire.adapter)
        lines = [about, *_lines(f"{vendor:04x}", f"{product:04x}", "", GROUP, delays=kind.delays)]
        parts.append("".join(f"{line}\n" for line in lines))
        if number:
            parts[-1] += f"{_link(f'{vendor:04x}', f'{product:04x}', number[0])}\n"
        else:
            match = _match(f"{vendor:04x}", f"{product:04x}", "?*")
            parts[-1] += f'SUBSYSTEM=="tty", {match}, SYMLINK+="armctl-$attr{{serial}}"\n'
    body = "\n".join(parts)
    return f"{_HEAD.format(arguments=f' {shlex.quote(name)}', file=FILE)}\n{body}\n{_TAIL}"


def _of_adapter(adapter: Adapter) -> Iterator[str]:
    vendor, _, product = adapter.usb.partition(":")
    number = SAFE_NUMBER.fullmatch(adapter.serial_number)
    kind = adapter.kind
    yield f"# {kind.chip if kind else adapter.usb}: {kind.usual if kind else ''}"
    yield from _lines(
        vendor,
        product,
        number[0] if number else "",
        _group(adapter),
        delays=adapter.latency is not None or bool(kind and kind.delays),
    )
    if number:
        yield _link(vendor, product, number[0])
    else:
        yield "# It has no serial number that could name it: use its socket, /dev/serial/by-path/"


def _lines(vendor: str, product: str, number: str, group: str, *, delays: bool) -> Iterator[str]:
    """Yield the rules that give rights, keep ModemManager away and shorten the timer."""
    match = _match(vendor, product, number)
    own = match.replace("ATTRS{", "ATTR{")
    yield f'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", {own}, ENV{{ID_MM_DEVICE_IGNORE}}="1"'
    yield (
        f'SUBSYSTEM=="tty", {match}, MODE="0660", GROUP="{group}", TAG+="uaccess", '
        'ENV{ID_MM_DEVICE_IGNORE}="1", ENV{ID_MM_PORT_IGNORE}="1"'
    )
    if delays:
        # The adapter's own folder has the timer; it comes a moment before the port.
        yield f'SUBSYSTEM=="usb-serial", DRIVER=="ftdi_sio", {match}, ATTR{{latency_timer}}="1"'


def _match(vendor: str, product: str, number: str) -> str:
    serial = f', ATTRS{{serial}}=="{number}"' if number else ""
    return f'ATTRS{{idVendor}}=="{vendor}", ATTRS{{idProduct}}=="{product}"{serial}'


def _link(vendor: str, product: str, number: str) -> str:
    return f'SUBSYSTEM=="tty", {_match(vendor, product, number)}, SYMLINK+="armctl-{number}"'


def _group(adapter: Adapter) -> str:
    """Return the group that serial ports have on this computer."""
    try:
        name = grp.getgrgid(os.stat(adapter.path).st_gid).gr_name
    except (KeyError, OSError):
        return GROUP
    return name if name in SERIAL_GROUPS else GROUP
