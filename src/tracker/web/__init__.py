"""Toolkit of the pages; knows no feature."""
