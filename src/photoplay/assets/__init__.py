"""Everything that is kept: assets, their files and renditions. The only writer of media to the storage."""

from photoplay.assets.addresses import hash_of_address, media_address
from photoplay.assets.blobs import delete_objects, keep_blobs, orphan_unreferenced, purge_orphans
from photoplay.assets.create import NewAsset, NewRendition, create_assets
from photoplay.assets.damaged import look_for_damage
from photoplay.assets.delivery import Delivered, Deliveries, SignedLink
from photoplay.assets.edit import AssetEdit, edit_asset, file_assets
from photoplay.assets.errors import AssetNotFound, FileDamaged, LinkExpired, NoSuchRendition, StillInUse, UploadRefused
from photoplay.assets.finish import Finisher
from photoplay.assets.links import Links
from photoplay.assets.masks import MASK, Mask, mask_of
from photoplay.assets.queries import (
    AssetFilter,
    asset_of,
    assets_by_generation,
    assets_of,
    children_of,
    count_assets,
    fetched_since,
    models_of,
    neighbours,
    recipe_of,
    source_file_of,
    timeline_of,
)
from photoplay.assets.schemas import AssetView, Page, RecipeView, TimelineView, UsedPreset
from photoplay.assets.shelf import Shelf
from photoplay.assets.trash import purge_trash, restore_assets, trash_assets
from photoplay.assets.upload import Uploader

__all__ = [
    "MASK",
    "AssetEdit",
    "AssetFilter",
    "AssetNotFound",
    "AssetView",
    "Delivered",
    "Deliveries",
    "FileDamaged",
    "Finisher",
    "LinkExpired",
    "Links",
    "Mask",
    "NewAsset",
    "NewRendition",
    "NoSuchRendition",
    "Page",
    "RecipeView",
    "Shelf",
    "SignedLink",
    "StillInUse",
    "TimelineView",
    "UploadRefused",
    "Uploader",
    "UsedPreset",
    "asset_of",
    "assets_by_generation",
    "assets_of",
    "children_of",
    "count_assets",
    "create_assets",
    "delete_objects",
    "edit_asset",
    "fetched_since",
    "file_assets",
    "hash_of_address",
    "keep_blobs",
    "look_for_damage",
    "mask_of",
    "media_address",
    "models_of",
    "neighbours",
    "orphan_unreferenced",
    "purge_orphans",
    "purge_trash",
    "recipe_of",
    "restore_assets",
    "source_file_of",
    "timeline_of",
    "trash_assets",
]
