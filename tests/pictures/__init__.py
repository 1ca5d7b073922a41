"""The pictures of the user guide, made by the program's own screens."""
