"""The figures to hold, measured: `python -m tests.bench`, or some by name: `… guard import start`.

Guard and import are compared with a bare program that does the same outside work and nothing else, in one
run, side by side and several times over; the median counts. It measures and does not judge.
"""
