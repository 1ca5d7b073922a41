"""A thread that listens to one serial input device: finds it, opens it, and opens it again when it comes back.

Events are stamped where they are read, so that a screen that draws cannot make a press look late; whoever waits for
the next frame is woken.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Final

from armctl.access.events import InputEvent
from armctl.clock import Clock
from armctl.config.devices import OnSerialPort, SpeaksSerial
from armctl.errors import LinkLostError, PortError
from drivers.inputs.handshake import open_lines
from drivers.transport import PortOpener, Transport, list_ports, open_serial
from ui.inputs.base import Decoder

_LOG = logging.getLogger(__name__)
AGAIN: Final = 0.5
"""A device that is not there is looked for this often [s]."""
LISTEN: Final = 0.02
"""Longest wait for bytes [s]: silence is noticed so much later."""
_CHUNK: Final = 512


class SerialLine:
    """One device on a serial port.

    Args:
        device: Where it is.
        decoder: What understands it.
        clock: Time.
        wake: Called from the thread when there is something to `take`.
        open_port: Opens the port.
    """

    def __init__(
        self,
        device: OnSerialPort,
        decoder: Decoder,
        clock: Clock,
        wake: Callable[[], None],
        open_port: PortOpener = open_serial,
    ) -> None:
        self._device = device
        self._decoder = decoder
        self._clock = clock
        self._wake = wake
        lines = open_port is open_serial and not isinstance(device, SpeaksSerial)
        self._open_port = open_lines if lines else open_port
        self._events: queue.SimpleQueue[InputEvent] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"input {device.name}", daemon=True)
        self._thread.start()

    def take(self) -> list[InputEvent]:
        """Return what came since the last call, in order; never waits."""
        taken: list[InputEvent] = []
        while True:
            try:
                taken.append(self._events.get_nowait())
            except queue.Empty:
                return taken

    def close(self) -> None:
        """Give the port up; may be called any number of times."""
        self._ended.set()
        self._thread.join(timeout=2.0)

    def _run(self) -> None:
        """Thread root: whatever goes wrong here is a device that is lost, never a screen that ends."""
        while not self._ended.is_set():
            try:
                self._listen()
            except (LinkLostError, PortError) as error:
                _LOG.debug("%s: %s", self._device.name, error)
            except Exception:
                _LOG.exception("Listening to %s failed; it is tried again.", self._device.name)
            self._tell(self._decoder.gone(self._clock.now()))
            self._ended.wait(AGAIN)

    def _listen(self) -> None:
        transport = self._open()
        try:
            while not self._ended.is_set():
                data = transport.read(_CHUNK, self._clock.now() + LISTEN)
                now = self._clock.now()
                self._tell(self._decoder.receive(data, now) if data else [])
                self._tell(self._decoder.tick(now))
        finally:
            transport.close()

    def _open(self) -> Transport:
        path = self._device.port
        if not path:
            wanted = self._device.serial_number
            path = next((port.path for port in list_ports() if port.serial_number == wanted), "")
        if not path:
            raise PortError(f"The adapter {self._device.serial_number} is not plugged in.")
        baud = self._device.baud if isinstance(self._device, SpeaksSerial) else 0
        return self._open_port(path, baud, self._clock)

    def _tell(self, events: list[InputEvent]) -> None:
        for event in events:
            self._events.put(event)
        if events:
            self._wake()
