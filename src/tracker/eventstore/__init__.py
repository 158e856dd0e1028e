"""The log: append-only events, their order and hashes, the projections that follow. Knows nothing of the domain."""
