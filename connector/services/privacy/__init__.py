"""What is kept of people: shown, erased, forgotten."""
