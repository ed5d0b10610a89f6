"""What ends a verification: the certificate is wrong, or this checker does not know a step of it."""


class Refused(Exception):
    """The certificate does not prove its claim. `where`: the place in it."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.what, self.where = what, where


class Unchecked(Exception):
    """A step that this checker has no lemma for; nothing is said about the claim."""


def require(condition: object, what: str, where: str = "") -> None:
    """Raise Refused unless the condition holds."""
    if not condition:
        raise Refused(what, where)
