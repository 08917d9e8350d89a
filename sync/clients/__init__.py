"""One module for each outside system; only these make requests."""
