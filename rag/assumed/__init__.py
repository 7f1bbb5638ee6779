"""What a question takes for granted, and whether a sentence denies it. English."""
