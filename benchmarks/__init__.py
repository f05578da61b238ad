"""Speed, side by side: one module for each question, run by `make bench`.

A benchmark is a module with `tables()`, which yields titles and contestants: a dict of
names and functions without arguments, ready to run.  All of one table do the same work;
the first is the yardstick.  One that does the work several times over returns how many
times.  With `UNIT`, the work is counted in it, and the table says how much of it is done
in a second.  With `draw(timings)`, where timings has the medians by title and name, the
report has a figure.
"""
