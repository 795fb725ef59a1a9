"""Past issues that exist as PDFs alone: brought here one by one or by the folder."""
