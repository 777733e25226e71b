"""The one way to say no: what, where, why and the cure."""


class Refusal(Exception):
    """Something was not done, and the person can mend it.

    The same four parts reach a terminal, a form and problem details (RFC 9457). A plain
    exception, because a frozen one breaks inside `with`.
    """

    def __init__(self, what: str, *, why: str, cure: str, where: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.cure = cure

    def __str__(self) -> str:
        lines = [self.what]
        for name, text in (("where", self.where), ("why", self.why), ("cure", self.cure)):
            if text:
                lines.append(f"  {name:<6} {text}")
        return "\n".join(lines)


class WrongUsage(Refusal):
    """What was asked can never be done as it was put: a word of no list, a time that is none.

    A terminal leaves with 2, not with 3: trying again does not help.
    """
