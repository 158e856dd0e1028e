"""Whoever follows a recommendation or a body by e-mail, without an account."""
