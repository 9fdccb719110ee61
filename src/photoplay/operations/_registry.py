"""Finds the operations by scanning this folder: a file with an `OPERATION` is an operation."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from photoplay import operations
from photoplay.operations._operation import Operation
from photoplay.operations.errors import UnknownOperation


@cache
def all_operations() -> tuple[Operation, ...]:
    """Every operation of the product, in the order of their names."""
    names = sorted(module.name for module in iter_modules(operations.__path__) if not module.name.startswith("_"))
    modules = [import_module(f"{operations.__name__}.{name}") for name in names]
    return tuple(module.OPERATION for module in modules if hasattr(module, "OPERATION"))


def find_operation(name: str) -> Operation:
    """The operation of this name. Raises `UnknownOperation`, whose message lists the names that exist."""
    for operation in all_operations():
        if operation.name == name:
            return operation
    known = ", ".join(operation.name for operation in all_operations())
    raise UnknownOperation(f'There is no operation "{name}". Choose one of: {known}.')
