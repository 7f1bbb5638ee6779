"""Groundedness: a passage and a sentence -> supported, contradicted or neither, and which words."""
