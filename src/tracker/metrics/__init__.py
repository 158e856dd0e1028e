"""Implementation metrics for the upcoming meeting, each with its denominator and log position."""
