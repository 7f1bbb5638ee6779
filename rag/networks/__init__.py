"""The networks behind reading and checking: their files, their tokens, what comes out."""
