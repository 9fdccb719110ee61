"""Who people are: users, sign-in by link, sessions and API keys."""

from photoplay.accounts.doorkeeper import Doorkeeper
from photoplay.accounts.errors import KeyNotFound, LinkSpent, NameTaken, NotSignedIn, UserNotFound
from photoplay.accounts.keys import create_key, revoke_key, use_key
from photoplay.accounts.queries import all_users, find_user, key_of, keys_of, link_epoch_of, owner_of_studio, user_of
from photoplay.accounts.schemas import KeyView, UserView, Viewer
from photoplay.accounts.sign_in import make_link, sign_in, sign_out, use_session
from photoplay.accounts.users import create_user, disable_user, enable_user, ensure_owner

__all__ = [
    "Doorkeeper",
    "KeyNotFound",
    "KeyView",
    "LinkSpent",
    "NameTaken",
    "NotSignedIn",
    "UserNotFound",
    "UserView",
    "Viewer",
    "all_users",
    "create_key",
    "create_user",
    "disable_user",
    "enable_user",
    "ensure_owner",
    "find_user",
    "key_of",
    "keys_of",
    "link_epoch_of",
    "make_link",
    "owner_of_studio",
    "revoke_key",
    "sign_in",
    "sign_out",
    "use_key",
    "use_session",
    "user_of",
]
