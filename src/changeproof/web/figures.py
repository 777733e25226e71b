"""The figures of one check: exact counts, and rates both ways (not verifiable stands apart)."""

from dataclasses import dataclass

from changeproof.web.counting import count, percent, thousands


@dataclass(frozen=True)
class Figures:
    """How many subjects got which verdict. For signs `raised` and `clear`, and no rate."""

    met: int = 0
    deviation: int = 0
    not_verifiable: int = 0
    pending: int = 0
    not_applicable: int = 0
    met_direct: int = 0
    raised: int = 0
    clear: int = 0

    @property
    def judged(self) -> int:
        """What a rate counts: met and deviations, nothing else."""
        return self.met + self.deviation

    @property
    def seen(self) -> int:
        """Everything that the check looked at."""
        return (
            self.judged
            + self.not_verifiable
            + self.pending
            + self.not_applicable
            + self.raised
            + self.clear
        )

    @property
    def rate(self) -> str:
        return percent(self.met, self.judged)

    @property
    def rate_with_not_verifiable(self) -> str:
        """The same rate, with every not verifiable one counted as a deviation."""
        return percent(self.met, self.judged + self.not_verifiable)

    @property
    def rate_direct(self) -> str:
        return percent(self.met_direct, self.judged)

    @property
    def rate_direct_with_not_verifiable(self) -> str:
        return percent(self.met_direct, self.judged + self.not_verifiable)

    @property
    def period(self) -> str:
        """`7 deviations of 1,261`, or that there was nothing to judge."""
        if self.judged == 0:
            return "none judged" if self.seen else "no occurrence"
        return f"{count(self.deviation, 'deviation')} of {thousands(self.judged)}"

    @property
    def period_note(self) -> str:
        """The rate both ways where something was not verifiable; why nothing was judged."""
        unseen = thousands(self.not_verifiable)
        if self.judged == 0:
            parts = [
                f"{thousands(number)} {word}"
                for number, word in (
                    (self.not_verifiable, "not verifiable"),
                    (self.pending, "pending"),
                    (self.not_applicable, "not applicable"),
                )
                if number
            ]
            return ", ".join(parts)
        if self.not_verifiable == 0:
            return self.rate if self.deviation else ""
        both = self.rate_with_not_verifiable
        return f"{self.rate}; {both} if the {unseen} not verifiable are counted"

    @property
    def sign_period(self) -> str:
        """`5 changes`: how often a sign was raised."""
        return count(self.raised, "change")

    @property
    def sign_note(self) -> str:
        if self.not_verifiable == 0:
            return ""
        return f"{thousands(self.not_verifiable)} not seen"


@dataclass(frozen=True)
class Month:
    """One cell of the twelve months of a check."""

    name: str  # "Mar 2026"
    deviations: int = 0  # for a sign: how often it was raised
    not_verifiable: int = 0
    judged: int = 0

    @property
    def letter(self) -> str:
        return self.name[:1]

    @property
    def short(self) -> str:
        return self.name[:3]

    @property
    def text(self) -> str:
        """A digit, `?` for none but something not verifiable, `–` for nothing to judge."""
        if self.deviations:
            return thousands(self.deviations)
        if self.not_verifiable:
            return "?"
        return "" if self.judged else "–"

    @property
    def kind(self) -> str:
        """The class of a check's cell; a sign's is ink."""
        if self.deviations:
            return "deviation"
        if self.not_verifiable:
            return "not-verifiable"
        return "" if self.judged else "nothing"

    @property
    def sign_kind(self) -> str:
        return "raised" if self.deviations else self.kind
