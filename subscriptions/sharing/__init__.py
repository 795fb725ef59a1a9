"""Single pieces beyond a plan: given to a friend by link, or opened out of a month's allowance.

Nothing here opens anything by itself: what is written down is read by ``subscriptions.access``.
"""
