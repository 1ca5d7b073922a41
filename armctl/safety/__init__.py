"""The safety supervisor: every limit again, in one place that nothing can go round, and what to say when it says no."""
