"""What the credentials inside an asset's own file say, and whether they hold."""

from fastapi import APIRouter

from photoplay import assets
from photoplay.media import CredentialReport
from photoplay.web.deps import StudioDep, ViewerDep

router = APIRouter(prefix="/api/v1", tags=["assets"])


@router.get("/assets/{asset_id}/credentials", summary="Whether its marks hold")
async def credentials(studio: StudioDep, viewer: ViewerDep, asset_id: str) -> CredentialReport:
    """Reads the stored file and verifies its signature. Nothing is fetched from anywhere."""
    view = await studio.runtime.db.read(lambda session: assets.asset_of(session, viewer.user_id, asset_id))
    return await studio.finisher.verify(view)
