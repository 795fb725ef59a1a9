"""Whole lives of subscriptions, at random, with everything that can go wrong; and what is true of each.

A life is a list of steps that its seed decides: who acts next, the reader, the desk, the bank or the clock,
what the network does to each message, and where the machine stops. ``days`` says by a slow and simple rule of
its own on which days the reader may read, ``banks`` hold the money and know to the cent where it is, and
``truth`` compares both with what the magazine says.
"""
