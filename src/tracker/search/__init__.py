"""Finding: words over everything that is told to the public, with excerpts, filters and counts."""
