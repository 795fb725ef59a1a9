"""Run a worker: `manage.py run_worker`; as many of them, on as many machines, as there is work for."""

import logging
import os
import secrets
import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from magazine.work.beat import Beat
from magazine.work.worker import Worker

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do the queued tasks: retry what fails, take up what a dead worker left, queue what is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="Do what is ready now, then end; queue nothing by the clock."
        )
        parser.add_argument(
            "--beat",
            type=float,
            default=10.0,
            metavar="SECONDS",
            help="Time between heartbeats.",
        )

    def handle(self, *, once: bool, beat: float, **options: Any) -> None:
        worker_id = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        worker = Worker(worker_id=worker_id, batch=once)
        if not once:
            worker.configure_signals()
        pulse = Beat(worker_id, interval=beat, keeps_schedule=not once)
        pulse.start()
        try:
            worker.run()
        except Exception as error:
            # Left to Python, what it says would stand on the terminal, and in whatever keeps that.
            logger.exception("The worker ended.")
            raise CommandError("The worker ended.") from error
        finally:
            pulse.stop()
