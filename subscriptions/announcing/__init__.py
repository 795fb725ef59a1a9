"""A letter for each new issue, to the readers who have a right to it and want to be told.

Issues are made in another room. It enters what there is to tell (``telling``), has the letters written when
an issue reaches readers, and withdraws them when the release is taken back (``outgoing``).
"""
