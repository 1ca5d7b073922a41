"""Measurements beside a reference, interleaved in the same run: ratios with their spread, never a test."""
