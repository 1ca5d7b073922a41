"""What happened, kept on this computer: events and their store."""
