"""The desk: Django's admin as the editors and the subscriber staff see it."""

from unfold.sites import UnfoldAdminSite


class DeskSite(UnfoldAdminSite):
    """One desk for all staff; each role sees what its permissions open."""

    enable_nav_sidebar = True
