"""From a request to its result. The only room that gives orders to providers."""

from photoplay.generation.admit import WORKFLOW, Dispatcher
from photoplay.generation.approve import approvals, approve, decline
from photoplay.generation.batch import quote_batch, request_batch
from photoplay.generation.board import Board, board
from photoplay.generation.breaker import let_back, resting
from photoplay.generation.cancel import cancel, cancel_batch
from photoplay.generation.chain import Chains
from photoplay.generation.dress import dress
from photoplay.generation.drift import DriftView, drift_since
from photoplay.generation.endings import EndingModel, MovedPresets, models_ending, move_back, move_to_heir
from photoplay.generation.errors import (
    AlreadyFinal,
    AlreadyRunning,
    BatchTooLarge,
    GenerationNotFound,
    InputMissing,
    KeyReused,
    MatrixWrong,
    NotFinished,
    NothingInItsPlace,
    NothingToApprove,
    NothingToPause,
    OwnerApproves,
)
from photoplay.generation.hooks import HookForged, HookNotFound, receive_call
from photoplay.generation.matrix import prompts_of
from photoplay.generation.order_ids import generation_of_order
from photoplay.generation.pauses import check_pausable, go_on, pause
from photoplay.generation.prepare import quote
from photoplay.generation.presence import Presence
from photoplay.generation.progress import preview_file
from photoplay.generation.public import PublicAddresses
from photoplay.generation.queries import (
    batch_of,
    generation_of,
    generations_by_id,
    generations_of,
    input_hashes_in_use,
    models_at_work,
    models_in_use,
    models_unfinished,
    unfinished_count,
)
from photoplay.generation.reorder import reorder
from photoplay.generation.request import Taken, request
from photoplay.generation.rescue import WORKFLOW as RESCUE
from photoplay.generation.rescue import Rescuer, RescueView, fetch_soon, owed_results
from photoplay.generation.resolve import Resolution, ResolutionView, resolve
from photoplay.generation.retry import retry
from photoplay.generation.room import accounts_at_work
from photoplay.generation.runtime import Runtime
from photoplay.generation.schemas import (
    BatchItem,
    BatchRequest,
    BatchToPrice,
    BatchView,
    GenerationRequest,
    GenerationView,
    InputRef,
    MediaRequest,
)
from photoplay.generation.spared import SparedView, spared_by, spared_since
from photoplay.generation.spool import clear_spool
from photoplay.generation.status import UNFINISHED, Phase, Status
from photoplay.generation.switch_vendor import switch_vendor
from photoplay.generation.uncertain import ListedView, UncertainView, listed_at_vendor, uncertain_orders
from photoplay.generation.usage import UsageView, usage_since
from photoplay.generation.vendor_record import VendorRecord, vendor_record
from photoplay.generation.work_spend import (
    KindSpendView,
    ListedCampaign,
    ModelSpendView,
    SpendView,
    campaign_spend,
    campaigns_with_spend,
    client_spend,
)
from photoplay.generation.workflow import generate

__all__ = [
    "RESCUE",
    "UNFINISHED",
    "WORKFLOW",
    "AlreadyFinal",
    "AlreadyRunning",
    "BatchItem",
    "BatchRequest",
    "BatchToPrice",
    "BatchTooLarge",
    "BatchView",
    "Board",
    "Chains",
    "Dispatcher",
    "DriftView",
    "EndingModel",
    "GenerationNotFound",
    "GenerationRequest",
    "GenerationView",
    "HookForged",
    "HookNotFound",
    "InputMissing",
    "InputRef",
    "KeyReused",
    "KindSpendView",
    "ListedCampaign",
    "ListedView",
    "MatrixWrong",
    "MediaRequest",
    "ModelSpendView",
    "MovedPresets",
    "NotFinished",
    "NothingInItsPlace",
    "NothingToApprove",
    "NothingToPause",
    "OwnerApproves",
    "Phase",
    "Presence",
    "PublicAddresses",
    "RescueView",
    "Rescuer",
    "Resolution",
    "ResolutionView",
    "Runtime",
    "SparedView",
    "SpendView",
    "Status",
    "Taken",
    "UncertainView",
    "UsageView",
    "VendorRecord",
    "accounts_at_work",
    "approvals",
    "approve",
    "batch_of",
    "board",
    "campaign_spend",
    "campaigns_with_spend",
    "cancel",
    "cancel_batch",
    "check_pausable",
    "clear_spool",
    "client_spend",
    "decline",
    "dress",
    "drift_since",
    "fetch_soon",
    "generate",
    "generation_of",
    "generation_of_order",
    "generations_by_id",
    "generations_of",
    "go_on",
    "input_hashes_in_use",
    "let_back",
    "listed_at_vendor",
    "models_at_work",
    "models_ending",
    "models_in_use",
    "models_unfinished",
    "move_back",
    "move_to_heir",
    "owed_results",
    "pause",
    "preview_file",
    "prompts_of",
    "quote",
    "quote_batch",
    "receive_call",
    "reorder",
    "request",
    "request_batch",
    "resolve",
    "resting",
    "retry",
    "spared_by",
    "spared_since",
    "switch_vendor",
    "uncertain_orders",
    "unfinished_count",
    "usage_since",
    "vendor_record",
]
