"""Everything that a person or a program touches."""
