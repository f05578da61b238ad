"""Speed, side by side: one module for each question, run by `make bench`.

A benchmark is a module with `contestants()`, which returns a dict of names and
functions without arguments.  All of them do the same work; the first is the yardstick.
One that does the work several times over returns how many times.
"""
