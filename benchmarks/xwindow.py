"""A display without a monitor (Xvfb), keys pressed on it and pixels read from it, through Xlib."""

from __future__ import annotations

import ctypes
import os
import subprocess
from typing import Any, Final, Self

ALL_PLANES: Final = 0xFFFFFFFF
Z_PIXMAP: Final = 2


class _Image(ctypes.Structure):
    """The beginning of Xlib's XImage: as far as its data."""

    _fields_ = [
        ("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int), ("format", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_char)), ("byte_order", ctypes.c_int), ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int), ("bitmap_pad", ctypes.c_int), ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    ]  # fmt: skip


class VirtualDisplay:
    """An X server of its own.

    Args:
        size: Width and height [px].

    Attributes:
        name: What ``DISPLAY`` must be.

    Raises:
        OSError: Xvfb, libX11 or libXtst is not installed.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._x11, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp"],
            pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as told:
            self.name = f":{told.readline().strip()}"
        self._size = size
        x11: Any = self._x11
        x11.XOpenDisplay.restype = x11.XDefaultRootWindow.restype = ctypes.c_void_p
        x11.XGetImage.restype = ctypes.POINTER(_Image)
        self._display = ctypes.c_void_p(x11.XOpenDisplay(self.name.encode()))
        self._root = ctypes.c_void_p(x11.XDefaultRootWindow(self._display))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._x11.XCloseDisplay(self._display)
        self._server.terminate()
        self._server.wait(10)

    def key(self, name: str, pressed: bool) -> None:
        """Press a key, or let it go, as a keyboard does."""
        code = self._x11.XKeysymToKeycode(self._display, ctypes.c_ulong(self._x11.XStringToKeysym(name.encode())))
        self._test.XTestFakeKeyEvent(self._display, code, int(pressed), ctypes.c_ulong(0))
        self._x11.XFlush(self._display)

    def columns(self, places: tuple[int, ...]) -> bytes:
        """Return what the screen shows now in the columns of pixels at ``places`` [px]."""
        return b"".join(self._column(x) for x in places)

    def _column(self, x: int) -> bytes:
        height = self._size[1]
        planes = ctypes.c_ulong(ALL_PLANES)
        image = self._x11.XGetImage(self._display, self._root, x, 0, 1, height, planes, Z_PIXMAP)
        found = image.contents
        pixels = ctypes.string_at(found.data, found.bytes_per_line * height)
        self._x11.XDestroyImage(image)
        return pixels
