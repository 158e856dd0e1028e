"""What the tracker's speed is, beside the bare driver, a peer library and plain SQL: `python -m benchmarks`."""
