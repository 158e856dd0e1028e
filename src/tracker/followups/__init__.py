"""One addressee's response to and implementation of one recommendation. The feature to read first."""
