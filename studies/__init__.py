"""Runs too long for a lesson: one module each, its recorded result beside it.

A study is a module with a docstring, `SETTINGS` (a dict), `SEEDS` (a range) and `row(seed)`,
which returns one row of the record as a dict of plain numbers, its "seed" among them.
"""
