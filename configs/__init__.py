"""Configuration data only: arms, users, tasks and scenes. Read through `armctl.config.load`."""
