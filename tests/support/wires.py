"""A port without a wire: a transport whose far end is an emulated device in the same process, on a stepped clock."""

from armctl.errors import LinkLostError

TURN_ROUND = 0.001
"""Time a request takes [s]."""


class LoopTransport:
    def __init__(self, device, clock):
        self.device = device
        self.clock = clock
        self.sent = []
        self.gone = False
        self.closed = False
        self._input = b""

    def write(self, data, deadline):
        self._check()
        self.sent.append(data)
        self.clock.advance(TURN_ROUND)
        self.device.advance()
        self.device.receive(data)

    def read(self, size, deadline):
        self._check()
        self._input += self.device.take()
        # A paced device is also due when it has heard an instruction; only bytes end the wait.
        while not self._input and self.clock.now() < deadline:
            due = self.device.due()
            self.clock.sleep_until(deadline if due is None else min(due, deadline))
            self.device.advance()
            self._input += self.device.take()
        data, self._input = self._input[:size], self._input[size:]
        return data

    def discard_input(self):
        self._check()
        dropped, self._input = self._input + self.device.take(), b""
        return len(dropped)

    def close(self):
        self.closed = True

    def _check(self):
        if self.gone or self.closed:
            raise LinkLostError("The loop was cut.", "Join it again.")


class ScriptedTransport:
    """A port whose far end is a function from what is sent to what comes back."""

    def __init__(self, clock, answer):
        self.clock = clock
        self.answer = answer
        self.sent = []
        self._input = b""

    def write(self, data, deadline):
        self.sent.append(data)
        self._input += self.answer(data)

    def read(self, size, deadline):
        if not self._input:
            self.clock.sleep_until(deadline)
        data, self._input = self._input[:size], self._input[size:]
        return data

    def discard_input(self):
        dropped, self._input = self._input, b""
        return len(dropped)

    def close(self):
        pass
