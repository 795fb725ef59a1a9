"""Pages on paper: HTML and a sheet of styles become a PDF, made of nothing but our own files."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from PIL import ImageFile

try:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
except OSError:  # The program is there, and the system's libraries that it draws with are not.
    weasyprint = None
# The printer lets pictures be incomplete, for everybody in this process: uploads may not be.
ImageFile.LOAD_TRUNCATED_IMAGES = False

STATIC = Path(settings.BASE_DIR) / "static"


class NoPrinterError(RuntimeError):
    """This machine cannot make PDFs: the system's libraries are missing (``bin/system pango``)."""


def can_print() -> bool:
    """Whether this machine can make PDFs."""
    return weasyprint is not None


def printed(html: str, *, styles: str, faces: Mapping[str, str]) -> bytes:
    """Return ``html`` as a PDF, tagged for those who have it read to them.

    ``styles`` is a file below ``static/``; ``faces`` names the fonts it may ask for (``house:newsreader``),
    each with its file there. Every other address is refused. Raises ``NoPrinterError`` on a machine that has
    not what it takes.
    """
    if weasyprint is None:
        raise NoPrinterError
    fetcher, fonts = _OwnFacesAlone(faces), FontConfiguration()
    sheet = weasyprint.CSS(filename=STATIC / styles, url_fetcher=fetcher, font_config=fonts)
    page = weasyprint.HTML(string=html, base_url="house:", url_fetcher=fetcher)
    return page.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")


class _OwnFacesAlone:
    """Hands the printer our own faces by name, and refuses every address."""

    def __init__(self, faces: Mapping[str, str]) -> None:
        self.faces = faces

    def fetch(self, url: str, headers: object = None) -> "weasyprint.urls.URLFetcherResponse":
        path = self.faces.get(url)
        if path is None:
            raise ValueError(f"What is printed here asks for nothing: {url}")
        return weasyprint.urls.URLFetcherResponse(
            url, (STATIC / path).read_bytes(), {"Content-Type": "font/woff2"}
        )

    __call__ = fetch
