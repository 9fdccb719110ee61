"""Who the work is for: clients and their campaigns. Nothing about how it is made or what it costs."""

from photoplay.campaigns.add import add_campaign, add_client
from photoplay.campaigns.change import change_campaign, change_client
from photoplay.campaigns.charge import ChargedTo, check_open, take_up
from photoplay.campaigns.drop import drop_campaign, drop_client
from photoplay.campaigns.errors import (
    CampaignArchived,
    CampaignInUse,
    CampaignNameTaken,
    CampaignNotFound,
    ClientArchived,
    ClientInUse,
    ClientNameTaken,
    ClientNotFound,
)
from photoplay.campaigns.file_under import file_under
from photoplay.campaigns.queries import (
    campaign_ids_of,
    campaign_of,
    campaigns_of,
    client_of,
    clients_of,
    name_of,
    open_of,
)
from photoplay.campaigns.schemas import (
    CampaignChange,
    CampaignView,
    ClientChange,
    ClientView,
    NewCampaign,
    NewClient,
)

__all__ = [
    "CampaignArchived",
    "CampaignChange",
    "CampaignInUse",
    "CampaignNameTaken",
    "CampaignNotFound",
    "CampaignView",
    "ChargedTo",
    "ClientArchived",
    "ClientChange",
    "ClientInUse",
    "ClientNameTaken",
    "ClientNotFound",
    "ClientView",
    "NewCampaign",
    "NewClient",
    "add_campaign",
    "add_client",
    "campaign_ids_of",
    "campaign_of",
    "campaigns_of",
    "change_campaign",
    "change_client",
    "check_open",
    "client_of",
    "clients_of",
    "drop_campaign",
    "drop_client",
    "file_under",
    "name_of",
    "open_of",
    "take_up",
]
