"""What tests about several at the same moment need; where it is made is said there."""

from tests.subscriptions.conftest import in_thread

__all__ = ["in_thread"]
