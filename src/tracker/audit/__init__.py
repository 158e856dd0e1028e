"""History, as-of, changes, verification."""
