"""What can go wrong with users, links and keys."""

from photoplay.core.errors import BadInput, Conflict, NotFound, Unauthenticated


class NotSignedIn(Unauthenticated):
    """No session and no key came with the request, or it is not known any more."""

    code = "not_signed_in"


class PasswordWrong(Unauthenticated):
    """The name and the password do not belong together."""

    code = "password_wrong"


class PasswordWeak(BadInput):
    """A new password is too short, too long, or the user's own name."""

    code = "password_weak"


class OwnerStays(Conflict):
    """The owner of the studio cannot be shut out."""

    code = "owner_stays"


class LinkSpent(Unauthenticated):
    """The sign-in link was used before, or is too old."""

    code = "link_spent"


class NameTaken(Conflict):
    """Another user has this name."""

    code = "name_taken"


class UserNotFound(NotFound):
    """There is no such user."""

    code = "user_not_found"


class KeyNotFound(NotFound):
    """There is no such key of yours."""

    code = "key_not_found"
