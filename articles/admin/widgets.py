"""The desk's own form controls. Each is an ordinary control that a script makes comfortable."""

import json
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import importmap
from js_asset import ImportMap, Media, Script
from unfold.widgets import UnfoldAdminTextInputWidget

from articles.admin.base import pick_address
from articles.models import Picture

# Modules name each other by these words, so that hashed file names in production do not matter.
MODULES = [
    "dialog",
    "combobox",
    "pictures",
    "editor/nodes",
    "editor/links",
    "editor/paste",
    "editor/count",
    "editor/toolbar",
]
IMPORTS = ImportMap({f"desk/{name}": f"desk/{name}.js" for name in MODULES})


def module(*paths: str) -> forms.Media:
    """Return the media of a page that runs these modules."""
    return Media(importmap=IMPORTS, js=[Script(path, type="module") for path in paths])


class BodyWidget(forms.Textarea):
    """The words of an article: a text area with HTML, or with scripts the editor.

    The editor is built by one module that imports all the others: if any of them does not arrive there is
    no editor, rather than one that does not know a pull quote and loses it.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 30, "class": "desk-body-source", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        addresses = {
            "articles": pick_address_of("article"),
            "pictures": pick_address_of("picture"),
            "upload": str(reverse_lazy("admin:articles_picture_take")),
        }
        context["widget"]["attrs"]["data-editor"] = json.dumps(addresses)
        return context

    @property
    def media(self) -> forms.Media:
        editor = Media(importmap=importmap, css={"all": ["django_prose_editor/editor.css"]})
        return editor + module("desk/editor/start.js")


def pick_address_of(model_name: str) -> str:
    """The address at which articles, pictures, authors… are picked by typing."""
    return str(reverse_lazy(f"admin:articles_{model_name}_pick"))


class _ProjectTemplate:
    """A widget whose template stands with the project's others."""

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        return render_to_string(template_name, context)


class PickWidget(_ProjectTemplate, forms.Select):
    """One of many rows, found by typing. Without scripts: a list of what is chosen and the first fifty."""

    template_name = "admin/articles/widgets/pick.html"
    without_scripts = 0

    def __init__(self, model: Any, attrs: dict[str, Any] | None = None, placeholder: Any = "") -> None:
        super().__init__(attrs)
        self.address = pick_address(model)
        self.placeholder = placeholder or _("Type to search")

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Offer what is chosen, not the whole table."""
        choices: Any = self.choices
        chosen = [entry for entry in value if str(entry).isdigit()]
        rows = list(choices.queryset.filter(pk__in=chosen)) if chosen else []
        if self.without_scripts:
            rows += [row for row in choices.queryset[: self.without_scripts] if row not in rows]
        options = [self.create_option(name, "", self.empty_label, not rows, 0)]
        options += [
            self.create_option(name, row.pk, self.label_of(row), str(row.pk) in map(str, chosen), index)
            for index, row in enumerate(rows, start=1)
        ]
        return [(None, options, 0)]

    empty_label = "—"

    def label_of(self, row: Any) -> str:
        """How a row is named."""
        return str(row)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-pick": self.address(),
            "data-placeholder": str(self.placeholder),
        }
        return context

    @property
    def media(self) -> forms.Media:
        return module("desk/pick.js")


class PictureWidget(PickWidget):
    """A picture, chosen by looking."""

    template_name = "admin/articles/widgets/picture.html"
    without_scripts = 50

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(Picture, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("data-pick")
        context["widget"]["attrs"]["data-picture"] = self.address()
        context["widget"]["attrs"]["data-upload"] = str(reverse_lazy("admin:articles_picture_take"))
        context["picture"] = Picture.objects.filter(pk=value).first() if str(value or "").isdigit() else None
        return context

    @property
    def media(self) -> forms.Media:
        return module("desk/picture-field.js")


class TagsWidget(UnfoldAdminTextInputWidget):
    """Words between commas; with scripts, one by one with suggestions."""

    def __init__(self, address: Any, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.address = address

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-tags"] = str(self.address)
        return context

    def format_value(self, value: Any) -> str:
        if value is not None and not isinstance(value, str):
            value = ", ".join(sorted(_quoted(getattr(tag, "name", str(tag))) for tag in value))
        return super().format_value(value) or ""

    @property
    def media(self) -> forms.Media:
        return module("desk/tags.js")


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name
