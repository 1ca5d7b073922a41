"""Which intents count: silence means stop, and what is late, old or replayed is refused."""

from __future__ import annotations

from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import DEADLINE_HORIZON
from armctl.units import MS


def check_intent(sequence: int, epoch: int, deadline: float, now: float, last: int, current: int) -> Finding | None:
    """Return why an intent is refused, or None.

    Args:
        sequence: Its sequence number.
        epoch: The epoch it was meant for.
        deadline: After this it is void [s].
        now: The time [s].
        last: The largest sequence number taken from its sender so far.
        current: The present epoch.
    """
    if sequence <= last:
        return Finding(Code.INTENT_REPLAYED, value=sequence, limit=last)
    if epoch != current:
        return Finding(Code.INTENT_EPOCH, value=epoch, limit=current)
    if now > deadline:
        return Finding(Code.INTENT_LATE, value=(now - deadline) / MS)
    # Written so that a deadline that is not a number fails too.
    if not deadline - now <= DEADLINE_HORIZON:
        return Finding(Code.INTENT_DEADLINE, value=deadline - now, limit=DEADLINE_HORIZON)
    return None


class Intake:
    """Remembers the largest sequence number of each sender."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def accept(self, sequence: int, epoch: int, deadline: float, now: float, current: int, sender: str) -> str:
        """Take an intent, or return why not and change nothing; arguments as for `check_intent`, times in [s]."""
        finding = check_intent(sequence, epoch, deadline, now, self._last.get(sender, 0), current)
        if finding is not None:
            return finding.fault().message
        self._last[sender] = sequence
        return ""

    def forget(self) -> None:
        """Forget the numbers: the sender is gone, and the one that comes back may count from one.

        What the old one left behind is void by its deadline.
        """
        self._last.clear()
