"""Who people are: users, sign-in by link or password, sessions and API keys."""

from photoplay.accounts.doorkeeper import Doorkeeper
from photoplay.accounts.errors import (
    KeyNotFound,
    LinkSpent,
    NameTaken,
    NotSignedIn,
    OwnerStays,
    PasswordWeak,
    PasswordWrong,
    UserNotFound,
)
from photoplay.accounts.keys import KEY_BEGINS, create_key, restore_key, revoke_key, use_key
from photoplay.accounts.passwords import enter_by_password, has_password, remove_password, set_password
from photoplay.accounts.queries import all_users, find_user, key_of, keys_of, link_epoch_of, owner_of_studio, user_of
from photoplay.accounts.schemas import KeyView, UserView, Viewer
from photoplay.accounts.sign_in import make_link, sign_in, sign_out, sign_out_elsewhere, use_session
from photoplay.accounts.users import create_user, disable_user, enable_user, ensure_owner

__all__ = [
    "KEY_BEGINS",
    "Doorkeeper",
    "KeyNotFound",
    "KeyView",
    "LinkSpent",
    "NameTaken",
    "NotSignedIn",
    "OwnerStays",
    "PasswordWeak",
    "PasswordWrong",
    "UserNotFound",
    "UserView",
    "Viewer",
    "all_users",
    "create_key",
    "create_user",
    "disable_user",
    "enable_user",
    "ensure_owner",
    "enter_by_password",
    "find_user",
    "has_password",
    "key_of",
    "keys_of",
    "link_epoch_of",
    "make_link",
    "owner_of_studio",
    "remove_password",
    "restore_key",
    "revoke_key",
    "set_password",
    "sign_in",
    "sign_out",
    "sign_out_elsewhere",
    "use_key",
    "use_session",
    "user_of",
]
