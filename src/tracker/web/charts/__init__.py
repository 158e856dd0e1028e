"""Pictures of numbers as SVG, drawn on the server: pure, from numbers and words to shapes; knows no feature.

A shape carries its colour as an attribute, so that a picture that was taken away looks the same, and a class by which
the stylesheet gives it the colours of the page, light and dark. What colour says a pattern and words say too.
"""
