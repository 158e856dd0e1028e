"""Toolkit of the command line; knows no feature. Data go to standard output, all else to standard error."""
