"""What each role of the house may do: the one table, written into the groups by every migrate.

Roles are code, not data: nobody can widen a role in the desk, and a new permission reaches every
installation with the release that needs it.
"""

from enum import StrEnum

from django.apps import apps as installed
from django.apps.registry import Apps


class Role(StrEnum):
    """The five staff roles; the value is the group's name."""

    WRITER = "Writer"
    EDITOR = "Editor"
    SUBSCRIBER_STAFF = "Subscriber staff"
    FINANCE = "Finance"
    PUBLISHER = "Publisher"


def _all(app: str, *models: str) -> set[str]:
    return {f"{app}.{act}_{model}" for model in models for act in ("view", "add", "change", "delete")}


def _view(app: str, *models: str) -> set[str]:
    return {f"{app}.view_{model}" for model in models}


def _edit(app: str, *models: str) -> set[str]:
    return {f"{app}.{act}_{model}" for model in models for act in ("view", "add", "change")}


# A writer sees and changes their own unpublished pieces only: articles.admin narrows the rows.
WRITER = (
    _edit("articles", "article", "picture")
    | _view("articles", "section", "series", "author", "issue")
    # What is read aloud of their own pieces: audio.admin narrows the rows.
    | _view("audio", "narration")
    | {"taggit.view_tag"}
)
EDITOR = (
    _all("articles", "article", "picture", "series", "author", "correction", "issue")
    | _edit("articles", "section")
    | _all("taggit", "tag")
    # Files are made by the worker: they are asked for, and never typed.
    | _view("editions", "edition", "guestlink")
    | {"articles.publish_article", "articles.see_all_articles"}
    | {"editions.change_edition", "editions.lend_edition"}
    # Recordings are made by the worker, too; who may change them says how the words are read.
    | _view("audio", "narration", "wording")
    | {"audio.change_narration", "audio.change_wording"}
    | _all("audio", "pronunciation", "voicechoice")
    # What stands on the pages they make; what is sold and placed is the publisher's.
    | _view("advertising", "creative", "placement")
)
# What was sold and paid is written by orders and confirmations: it is looked at, never typed.
FINANCE = _view(
    "subscriptions",
    "plan",
    "planversion",
    "planfeature",
    "price",
    "subscription",
    "subscriptionevent",
    "term",
    "payment",
    "guaranteeclaim",
    "refund",
    "entitlement",
    "promisecheck",
    "letter",
    "providerevent",
    "customer",
    "reconciliation",
    "receivedissue",
    "extension",
    "pause",
    "plannedchange",
    "offer",
    "offeruse",
    "deliveryzone",
    "zoneprice",
    "approval",
    "bulkdeed",
    "bulkline",
    "staffnote",
    "sharingrules",
    "gift",
    "giftlink",
    "readergroup",
    "groupdomain",
    "groupnetwork",
    "seat",
) | {"subscriptions.decide_approval"}
# What the magazine earns and owes is not for all who look after readers.
FIGURES = {"subscriptions.see_figures"}
SUBSCRIBER_STAFF = (
    FINANCE
    # Agreements with firms and institutions are made by hand.
    | _edit("subscriptions", "readergroup")
    | _all("subscriptions", "groupdomain", "groupnetwork")
    | _view("accounts", "user", "erasurerequest")
    | _view("audio", "feedalarm")
    | _all("subscriptions", "segment")
    | _view("subscriptions", "subscriberimport")
    | {"subscriptions.add_staffnote", "subscriptions.do_bulkdeed"}
    | {"subscriptions.import_subscribers", "subscriptions.export_subscribers"}
    # Labels are written by freezing a run: they are looked at, taken out and marked, never typed.
    | _view("subscriptions", "labelrun", "label")
    | {"subscriptions.freeze_labelrun", "subscriptions.download_labelrun", "subscriptions.reprint_label"}
    | {
        # To act for a reader: cancel, pause, change the plan. The rows themselves are typed by nobody.
        "subscriptions.change_subscription",
        "subscriptions.confirm_payment",
        "subscriptions.grant_entitlement",
        "subscriptions.check_promises",
        "subscriptions.retry_providerevent",
        "subscriptions.extend_subscription",
        # To take back what a subscriber gave.
        "subscriptions.change_giftlink",
    }
)
PUBLISHER = (
    EDITOR
    | SUBSCRIBER_STAFF
    | FINANCE
    | FIGURES
    | _edit("accounts", "user")
    # To begin an erasure for a reader who asks in writing.
    | {"accounts.add_erasurerequest"}
    | _edit("subscriptions", "plan", "planversion", "offer", "sharingrules", "deliveryzone")
    # A price of print is a new row; none is changed.
    | {"subscriptions.add_zoneprice"}
    | _all("subscriptions", "planfeature", "price")
    # Who looked at whose data.
    | _view("subscriptions", "personallook")
    | _all("articles", "section")
    | _all("advertising", "creative", "placement")
)

PERMISSIONS: dict[Role, set[str]] = {
    Role.WRITER: WRITER,
    Role.EDITOR: EDITOR,
    Role.SUBSCRIBER_STAFF: SUBSCRIBER_STAFF,
    Role.FINANCE: FINANCE | FIGURES,
    Role.PUBLISHER: PUBLISHER,
}


def grant_permissions(app_label: str, *, using: str, apps: Apps = installed) -> None:
    """Make each role's group hold exactly its permissions of ``app_label``; safe to run twice."""
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    existing = {
        f"{app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).filter(content_type__app_label=app_label)
    }
    for role, names in PERMISSIONS.items():
        group, _ = Group.objects.using(using).get_or_create(name=role.value)
        held = set(group.permissions.filter(content_type__app_label=app_label))
        wanted = {existing[name] for name in names if name in existing}
        group.permissions.add(*(wanted - held))
        group.permissions.remove(*(held - wanted))


def apps_with_permissions() -> set[str]:
    """The labels of the apps that the table speaks about."""
    return {name.partition(".")[0] for names in PERMISSIONS.values() for name in names}
