"""The figures to hold, measured: `python -m tests.bench`, or some of them by name: `… guard import button start`.

Every figure compares the product with a bare program that does the same outside work and nothing else, in one run
on one machine, side by side and several times over; the median counts. It measures and does not judge.
"""
