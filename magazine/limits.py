"""How much anybody may send us in one request."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# A little more than the largest picture that ``articles.uploads`` takes.
LARGEST_UPLOAD = 30 * 1024 * 1024


class CappedUpload(FileUploadHandler):
    """Stops reading a request that sends more than ``LARGEST_UPLOAD`` bytes of files.

    Stands first in ``FILE_UPLOAD_HANDLERS``: Django limits everything else of a request, but not this.
    Raises ``RequestDataTooBig``, which answers 400.
    """

    received = 0

    def handle_raw_input(self, input_data: Any, meta: Any, content_length: int, *rest: Any) -> None:
        """Refuse by the length that the request declares, before the first byte is read."""
        if content_length > LARGEST_UPLOAD:
            raise RequestDataTooBig("The files of a request may be 30 MB in all.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count what really comes, and pass it on."""
        self.received += len(raw_data)
        if self.received > LARGEST_UPLOAD:
            raise RequestDataTooBig("The files of a request may be 30 MB in all.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
