"""The parts of the extractive writer: what is told, in which order, how far shortened. English."""
