"""The metrics: one function each, with its formula and where it comes from."""
