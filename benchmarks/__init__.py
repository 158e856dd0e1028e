"""What is measured, beside whom: medians of ratios, paired within a round, never a bound on time."""
