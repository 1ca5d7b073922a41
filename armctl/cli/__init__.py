"""The command line, and the only place where all parts are put together."""
