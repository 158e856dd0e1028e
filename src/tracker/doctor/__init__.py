"""Is the set-up right? Each check is a line: what is so, and how to mend what is not."""
