"""The reader: a question and a passage -> the span that answers, or that none does."""
