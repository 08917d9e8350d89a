"""Every way in which things go wrong, in one tree.

Refused                 Gleaner says no to a person; the text says what to do next
OutsideError            an outside system did not do what was asked
    Rejected            it said no and would say no again (400, 403, 422): its own words are kept
    Unauthorised        it does not take the token (401)
    Gone                there is no such thing (404)
    Busy                too many requests; surely not done (429)
    Unavailable         could not be asked, or a read failed; surely nothing was changed
    NotAsAsked          it answered "done" and did something else
    UnknownOutcome      a write went out and no answer came back: look before asking again
"""

import inspect


class Refused(Exception):
    """A person asked for something that cannot be done. The message is shown as it is, so it says what to do next.

    A kind of refusal that always says the same has its sentence as its docstring, and is raised without a message.
    """

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.cleandoc(self.__doc__ or ""))


class OutsideError(Exception):
    """An outside system did not do what was asked."""

    def __init__(self, system: str, message: str) -> None:
        super().__init__(f"{system}: {message}")
        self.system = system
        self.message = message


class Rejected(OutsideError):
    """The outside system said no and would say no again; `message` is in its own words."""

    def __init__(self, system: str, message: str, status: int) -> None:
        super().__init__(system, message)
        self.status = status


class Unauthorised(OutsideError):
    """The outside system does not take the token: expired, revoked or of another account."""


class Gone(OutsideError):
    """There is no such thing, or no longer."""


class Busy(OutsideError):
    """Too many requests; nothing was done. Ask again after `retry_after` seconds."""

    def __init__(self, system: str, retry_after: float) -> None:
        super().__init__(system, f"too many requests, free again in {retry_after:.0f} s")
        self.retry_after = retry_after


class Unavailable(OutsideError):
    """The outside system could not be asked, or a read failed; nothing was changed there."""


class UnknownOutcome(OutsideError):
    """A write went out and no usable answer came back: it may or may not have been done.

    `was_answered`: there was an answer, so the other side is no longer at it, whatever it did.
    """

    def __init__(self, system: str, message: str, *, was_answered: bool = False) -> None:
        super().__init__(system, message)
        self.was_answered = was_answered


class NotAsAsked(OutsideError):
    """It answered "done" and did something else to `entry_id`, as Harvest does in the wrong timer mode."""

    def __init__(self, system: str, message: str, entry_id: int) -> None:
        super().__init__(system, message)
        self.entry_id = entry_id
