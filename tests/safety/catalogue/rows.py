"""The fault catalogue: what may go wrong, what the arm must do then, and within what time.

Source: the project's list of 58 faults with reactions and bounds at 100 Hz. Bounds run from the moment at which the
fault can be seen to the first safe byte on the wire; on a busy computer the lateness measured in the same interval is
added. Reactions: **H** hold, **S** stop and latch, **R** reject; other words say themselves what happens.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One fault.

    Attributes:
        number: Its number in the catalogue.
        fault: What goes wrong.
        reaction: What the arm must do.
        bound_ms: Within what time [ms]; None where the catalogue names none.
        inject: How the fault is made.
        other_bounds_ms: Further bounds of the same row, for a test that is marked ``bound_ms=``.
        bound: How the bound is shown; empty for ``bound_ms`` in milliseconds.
        waits_for: The part that does not exist yet and without which the row cannot be tested; empty where it exists.
    """

    number: int
    fault: str
    reaction: str
    bound_ms: float | None
    inject: str
    other_bounds_ms: tuple[float, ...] = ()
    bound: str = ""
    waits_for: str = ""

    @property
    def shown_bound(self) -> str:
        """The bound as text."""
        return self.bound or ("–" if self.bound_ms is None else f"{self.bound_ms:g} ms")


TIMEOUT_MS = 100.0
"""How long a process may be silent at most [ms]; `armctl.control.heartbeat.TIMEOUT` keeps within it by a tick."""

ROWS: dict[int, Row] = {
    row.number: row
    for row in (
        Row(1, "serial unplugged in motion", "S", 30, "close the terminal's master"),
        Row(2, "half a frame", "discard, find the next", 20, "cut at every byte"),
        Row(3, "one wrong checksum", "drop, count", 10, "flip each bit"),
        Row(4, "three bad readings in a row", "S", 40, "three bad replies"),
        Row(5, "adapter echoes", "strip or refuse, never a value", 10, "echoing terminal"),
        Row(6, "noise, a false header", "no false frame", 20, "random bytes"),
        Row(7, "position frozen in motion", "S", 100, "repeat a reply"),
        Row(8, "late reply to the request before", "discard", 10, "delay one reply"),
        Row(9, "wrong or duplicate servo id", "refuse to arm", None, "two servos with one id", bound="at start"),
        Row(10, "one servo mute", "S, named", 40, "drop one id"),
        Row(11, "a write blocks", "S, loop not blocked", 20, "do not drain"),
        Row(12, "overload bit", "S, back off the load", 30, "status byte"),
        Row(
            13, "over-temperature: warning / limit", "slow / S", 100, "ramp",
            other_bounds_ms=(1000,), bound="1000 / 100 ms",
        ),
        Row(14, "brown-out, a servo restarted", "S, no goal until read again", 50, "power-cycle one servo"),
        Row(15, "encoder jump", "S, do not follow", 20, "+5°"),
        Row(16, "encoder wraps 4095 to 0", "continuous", None, "cross the wrap", bound="no error"),
        Row(17, "following error, blocked joint", "S", 100, "block"),
        Row(18, "wrong calibration", "refuse to arm", None, "offset of 10°", bound="at start"),
        Row(19, "direction swapped", "S within 2°", 100, "negate"),
        Row(20, "screen killed", "H", 20, "SIGKILL"),
        Row(21, "screen stopped", "H", TIMEOUT_MS + 20, "SIGSTOP", bound="120 ms"),
        Row(22, "screen slow (200 ms a frame)", "jog H by its deadline", 100, "sleep"),
        Row(23, "control killed", "rests at the last set-point, guard tells", 100, "SIGKILL"),
        Row(24, "control stopped, continued", "the same; no burst afterwards", 100, "SIGSTOP, SIGCONT"),
        Row(
            25, "guard killed", "control H", 20, "SIGKILL",
            other_bounds_ms=(TIMEOUT_MS + 20,), bound="20 ms (stopped: 120 ms)",
        ),
        Row(26, "processor starved, 3 misses or more", "H", 40, "hogs"),
        Row(27, "wall clock jumps", "nothing", None, "false clock"),
        Row(28, "suspend and resume", "S", None, "jump", bound="first tick"),
        Row(29, "disk full", "records dropped and counted, loop untouched", None, "full disk", bound="loop + 0"),
        Row(30, "slow disk", "the same", None, "stall", bound="loop + 0"),
        Row(31, "configuration malformed", "refuse to start, name file and line", None, "fuzz"),
        Row(32, "configuration valid but unsafe", "refuse against built-in caps", None, "property test"),
        Row(33, "power lost while saving a calibration", "old or new, never mixed", None, "crash at each write"),
        Row(34, "inverse kinematics gives NaN or Inf", "R, H", 10, "patch"),
        Row(35, "target out of reach", "R with a reason", 20, "far poses"),
        Row(36, "singularity", "slow, then stop, a way out is shown", 10, "straight elbow"),
        Row(37, "inverse kinematics changes its branch", "R", 10, "wrist flip"),
        Row(38, "self-collision ahead", "slow, H before contact", 10, "folding way"),
        Row(39, "head or keep-out zone", "inward part removed, escape allowed, elbow too", 10, "drive inward"),
        Row(40, "head pose stale", "speed shrinks, H", 200, "drop poses"),
        Row(41, "contact near the face", "S, retreat only on command", 20, "step of force"),
        Row(42, "joystick lost while deflected", "zero, H", 50, "remove the device"),
        Row(43, "joystick deflected at start", "refuse until neutral", None, "deflect", bound="at start"),
        Row(44, "joystick drift", "dead band; refuse to arm", None, "constant 8 %"),
        Row(45, "switch stuck", "H at the longest hold", 20, "never release", bound="limit + 20 ms"),
        Row(46, "switch bounces", "one event", None, "bursts of 1 to 30 ms"),
        Row(47, "tremor", "filtered; release never delayed", 20, "4 to 12 Hz"),
        Row(48, "double press", "second ignored", None, "two presses 80 ms apart"),
        Row(49, "press after the scan moved on", "the item lit at press time counts", None, "race"),
        Row(50, "sip sensor frozen or saturated", "H", 300, "constant"),
        Row(51, "spasm: both extremes", "S", 50, "saturate"),
        Row(52, "two instances, one port", "second refuses", None, "open twice", bound="at start"),
        Row(53, "USB back under another name", "found by identity, stays disarmed", None, "new terminal"),
        Row(54, "another arm on the port", "refuse", None, "other model", bound="at start"),
        Row(55, "old command after a reconnect", "R", 10, "queue"),
        Row(56, "simulation and hardware differ", "the test fails", None, "same script", bound="every run"),
        Row(57, "exception in control", "S, no restart into motion", 20, "raise at each line"),
        Row(58, "stop input open-circuit", "S", 20, "input low"),
    )
}  # fmt: skip
