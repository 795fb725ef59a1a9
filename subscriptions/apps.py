"""The subscriptions application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from magazine import personal
from magazine.work import schedule
from subscriptions import promises
from subscriptions.features import Feature


class SubscriptionsConfig(AppConfig):
    """Who may read, and who pays, until when."""

    name = "subscriptions"
    verbose_name = _("Subscriptions")

    def ready(self) -> None:
        promises.register(Feature.ISSUES_PER_YEAR, "subscriptions.keeping.issues.look")
        promises.register(Feature.DIGITAL_EDITION, "subscriptions.keeping.digital_edition.look")
        promises.register(Feature.EXCLUSIVE_CONTENT, "subscriptions.keeping.exclusive_content.look")
        promises.register(Feature.PAST_ISSUES, "subscriptions.keeping.past_issues.look")
        promises.register(Feature.AD_FREE, "subscriptions.keeping.ad_free.look")
        promises.register(Feature.MONEY_BACK, "subscriptions.keeping.money_back.look")
        promises.register(Feature.CANCEL_ANYTIME, "subscriptions.keeping.cancel_anytime.look")
        promises.register(Feature.PRINT_EDITION, "subscriptions.keeping.print_edition.look")
        personal.register(
            self.label,
            holds="subscriptions.privacy.holdings.HOLDINGS",
            export="subscriptions.privacy.exporting.export",
            erase="subscriptions.privacy.erasing.erase",
            stop="subscriptions.privacy.leaving.stop",
            loses="subscriptions.privacy.leaving.loses",
            waits="subscriptions.privacy.leaving.waits",
            named="subscriptions.privacy.leaving.named_until",
            retain="subscriptions.privacy.retention.RULES",
        )
        schedule.every("subscriptions.tasks.write_down_issues", minutes=15)
        schedule.every("subscriptions.tasks.write_down_all_issues", minutes=24 * 60)
        schedule.every("subscriptions.keeping.board.check_nightly", minutes=24 * 60)
        schedule.every("subscriptions.tasks.foresee_shortfall", minutes=24 * 60)
        schedule.every("subscriptions.tasks.queue_waiting_letters", minutes=15)
        schedule.every("subscriptions.tasks.bill_renewals", minutes=60)
        schedule.every("subscriptions.tasks.mind_late_payments", minutes=60)
        schedule.every("subscriptions.tasks.mind_gifts", minutes=10)
        schedule.every("subscriptions.tasks.end_unproven_seats", minutes=60)
        schedule.every("subscriptions.tasks.end_print", minutes=24 * 60)
        schedule.every("subscriptions.tasks.apply_messages", minutes=1)
        schedule.every("subscriptions.tasks.charge_due", minutes=5)
        schedule.every("subscriptions.tasks.send_refunds", minutes=5)
        schedule.every("subscriptions.tasks.withdraw_void", minutes=15)
        schedule.every("subscriptions.tasks.reconcile", minutes=24 * 60)
        schedule.every("subscriptions.tasks.go_on_with_bulk", minutes=15)
        schedule.every("subscriptions.tasks.mind_label_runs", minutes=60)
