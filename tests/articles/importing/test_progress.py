"""What the person at the terminal sees while an import runs."""

from articles.importing.progress import Bar


def drawn(*, is_terminal):
    written = []
    bar = Bar(written.append, is_terminal=is_terminal)
    bar.begin("Places", 3)
    for _step in range(3):
        bar.step()
    bar.begin("Articles", 0)
    bar.finish()
    return "".join(written)


def test_a_person_sees_one_line_a_stage_filling_up():
    first, second, rest = drawn(is_terminal=True).split("\n")

    assert first.split("\r")[-1] == "Places    " + "█" * 30 + " 3/3"
    assert second == "\rArticles  " + "█" * 30 + " 0/0"
    assert rest == ""


def test_a_log_gets_one_plain_line_a_stage():
    assert drawn(is_terminal=False) == "Places: 3\nArticles: 0\n"
