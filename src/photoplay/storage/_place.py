"""Where a bucket is. Apart from the client, so that settings can name a place without loading it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class S3Place:
    """Where a bucket is and who we are there. Without an endpoint it is AWS."""

    bucket: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str = "us-east-1"
    endpoint: str | None = None
    prefix: str = "blobs"
    """Folder of the bucket that is ours."""
