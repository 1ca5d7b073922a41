"""``python -m armctl``."""

from armctl.cli.main import main

main()
