"""Configuration: models with bounds and units on every field, and the reader that names file and line."""
