"""A released issue as files to keep: EPUB and PDF, made from the articles, and old issues as scans."""
