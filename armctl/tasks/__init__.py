"""What the arm does for a person: task files, their steps and the engine that runs them."""
