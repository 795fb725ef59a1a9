"""Reading an export without trusting it."""

from pathlib import Path

import pytest

from articles.importing import oldsite, wxr

OWN = Path(__file__).parent / "files" / "tidewater.xml"


def items(path):
    return [record for record in wxr.read(path) if isinstance(record, wxr.Item)]


def rewritten(tmp_path, *changes):
    text = OWN.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "export.xml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "spelling", ["http://wordpress.org", "https://wordpress.org", "https://www.wordpress.org"]
)
@pytest.mark.parametrize("version", ["1.0", "1.2", "2.0"])
def test_an_export_reads_the_same_whatever_name_space_it_was_written_with(tmp_path, spelling, version):
    old = rewritten(tmp_path, ("https://wordpress.org/export/1.2/", f"{spelling}/export/{version}/"))

    assert items(old) == items(OWN)


def test_an_export_with_other_prefixes_reads_the_same(tmp_path):
    other = rewritten(tmp_path, ("<wp:", "<w:"), ("</wp:", "</w:"), ("xmlns:wp=", "xmlns:w="))

    assert items(other) == items(OWN)


def test_control_characters_from_an_old_database_do_not_stop_the_reading(tmp_path):
    dirty = rewritten(tmp_path, ("She left at nine.", "She left\x08 at\x0b nine."))

    assert items(dirty) == items(OWN)


BOMB = '<!DOCTYPE rss [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        '<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % remote SYSTEM "http://127.0.0.1:9/x.dtd"> %remote;]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE rss>",
    ],
)
def test_a_file_that_declares_a_document_type_is_refused(tmp_path, doctype):
    name = "secret" if "secret" in doctype else "j"
    path = rewritten(
        tmp_path,
        ('<?xml version="1.0" encoding="UTF-8" ?>', f'<?xml version="1.0"?>{doctype}'),
        ("<title>The ferry that waited</title>", f"<title>&{name};</title>"),
    )

    with pytest.raises(wxr.RefusedFile):
        items(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml at all",
        b"<html><body>A page</body></html>",
        b'<rss version="2.0"><channel><item><title>A feed</title></item></channel></rss>',
        OWN.read_bytes()[:5_000],
        b"<rss>" + b"<a>" * 100_000,
        b"\xff\xfe<\x00r\x00s\x00s\x00",
    ],
)
def test_whoever_gives_another_file_is_told_so(tmp_path, content):
    path = tmp_path / "export.xml"
    path.write_bytes(content)

    with pytest.raises(wxr.RefusedFile):
        oldsite.survey(path)


def test_whoever_names_a_file_that_is_not_there_is_told_so(tmp_path):
    with pytest.raises(wxr.RefusedFile, match="cannot be opened"):
        oldsite.survey(tmp_path / "nowhere.xml")


def test_nobodys_mail_address_is_read():
    assert "example.org" not in repr([one for one in wxr.read(OWN) if isinstance(one, wxr.Contributor)])


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://old.tidewater.example/2024/03/05/counting-the-buoys/", "102"),
        ("http://www.old.tidewater.example/2024/03/05/counting-the-buoys", "102"),
        ("/2024/03/05/counting-the-buoys/?utm=1#top", "102"),
        ("https://old.tidewater.example/2023/12/31/counting-the-buoys/", "102"),
        ("?p=102", "102"),
        ("https://old.tidewater.example/?page_id=111", "111"),
        ("who-we-are/", "111"),
        ("/2024/03/12/%CE%B8%CE%B1%CE%BB/", "112"),
        ("https://elsewhere.example/2024/03/05/counting-the-buoys/", None),
        ("/category/counting-the-buoys/", None),
        ("https://old.tidewater.example/", None),
        ("http://[", None),
        ("javascript:alert(1)", None),
    ],
)
def test_an_address_of_the_old_site_leads_to_the_item_that_stood_there(address, key):
    assert oldsite.survey(OWN).key_at(address) == key
