"""What can be asked for: one file per operation with its params, input roles and output kind. Pure data and checks."""

from photoplay.operations._operation import InputRole, MediaKind, Operation, Params
from photoplay.operations._registry import all_operations, find_operation
from photoplay.operations.errors import UnknownOperation

__all__ = ["InputRole", "MediaKind", "Operation", "Params", "UnknownOperation", "all_operations", "find_operation"]
