"""A shelf of pages, and the Nu checker that reads them."""

import json
import re
import subprocess
from pathlib import Path

from django.test import Client

NU = Path(__file__).parent / "browser" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# A run of seconds is over before the better of Java's two compilers has paid for itself; what the other makes
# needs a deeper stack.
JAVA = ["java", "-XX:TieredStopAtLevel=1", "-Xss4m"]


class Shelf:
    """Pages kept for the checker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def keep(self, name: str, html: str) -> None:
        self.count += 1
        (self.folder / f"{self.count:03}-{re.sub(r'[^a-z0-9]+', '-', name)}.html").write_text(html)

    def visit(self, address: str, client: Client | None = None, **data: str) -> str:
        """Go there, or with ``data`` send it there; keep the page one is led to, and return it."""
        client = client or Client()
        response = client.post(address, data, follow=True) if data else client.get(address, follow=True)
        html = response.content.decode()
        self.keep(f"{address}-{'posted' if data else ''}", html)
        return html

    def errors(self) -> list[str]:
        """What the checker holds against the pages: file, line, message and the words around it."""
        run = subprocess.run(
            [*JAVA, "-jar", str(NU), "--format", "json", "--errors-only", "--exit-zero-always", self.folder],
            capture_output=True,
            text=True,
            check=True,
        )
        return [
            f"{Path(one['url']).name}:{one.get('lastLine')}: {one['message']} [{one.get('extract', '')}]"
            for one in json.loads(run.stderr or run.stdout)["messages"]
        ]
