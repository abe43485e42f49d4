"""What a gift is and what may become of it: pure values and rules, the standard library alone."""
