"""On which days a reader may read, told by a slow rule: a list of days for each payment, moved one by one.

It shares nothing with the program but the calendar of the world. It is told what happened, and when.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)
GRACE = 14


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass
class Bought:
    """The days that one payment bought, in order; of what was given back, those that were over by then."""

    about: str
    days: list[date]
    months: int
    nominal: int
    is_gone: bool = False
    added: int = 0
    # Whether print was paid for these days, by which payment, and from which of them on it comes.
    print_by: str = ""
    print_from: int = 0


@dataclass
class Days:
    """The days of one subscription."""

    bought: list[Bought] = field(default_factory=list)
    anchor: date | None = None
    # Whether a payment was asked for while paid days ran, and days of grace with it.
    has_grace: bool = False
    bill: str = ""
    is_closed: bool = False
    is_cancelled: bool = False
    # What was so at each noon that was lived through: must a day of grace be open then, and may it.
    grace: dict[date, tuple[bool, bool]] = field(default_factory=dict)
    # Days in the middle of which something changed: nothing is said of their noon.
    unsaid: set[date] = field(default_factory=set)
    # Days on which print came by a payment that was given back since.
    had_print: set[date] = field(default_factory=set)

    @property
    def counting(self) -> list[Bought]:
        """What was not given back and not given up."""
        return [one for one in self.bought if not one.is_gone and one.days]

    @property
    def last(self) -> date | None:
        """The last paid day."""
        return max((one.days[-1] for one in self.counting), default=None)

    def try_out(self, on: date, days: int) -> None:
        """A trial begins."""
        self.bought.append(Bought("trial", [on + n * DAY for n in range(days)], 0, days))

    def paid(self, about: str, months: int, on: date, *, is_switch: bool, has_print: bool = False) -> None:
        """A payment is known to have come on the day ``on``."""
        last = self.last
        follows = last is not None and not is_switch
        follows = follows and (last + DAY >= on or (self.has_grace and on <= last + GRACE * DAY))
        first, already = on, 0
        if follows:
            first = last + DAY
            already = self._months_since_anchor(first)
        if not already:
            self.anchor = first
        if is_switch:
            self._give_up_from(on)
        end = months_after(self.anchor, already + months)
        days = [first + n * DAY for n in range((end - first).days)]
        self.bought.append(Bought(about, days, months, len(days), print_by=about if has_print else ""))
        self.has_grace = False
        self.unsaid.add(on)

    def print_paid(self, about: str, on: date) -> None:
        """Print was paid, on the day ``on``, for the paid days that are left and have none."""
        for one in self.counting:
            if one.about != "trial" and not one.print_by and one.days[-1] >= on:
                one.print_by, one.print_from = about, sum(day < on for day in one.days)
        self.unsaid.add(on)

    def given_back(self, about: str, on: date) -> None:
        """All of a payment goes back on the day ``on``: what it bought ends."""
        for one in self.bought:
            if one.print_by == about != one.about:
                self.had_print |= {day for day in one.days[one.print_from :] if day <= on}
                one.print_by = ""
                self.unsaid.add(on)
            if one.about == about and not one.is_gone:
                one.is_gone = True
                one.days = [day for day in one.days if day <= on]
                self.unsaid.add(on)

    def over(self, on: date) -> None:
        """Everything ends on the day ``on``."""
        for one in self.bought:
            self.given_back(one.about, on)

    def rest(self, first: date, days: int) -> None:
        """A pause of so many days from ``first`` on."""
        for one in self.bought:
            if not one.is_gone:
                one.days = [day + days * DAY if day >= first else day for day in one.days]
        self.has_grace = False

    def rest_no_more(self, behind: date, days: int) -> None:
        """So many days before ``behind`` were not rested after all.

        Where the term that rested was given back meanwhile, the others stay where they are: no day is lost.
        """
        if not any(one.days[0] <= behind <= one.days[-1] for one in self.counting):
            return
        for one in self.bought:
            if not one.is_gone:
                one.days = [day - days * DAY if day >= behind else day for day in one.days]

    def add(self, days: int, on: date) -> None:
        """Staff add days at the end, on the day ``on``."""
        last = max(self.counting, key=lambda one: one.days[-1])
        # Where the days were over, those that are added have been lived through otherwise.
        if last.days[-1] < on:
            self.unsaid |= {last.days[-1] + n * DAY for n in range(days + GRACE + 2)}
        last.days += [last.days[-1] + n * DAY for n in range(1, days + 1)]
        last.added += days

    def bill_comes(self, on: date, *, is_switch: bool) -> None:
        """A payment is asked for: with paid days running, and more than tried, days of grace come with it."""
        tried_only = all(one.about == "trial" for one in self.counting)
        if not is_switch and not tried_only and self.last is not None and self.last >= on:
            self.has_grace = True

    def stands(self, bill: str, *, is_closed: bool, is_cancelled: bool) -> None:
        """So it is now: what is asked for (a term, a switch, or nothing), and whether it was ended."""
        self.bill, self.is_closed, self.is_cancelled = bill, is_closed, is_cancelled
        if is_closed or is_cancelled:
            self.has_grace = False

    def live_through(self, noon: date) -> None:
        """A noon passes: remember what was so then."""
        last = self.last
        is_late = last is not None and last < noon <= last + GRACE * DAY and bool(self.bill)
        self.grace[noon] = (is_late and self.has_grace and self.bill == "term", is_late)

    def paid_days(self) -> set[date]:
        """Every day that was paid for, or to try."""
        return {day for one in self.bought for day in one.days}

    def printed_days(self) -> set[date]:
        """Every day on which print comes, or came."""
        coming = {day for one in self.bought if one.print_by for day in one.days[one.print_from :]}
        return coming | self.had_print

    def lost(self) -> list[str]:
        """Say of which payment days are missing."""
        return [
            f"{one.about}: {len(one.days)} days of {one.nominal} + {one.added}"
            for one in self.counting
            if len(set(one.days)) != one.nominal + one.added
        ]

    def _months_since_anchor(self, first: date) -> int:
        """How many months are counted from the anchor, if what follows would touch them."""
        if self.anchor is None:
            return 0
        months = sum(one.months for one in self.counting if one.days[0] >= self.anchor)
        return months if months and months_after(self.anchor, months) == first else 0

    def _give_up_from(self, on: date) -> None:
        for one in self.counting:
            kept = [day for day in one.days if day < on]
            if len(kept) == len(one.days):
                continue
            # What was left of them was taken off the price of what follows.
            one.nominal, one.added, one.days = len(kept), 0, kept
