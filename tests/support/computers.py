"""A computer made of files: device, kernel and process trees in a temporary folder, ports that are real terminals."""

import os
from pathlib import Path

from drivers.adapters import Computer


class FakeComputer:
    """``plug`` puts a port and what the kernel would tell about its adapter into the trees under ``folder``."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.forbidden = set()
        for name in ("dev", "sys/class/tty", "proc", "run/udev/data"):
            (self.folder / name).mkdir(parents=True)
        self.here = Computer(
            dev=self.folder / "dev",
            sys=self.folder / "sys",
            proc=self.folder / "proc",
            run=self.folder / "run",
            may_use=lambda path: path.name not in self.forbidden,
        )
        self._count = 0

    def plug(self, name, usb="1a86:55d3", serial="", title="USB Single Serial", leads_to="", latency=None):
        """Plug an adapter in; ``leads_to`` is the terminal behind it. Returns the port's path."""
        self._count += 1
        device = self.folder / "sys/devices/usb1" / f"1-{self._count}"
        port = device / f"1-{self._count}:1.0"
        vendor, product = usb.split(":")
        if name.startswith("ttyUSB"):
            port = port / name
        (port / "tty" / name).mkdir(parents=True)
        for file, text in (("idVendor", vendor), ("idProduct", product), ("product", title), ("serial", serial)):
            if text:
                (device / file).write_text(text + "\n", encoding="utf-8")
        if latency is not None:
            (port / "latency_timer").write_text(f"{latency}\n", encoding="utf-8")
        place = self.folder / "sys/class/tty" / name
        place.mkdir()
        (place / "device").symlink_to(port)
        return self._make_port(name, leads_to)

    def board_port(self, name, kind):
        """A port that needs no USB; ``kind`` 0 means that there is nothing behind it."""
        place = self.folder / "sys/class/tty" / name
        place.mkdir()
        (place / "type").write_text(f"{kind}\n", encoding="utf-8")
        return self._make_port(name, "")

    def process(self, pid, command, opens=None, locks=None):
        folder = self.folder / "proc" / str(pid) / "fd"
        folder.mkdir(parents=True)
        (folder.parent / "comm").write_text(command + "\n", encoding="utf-8")
        if opens:
            (folder / "3").symlink_to(opens)
        if locks:
            device = os.stat(locks)
            where = f"{os.major(device.st_dev):02x}:{os.minor(device.st_dev):02x}:{device.st_ino}"
            with (self.folder / "proc/locks").open("a", encoding="utf-8") as file:
                file.write(f"1: FLOCK  ADVISORY  WRITE {pid} {where} 0 EOF\n")

    def forbid(self, path):
        """This user may not open the port."""
        self.forbidden.add(Path(path).name)

    def left_alone_by_modem_manager(self, path):
        """What udev writes down about a port with the rule."""
        device = os.stat(path).st_rdev
        file = self.folder / f"run/udev/data/c{os.major(device)}:{os.minor(device)}"
        file.write_text("I:1\nE:ID_MM_DEVICE_IGNORE=1\n", encoding="utf-8")

    def _make_port(self, name, leads_to):
        port = self.folder / "dev" / name
        if leads_to:
            port.symlink_to(leads_to)
        else:
            port.touch()
        return str(port)
