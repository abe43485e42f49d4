"""Gifts that somebody sends by hand, or a flow asks for."""
