"""Lines of the protocol "tiny": a mark, a tag, numbers, and the exclusive or of it all. Pure: no I/O, no time.

``G17 4000 5200*XX`` goes to the board, ``$17 1 4000 0*XX`` comes back: angles in 0.1 mrad, speeds in 0.1 mrad/s.
"""

import re
from collections.abc import Iterable
from functools import reduce
from operator import xor

ANSWER, UNIT = "$", 1e-4  # mark of all answers; [rad] or [rad/s]
LINE = re.compile(rb"([A-Z?$]\d+(?: -?\d+)*)\*([0-9A-F]{2})\r?\Z")


def encode(mark: str, numbers: Iterable[int]) -> bytes:
    """Return the line with ``mark`` and ``numbers``, the tag first."""
    body = (mark + " ".join(map(str, numbers))).encode("ascii")
    return body + b"*%02X\n" % reduce(xor, body)


def decode(line: bytes) -> tuple[str, list[int]]:
    """Return mark and numbers of ``line``, empty where it is none; it may stand behind the rest of a broken one."""
    found = LINE.search(line)
    if found is None or int(found[2], 16) != reduce(xor, found[1]):
        return "", []
    return chr(found[1][0]), [int(number) for number in found[1][1:].split()]
