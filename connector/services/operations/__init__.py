"""How things stand, what is wrong, and what was left lying."""
