"""Run a worker: `manage.py run_worker`; as many of them, on as many machines, as there is work for."""

import os
import secrets
import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from magazine.work.beat import Beat
from magazine.work.worker import Worker


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
        finally:
            pulse.stop()
