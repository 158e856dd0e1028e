"""Partners, people, their roles and appointments, and the one policy function."""
