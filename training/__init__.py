"""The recipes that make the weights which Vouch ships."""
