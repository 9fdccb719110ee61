"""What can be wrong with a request about assets."""

from photoplay.core.errors import Conflict, NotFound, PhotoplayError, Unprocessable


class AssetNotFound(NotFound):
    """There is no such asset, or it is somebody else's."""

    code = "asset_not_found"


class NoSuchRendition(NotFound):
    """This kind of media has no such rendition."""

    code = "no_such_rendition"


class FileDamaged(PhotoplayError):
    """The stored file is not as long as what was kept: only a backup helps."""

    code = "file_damaged"
    status = 503


class LinkExpired(PhotoplayError):
    """The public link to this file was good until a time that has passed."""

    code = "link_expired"
    status = 410


class UploadRefused(Unprocessable):
    """The uploaded file is not one we take."""

    code = "upload_refused"


class StillInUse(Conflict):
    """Something unfinished still needs it."""

    code = "still_in_use"
