"""Groundedness: a sentence and a passage -> supported, contradicted or neither, and which words."""
