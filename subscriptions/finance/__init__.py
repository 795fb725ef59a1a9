"""The magazine's figures: what comes in each month, who leaves, what is owed for money that was taken.

Nothing is stored here. Each figure is computed from terms, payments and refunds for the days it is asked
about, in each currency apart, and ``docs/finance.md`` says in words what it means.
"""
