"""What can be wrong with a request about clients and campaigns."""

from photoplay.core.errors import Conflict, NotFound


class ClientNotFound(NotFound):
    """There is no such client, or it is somebody else's."""

    code = "client_not_found"


class CampaignNotFound(NotFound):
    """There is no such campaign, or it is somebody else's."""

    code = "campaign_not_found"


class ClientNameTaken(Conflict):
    """You have a client of this name already, perhaps an archived one."""

    code = "client_name_taken"


class CampaignNameTaken(Conflict):
    """You have a campaign of this name already, perhaps of another client or an archived one."""

    code = "campaign_name_taken"


class ClientArchived(Conflict):
    """The client is archived, so no campaign is added for it."""

    code = "client_archived"


class CampaignArchived(Conflict):
    """The campaign or its client is archived, so nothing more is charged to it."""

    code = "campaign_archived"


class ClientInUse(Conflict):
    """The client has campaigns, so it can be archived and not deleted."""

    code = "client_in_use"


class CampaignInUse(Conflict):
    """Something was charged to the campaign or filed under it, so it can be archived and not deleted."""

    code = "campaign_in_use"
