"""The control process: the loop, its links to the other processes, and the guard that watches them."""
