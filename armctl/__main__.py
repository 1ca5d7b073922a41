"""``python -m armctl`` and the command ``armctl``."""

import signal

# Until the command line is loaded there is nothing to put in order: Ctrl-C ends the program without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from armctl.cli.main import main  # noqa: E402  the line above comes first on purpose

if __name__ == "__main__":
    main()
