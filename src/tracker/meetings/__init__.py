"""Bodies, their meetings and workshops, themes and cycles."""
