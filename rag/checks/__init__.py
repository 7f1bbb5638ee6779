"""Certain checks of a sentence against its source: numbers, days, names, hedges, speakers."""
