"""The checks, one module per problem: `checks.pixelcnn.causal_mask(causal_mask)` returns a Report."""

from importlib import import_module
from types import ModuleType

# the other modules here are problems' checks, which are not shown to code that is being graded
MACHINERY = (
    "adversaries",
    "autoencoders",
    "compare",
    "conditioners",
    "core",
    "derivation",
    "doubles",
    "encoding",
    "epochs",
    "factor_doubles",
    "flow_doubles",
    "flows",
    "graph_doubles",
    "importance",
    "inputs",
    "integrands",
    "judges",
    "learning",
    "report",
    "subject",
    "translators",
)


def __getattr__(name: str) -> ModuleType:
    """Import a problem's checks when a notebook first names them."""
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        raise AttributeError(f"there are no checks named {name!r}") from error
