"""One command starts and supervises web, worker, beat and a private broker."""
