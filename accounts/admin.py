"""People at the desk: who they are, and which roles they hold."""

from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.admin import ModelAdmin

from accounts import addresses, desk_erasing
from accounts.models import User
from accounts.roles import Role

# Roles are code (accounts.roles), and addresses follow the person: neither is edited by itself.
admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


class PersonForm(forms.ModelForm):
    """A person's name, address and roles. Passwords are nobody's business but their owner's."""

    class Meta:
        model = User
        fields = ["email", "name", "groups", "is_active"]
        widgets = {"groups": forms.CheckboxSelectMultiple}
        labels = {"groups": _("roles")}
        help_texts = {"groups": _("Whoever holds a role may enter the desk. Readers hold none.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = self.fields.get("groups")
        if isinstance(roles, forms.ModelMultipleChoiceField):
            roles.queryset = Group.objects.filter(name__in=list(Role))


@admin.register(User)
class PersonAdmin(ModelAdmin):
    """The people of the house and its readers.

    Nobody changes their own roles, address or state here; the owner of the machine (a superuser) is
    changed by owners alone; nothing here makes one. Entering the desk follows from having a role.
    """

    form = PersonForm
    list_display = ["email", "name", "roles", "is_active", "joined_at"]
    list_filter = ["groups", "is_active"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = ["email", "name", "groups", "is_active", "joined_at", "last_login", "as_subscriber", "leaving"]
    readonly_fields = ["joined_at", "last_login", "as_subscriber", "leaving"]
    own_row_readonly = ["email", "groups", "is_active"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        names = [group.name for group in person.groups.all()]
        return ", ".join([*([str(_("Owner"))] if person.is_superuser else []), *names]) or "–"

    @admin.display(description=_("as a subscriber"))
    def as_subscriber(self, person: User) -> str:
        if person.pk is None:
            return "–"
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            reverse("admin:subscriptions_subscriber", args=[person.pk]),
            _("What they have, what they paid, and the whole story"),
        )

    @admin.display(description=_("to be erased"))
    def leaving(self, person: User) -> str:
        if person.pk is None or person.is_erased:
            return "–"
        if due_on := person.leaves_on():
            return date_format(due_on, "j F Y")
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            reverse("admin:accounts_erase", args=[person.pk]),
            _("At their written request …"),
        )

    def desk_urls(self) -> list[Any]:
        """The page on which an erasure is begun for a reader."""
        view = require_http_methods(["GET", "HEAD", "POST"])(partial(desk_erasing.begin, self))
        address = "accounts/user/<int:person_id>/erase/"
        return [path(address, self.admin_site.admin_view(view), name="accounts_erase")]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # A list that can be asked "whose password begins with …" answers that, letter by letter.
        field = lookup.partition("__")[0]
        return field in self.list_filter and super().lookup_allowed(lookup, value, request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are switched off, not deleted: what they wrote and paid stays theirs."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        own = self.own_row_readonly if obj is not None and obj.pk == request.user.pk else []
        return [*self.readonly_fields, *own]

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        addresses.keep_in_step(obj)
        if not change:
            messages.info(
                request,
                _("They sign in with a code that is mailed to them; there is no password to pass on."),
            )

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        person = form.instance
        person.is_staff = person.is_superuser or person.groups.exists()
        person.save(update_fields=["is_staff"])
