"""The real matrix as data, and what turns it into commands."""
