"""The steps a task is made of: one file each. A new step is one file and one row in ``armctl.tasks.model``."""
