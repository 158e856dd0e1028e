"""Proof that the log is what it was: Merkle checkpoints, signed and kept outside the database too."""
