"""A protocol of our own for a hobby controller, and all that makes an arm of it."""
