"""A reader's own data: taken away, erased, and forgotten by itself when nobody needs it any more.

What there is, each room has said (``magazine.personal``); what happens with it, and when, is decided here.
"""
