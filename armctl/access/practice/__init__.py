"""Practice: games that teach one skill each, in the order in which switch skills grow. Pure: events and time."""
