"""Examples that the documents quote, and that are tested like everything else."""
