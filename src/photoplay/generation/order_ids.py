"""How orders are called: after their generation, with a number that counts from one."""


def order_id_of(generation_id: str, number: int) -> str:
    """The order of this number."""
    return f"{generation_id}-{number}"


def generation_of_order(order_id: str) -> str:
    """The generation that an order was given for."""
    return order_id.rpartition("-")[0]
