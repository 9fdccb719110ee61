"""What can be wrong with a request for media."""

from photoplay.core.errors import Conflict, Forbidden, NotFound, Unprocessable


class GenerationNotFound(NotFound):
    """There is no such generation, or it is somebody else's."""

    code = "generation_not_found"


class NothingInItsPlace(Conflict):
    """No other model is named in the place of one that ends."""

    code = "nothing_in_its_place"


class KeyReused(Conflict):
    """The Idempotency-Key was used for another request."""

    code = "key_reused"


class InputMissing(Unprocessable):
    """The operation needs an input that was not given, or does not take one that was."""

    code = "input_wrong"


class BatchTooLarge(Unprocessable):
    """A batch has more results than one batch may have."""

    code = "batch_too_large"


class MatrixWrong(Unprocessable):
    """The alternatives of a prompt matrix cannot be read."""

    code = "matrix_wrong"


class NothingToApprove(Conflict):
    """It does not wait to be approved."""

    code = "nothing_to_approve"


class OwnerApproves(Forbidden):
    """Its price needs the yes of the studio's owner, given by a person in the studio."""

    code = "owner_approves"


class NotFinished(Conflict):
    """It has to end first."""

    code = "not_finished"


class AlreadyFinal(Conflict):
    """It has ended; nothing can be changed any more."""

    code = "already_final"


class AlreadyRunning(Conflict):
    """It has been begun; only what waits can be moved."""

    code = "already_running"


class NothingToPause(NotFound):
    """There is no such provider or lane."""

    code = "nothing_to_pause"


class NotUncertain(Conflict):
    """It is known what became of the order, so there is nothing to resolve."""

    code = "not_uncertain"


class NumberWrong(Unprocessable):
    """The vendor does not know an order of this number, or it is another generation's."""

    code = "number_wrong"


class ForbiddenMove(Exception):
    """A state was to follow one that it cannot follow: a mistake in our code, never shown to people."""


class TakenOver(Exception):
    """Another worker goes on with this generation: whoever meets this leaves it alone. Never shown to people."""
