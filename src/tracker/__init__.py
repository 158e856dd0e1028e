"""The follow-up tracker: what meetings recommended, what was done about it, and proof of both."""
