"""``armctl.control.process`` on a computer whose USB adapters are listed in a file: pseudo-terminals have no numbers.

The file is named by ``ARMCTL_TEST_PORTS``; it holds rows of path, title, serial number and whether it is permitted.
"""

import json
import os
import sys
from pathlib import Path

from armctl.control.process import main
from drivers import transport
from drivers.transport import PortInfo


def listed() -> tuple[PortInfo, ...]:
    return tuple(PortInfo(*row) for row in json.loads(Path(os.environ["ARMCTL_TEST_PORTS"]).read_text()))


if __name__ == "__main__":
    transport.list_ports = listed
    sys.exit(main())
