"""How fast Vouch is, as ratios to what its parts and the usual pipeline need in the same run.

``python -m eval.bench`` (``make bench``) prints one table. Every part runs in a process of its own,
so that imports, threads and peak memory of one do not colour another.
"""
