"""One piece as it is heard: its recording, the script block by block, and what an editor does about it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import ModelAdmin

from articles.models import Article
from audio import changes, coverage, equipment, freshness, human, making, script
from audio.admin import telling
from audio.admin.forms import ExemptForm, LeftoverForm, ReadingForm, WordingForm
from audio.models import Narration, Wording
from audio.script import Block, Script


@dataclass(frozen=True)
class Line:
    """One block of the script as the page shows it."""

    number: int
    label: str
    written: str
    spoken: str
    # An editor's own words, or none.
    wording: Wording | None
    form: forms.Form | None

    @property
    def is_left_out(self) -> bool:
        """Whether nothing of it is said."""
        return not self.spoken

    @property
    def said_otherwise(self) -> list[tuple[str, str]]:
        """The words that are said otherwise than they are written, beside how; nothing of an editor's own."""
        return [] if self.wording else changes.substitutions(self.written, self.spoken)


class PieceMixin(ModelAdmin):
    """The page of one piece, at an address by its article, for ``NarrationAdmin``."""

    def get_urls(self) -> list[URLPattern]:
        seen = self.admin_site.admin_view
        return [
            path("of/<int:pk>/", seen(self.piece_view), name="audio_piece"),
            path("of/<int:pk>/<slug:deed>/", seen(self.act_view), name="audio_piece_act"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def piece_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the piece."""
        return self._page(request, self._found(request, pk))

    @method_decorator(require_POST)
    def act_view(self, request: HttpRequest, pk: int, deed: str) -> HttpResponse:
        """Do what a button of the page says, and go back there; or show the page with what is wrong."""
        article = self._found(request, pk)
        if not may_act(request):
            raise PermissionDenied
        if deed not in _DEEDS:
            raise Http404
        outcome = _DEEDS[deed](request, article)
        if outcome.wrong is not None:
            return self._page(request, article, outcome.wrong)
        self.log_change(request, _row_of(article), outcome.noted)
        messages.success(request, outcome.told)
        return HttpResponseRedirect(address_of(article.pk) + outcome.place)

    def _found(self, request: HttpRequest, pk: int) -> Article:
        if not request.user.has_perm("audio.view_narration"):
            raise PermissionDenied
        rows = Article.objects.editable_by(request.user).select_related("section", "issue")
        article = rows.filter(pk=pk).first()
        if article is None:
            raise Http404
        return article

    def _page(self, request: HttpRequest, article: Article, wrong: forms.Form | None = None) -> HttpResponse:
        may = may_act(request)
        narration = _narration(article)
        state = freshness.states_of([article])[article.pk]
        said = script.script_of(article)
        wordings = {wording.block_digest: wording for wording in article.wordings.all()}
        lines = list(_lines(said, wordings, wrong)) if may else list(_lines(said, wordings, None, may=False))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Read aloud"),
            "article": article,
            "narration": narration,
            "state": state,
            "is_at_work": freshness.is_being_made(narration),
            "is_unfinished": coverage.is_unfinished(narration, state),
            "sentence": telling.sentence(article, narration, state),
            "facts": telling.facts(narration),
            "changes": changes.changes_in(narration.segments, said) if narration.mp3 else [],
            "lines": lines,
            "leftovers": [one for digest, one in wordings.items() if digest not in _digests(said)],
            "lost": _lost(wrong, said),
            "may_act": may,
            "is_by_human": freshness.is_by_human(narration),
            "forms": _forms(wrong) if may else {},
            "what_is_missing": equipment.what_is_missing(),
            "bylines": article.bylines.select_related("author"),
            "board": reverse("admin:audio_coverage") if may else "",
        }
        status = 200 if wrong is None else 422
        return TemplateResponse(request, "admin/audio/piece.html", context, status=status)


def address_of(article_id: int) -> str:
    """Where the piece with this key is seen as it is heard."""
    return reverse("admin:audio_piece", args=[article_id])


def may_act(request: HttpRequest) -> bool:
    """Whether this person may ask for recordings, exempt pieces, and say how they are read."""
    return request.user.has_perm("audio.change_narration")


def _narration(article: Article) -> Narration:
    """The row of ``article``, or one that nobody has laid yet."""
    rows = Narration.objects.select_related("exempted_by", "sent_by")
    return rows.filter(article=article).first() or Narration(article=article)


def _row_of(article: Article) -> Narration:
    (narration,) = coverage.narrations_of([article.pk])
    return narration


def _lines(
    said: Script, wordings: dict[str, Wording], wrong: forms.Form | None, *, may: bool = True
) -> Iterator[Line]:
    for number, block in enumerate(said.blocks, start=1):
        spoken = " ".join(sentence.spoken for sentence in block.sentences)
        wording = wordings.get(block.digest)
        yield Line(
            number=number,
            label=changes.kind_label(block.kind),
            written=block.text,
            spoken=spoken,
            wording=wording,
            form=_form_of(number, block, wording, spoken, wrong) if may else None,
        )


def _form_of(
    number: int, block: Block, wording: Wording | None, spoken: str, wrong: forms.Form | None
) -> forms.Form:
    if isinstance(wrong, WordingForm) and wrong.data.get("digest") == block.digest:
        return wrong
    return WordingForm.of(block.digest, wording.spoken if wording else spoken, number=number)


def _digests(said: Script) -> set[str]:
    return {block.digest for block in said.blocks}


def _lost(wrong: forms.Form | None, said: Script) -> str:
    """What was typed for a paragraph that was changed meanwhile: it is shown, and not thrown away."""
    if not isinstance(wrong, WordingForm) or wrong.data.get("digest") in _digests(said):
        return ""
    return str(wrong.data.get("spoken", ""))


def _forms(wrong: forms.Form | None) -> dict[str, forms.Form]:
    fresh: Sequence[forms.Form] = (ExemptForm(), ReadingForm())
    return {
        type(form).__name__.removesuffix("Form").lower(): wrong if isinstance(wrong, type(form)) else form
        for form in fresh
    }


# -- Deeds ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Outcome:
    """How a deed ended: what is told and noted, or the form with what is ``wrong`` in it."""

    told: str = ""
    noted: str = ""
    wrong: forms.Form | None = None
    # Where on the page one goes on.
    place: str = ""


def _ask(request: HttpRequest, article: Article) -> _Outcome:
    making.ask(_row_of(article), anew=True)
    return _Outcome(gettext("The worker makes it as soon as it can."), gettext("Asked for anew"))


def _exempt(request: HttpRequest, article: Article) -> _Outcome:
    form = ExemptForm(request.POST)
    if not form.is_valid():
        return _Outcome(wrong=form)
    reason = form.cleaned_data["reason"]
    making.exempt(article, reason, request.user)
    told = gettext("It is not read aloud any more, and counted by name.")
    return _Outcome(told, gettext("Exempt: %s") % reason)


def _include(request: HttpRequest, article: Article) -> _Outcome:
    making.include_again(article, request.user)
    return _Outcome(gettext("It is read aloud again, and counts."), gettext("Included again"))


def _reading(request: HttpRequest, article: Article) -> _Outcome:
    form = ReadingForm(request.POST, request.FILES)
    if not form.is_valid():
        return _Outcome(wrong=form)
    name = form.cleaned_data["reader_name"]
    try:
        human.take_reading(article, form.cleaned_data["file"], reader_name=name, by=request.user)
    except human.RefusedReadingError as refusal:
        form.add_error("file", str(refusal))
        return _Outcome(wrong=form)
    told = gettext("The reading was taken. It is made ready as soon as the worker can.")
    return _Outcome(told, gettext("A reading by %s was sent") % name)


def _machine(request: HttpRequest, article: Article) -> _Outcome:
    _row_of(article)
    human.back_to_machine(article, by=request.user)
    told = gettext("A voice reads it again. The reading stays until that is made.")
    return _Outcome(told, gettext("Back to the machine’s voice"))


def _word(request: HttpRequest, article: Article) -> _Outcome:
    form = WordingForm(request.POST, auto_id="id_typed_%s")
    if not form.is_valid():
        return _Outcome(wrong=form)
    digest = form.cleaned_data["digest"]
    blocks = {block.digest: (n, block) for n, block in enumerate(script.script_of(article).blocks, start=1)}
    if digest not in blocks:
        sentence = gettext("That paragraph was changed meanwhile. What you typed stands above the script.")
        form.add_error(None, sentence)
        return _Outcome(wrong=form)
    number, block = blocks[digest]
    spoken = form.cleaned_data["spoken"].strip()
    editor: Any = request.user
    Wording.objects.update_or_create(
        article=article,
        block_digest=digest,
        defaults={"spoken": spoken, "written": block.text, "changed_by": editor},
    )
    told = gettext("It is said in your words.") if spoken else gettext("It is left out.")
    return _Outcome(told, gettext("Own wording: %s") % (spoken[:80] or "–"), place=f"#block-{number}")


def _unword(request: HttpRequest, article: Article) -> _Outcome:
    form = LeftoverForm(article.wordings.all(), request.POST)
    if not form.is_valid():
        return _Outcome(gettext("It is said by the rules already."), gettext("Back to the rules"))
    wording = form.cleaned_data["wording"]
    with transaction.atomic():
        wording.delete()
    return _Outcome(gettext("It is said by the rules again."), gettext("Back to the rules"), place="#script")


_DEEDS: dict[str, Callable[[HttpRequest, Article], _Outcome]] = {
    "ask": _ask,
    "exempt": _exempt,
    "include": _include,
    "reading": _reading,
    "machine": _machine,
    "word": _word,
    "unword": _unword,
}
