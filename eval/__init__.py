"""Measures any Answerer, Retriever or Verifier."""
