"""The parts of making a follow-up question stand alone, without a model. English."""
