"""Every table of this room: what it holds about a reader, and what becomes of it."""

from django.utils.translation import gettext_lazy as _

from magazine.personal import Fate, Holding, about_nobody

BOOKS = _("The books have to be kept by law; they name nobody any more.")
FROM_THE_BOOKS = _("To count what was sold and what is owed.")
RUN = _("How many copies were sent, and to which country, stays; the address does not.")
STAFF = _("It tells what the magazine did, and names no reader.")
OURS = _("It is about the work of the house, not about its readers.")


def _books(model: str, what) -> Holding:
    return Holding(model, what, why=FROM_THE_BOOKS, fate=Fate.KEPT, stays=BOOKS)


def _of_staff(model: str, what) -> Holding:
    return Holding(
        model,
        what,
        why=_("So that it can be answered for."),
        fate=Fate.KEPT,
        stays=STAFF,
        not_exported=OURS,
    )


HOLDINGS: tuple[Holding, ...] = (
    # -- The agreement and the money -----------------------------------------------
    _books("subscriptions.Subscription", _("Plans you ordered")),
    _books("subscriptions.Term", _("Paid periods")),
    _books("subscriptions.Payment", _("Payments")),
    Holding(
        "subscriptions.Refund",
        _("Money that went back"),
        why=FROM_THE_BOOKS,
        fate=Fate.EMPTIED,
        stays=BOOKS,
    ),
    _books("subscriptions.GuaranteeClaim", _("Claims on the money-back guarantee")),
    _books("subscriptions.PrintAddOn", _("The printed copy beside a plan")),
    _books("subscriptions.PrintedTerm", _("Paid periods with the printed copy")),
    _books("subscriptions.Pause", _("Pauses of a plan")),
    _books("subscriptions.PlannedChange", _("Changes of plan that were announced")),
    _books("subscriptions.ReceivedIssue", _("Issues that came to you")),
    Holding(
        "subscriptions.Extension",
        _("Days that were added to a plan"),
        why=FROM_THE_BOOKS,
        fate=Fate.EMPTIED,
        stays=BOOKS,
    ),
    Holding(
        "subscriptions.SubscriptionEvent",
        _("The story of your plans"),
        why=_("To answer your questions about what happened and when."),
        fate=Fate.EMPTIED,
        stays=BOOKS,
    ),
    Holding(
        "subscriptions.Entitlement",
        _("What you may read, and until when"),
        why=_("To let you in."),
        fate=Fate.EMPTIED,
        stays=BOOKS,
    ),
    Holding(
        "subscriptions.OfferUse",
        _("Offers you took"),
        why=_("An offer is taken once by each person."),
        fate=Fate.EMPTIED,
        stays=BOOKS,
    ),
    Holding(
        "subscriptions.Customer",
        _("By which name a payment provider knows you, and the last digits of a card"),
        why=_("To charge the card that you chose."),
    ),
    Holding(
        "subscriptions.ProviderEvent",
        _("Messages of payment providers about your payments"),
        why=_("To apply them, and to look at them again should something not agree."),
        fate=Fate.EMPTIED,
        stays=_("That there was a message, of which kind, and when."),
        rule="provider_messages",
        not_exported=_("What counts of them stands among your payments."),
    ),
    # -- The printed copy ----------------------------------------------------------
    Holding(
        "subscriptions.Address",
        _("Addresses for the printed copy"),
        why=_("To send it to you."),
        rule="old_addresses",
    ),
    Holding(
        "subscriptions.Label",
        _("Copies that were sent to you, with the address on the label"),
        why=_("To send them, to replace one that was lost, and to know which came back."),
        fate=Fate.EMPTIED,
        stays=RUN,
        rule="label_addresses",
    ),
    Holding(
        "subscriptions.Withheld",
        _("Copies that were not sent, and why"),
        why=_("To make them good."),
        fate=Fate.KEPT,
        stays=RUN,
    ),
    Holding("subscriptions.Hold", _("Days on which no copy was to come"), why=_("To send none then.")),
    Holding(
        "subscriptions.CopyClaim",
        _("Copies that you missed"),
        why=_("To replace them, each once."),
        fate=Fate.KEPT,
        stays=RUN,
    ),
    # -- Letters and what staff know --------------------------------------------------
    Holding(
        "subscriptions.Letter",
        _("Letters we wrote to you"),
        why=_("To send none twice, and to know what we told you."),
        fate=Fate.EMPTIED,
        stays=_("That there was a letter, of which kind, and when."),
        rule="letters",
    ),
    Holding(
        "subscriptions.StaffNote",
        _("Notes of our staff about what you told them"),
        why=_("So that you need not tell it twice."),
        rule="notes",
    ),
    Holding(
        "subscriptions.PersonalLook",
        _("When our staff looked at your data"),
        why=_("So that it can be answered for."),
        fate=Fate.KEPT,
        stays=_("Who looked when, for as long as all such lines are kept; not what they saw."),
        rule="looks",
    ),
    Holding(
        "subscriptions.BulkLine",
        _("What was done for you together with many others"),
        why=_("To be able to undo it."),
        fate=Fate.EMPTIED,
        stays=STAFF,
    ),
    Holding(
        "subscriptions.ImportRow",
        _("Your row in a file from another system"),
        why=_("To see what came over with it and what did not."),
        fate=Fate.EMPTIED,
        stays=STAFF,
        rule="import_rows",
    ),
    Holding(
        "subscriptions.PromiseCheck",
        _("Your address, where a nightly check found something wrong with your plan"),
        why=_("To mend it."),
        fate=Fate.EMPTIED,
        stays=STAFF,
        not_exported=_("What was wrong stands in the story of your plan, once it is mended."),
    ),
    # -- Gifts, groups and single pieces -------------------------------------------------
    Holding(
        "subscriptions.Gift",
        _("Gifts that you gave or got, with names and words"),
        why=_("To hand them over, and to remind of them."),
        fate=Fate.EMPTIED,
        stays=_("What was bought, and when; a gift that you gave stays good."),
        rule="gift_words",
    ),
    Holding(
        "subscriptions.ReaderGroup",
        _("Groups whose contact you are"),
        why=_("To know who gives the seats."),
        fate=Fate.EMPTIED,
        stays=_("The group and its agreement."),
    ),
    Holding(
        "subscriptions.Seat",
        _("Your seats in groups"),
        why=_("To let you in."),
        fate=Fate.EMPTIED,
        stays=_("That a seat was taken, from when to when."),
        rule="seats",
    ),
    Holding(
        "subscriptions.GiftLink",
        _("Pieces you gave to friends"),
        why=_("To open them, and to count the month’s links."),
        rule="gift_links",
    ),
    Holding(
        "subscriptions.GiftLinkDevice",
        _("On how many devices each of them was opened"),
        why=_("A link opens on a few."),
        rule="gift_links",
        not_exported=_("It is about those who opened it, and names none of them."),
    ),
    Holding(
        "subscriptions.MeteredPiece",
        _("Pieces you opened free of charge"),
        why=_("To count the month’s allowance."),
        rule="free_pieces",
    ),
    Holding(
        "subscriptions.WaitsForFeature",
        _("What you want to be told of when it is there"),
        why=_("To tell you."),
    ),
    Holding(
        "subscriptions.FeedAddress",
        _("Your own address for apps"),
        why=_("To know you where nobody can sign in."),
    ),
    # -- What staff did -----------------------------------------------------------------
    Holding(
        "subscriptions.Approval",
        _("Second signatures"),
        why=_("So that nobody decides about large sums alone."),
        fate=Fate.EMPTIED,
        stays=STAFF,
        not_exported=OURS,
    ),
    _of_staff("subscriptions.BulkDeed", _("Actions on many subscribers")),
    _of_staff("subscriptions.Segment", _("Questions about subscribers, under a name")),
    _of_staff("subscriptions.LabelRun", _("Runs of labels, and who froze them")),
    _of_staff("subscriptions.LabelDownload", _("Who took the labels of a run out of the house")),
    _of_staff("subscriptions.SubscriberImport", _("Files of subscribers, and who brought them")),
    *about_nobody(
        "subscriptions.BulkLine_rights",
        "subscriptions.DeliveryZone",
        "subscriptions.GroupDomain",
        "subscriptions.GroupNetwork",
        "subscriptions.Offer",
        "subscriptions.Plan",
        "subscriptions.PlanFeature",
        "subscriptions.PlanVersion",
        "subscriptions.Price",
        "subscriptions.SharingRules",
        "subscriptions.ZoneCountry",
        "subscriptions.ZonePrice",
    ),
    *about_nobody(
        "subscriptions.DemoCharge", what=_("What the pretend bank of the demonstration knows; no real card.")
    ),
    *about_nobody(
        "subscriptions.Reconciliation", what=_("Where our books and a provider’s differ, in sums.")
    ),
)
