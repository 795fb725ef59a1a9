"""The worker's pulse: says that it lives, looks for lost workers, queues what is due."""

import logging
import threading

from django.core.cache import cache
from django.db import close_old_connections, connections

from magazine.work import clock
from magazine.work.reaper import Reaper, heartbeat_key

logger = logging.getLogger(__name__)

# A heartbeat is remembered for three beats, and its absence is believed after three more.
BEATS_OF_PATIENCE = 3


class Beat(threading.Thread):
    """Beats beside a worker, every ``interval`` seconds, until ``stop`` is called.

    The first beat is on the record before ``start`` returns, so that no task is ever claimed by a
    worker nobody has heard of.
    """

    def __init__(self, worker_id: str, *, interval: float, keeps_schedule: bool) -> None:
        super().__init__(name="beat", daemon=True)
        self.worker_id = worker_id
        self.interval = interval
        self.keeps_schedule = keeps_schedule
        self._reaper = Reaper(patience=interval * BEATS_OF_PATIENCE)
        self._stopped = threading.Event()

    def start(self) -> None:
        self._say_alive()
        super().start()

    def run(self) -> None:
        while not self._stopped.is_set():
            close_old_connections()
            # A pulse that stops because the database was locked for once would be mistaken for death.
            try:
                self._say_alive()
                self._reaper.look()
                if self.keeps_schedule:
                    clock.enqueue_due()
            except Exception:
                logger.exception("A beat was missed.")
            self._stopped.wait(self.interval)
        connections.close_all()

    def stop(self) -> None:
        """End the beats and take the heartbeat off the record."""
        self._stopped.set()
        self.join(timeout=self.interval + 5)
        cache.delete(heartbeat_key(self.worker_id))

    def _say_alive(self) -> None:
        # Whole seconds: the database cache counts in no smaller ones.
        lifetime = max(2, round(self.interval * BEATS_OF_PATIENCE))
        cache.set(heartbeat_key(self.worker_id), 1, timeout=lifetime)
