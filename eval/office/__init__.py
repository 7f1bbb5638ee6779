"""Invented files of a firm, a law office, a laboratory and a support team, for the office cases."""
