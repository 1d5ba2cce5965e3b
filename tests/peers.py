"""Libraries to compare with, as far as they can be imported."""

import pytest
import torch

_kept = []  # an operator lives as long as the library that defines it


def importable(module: str):
    """A module of an optional library, or a skipped test.

    torchvision names operators of its compiled part while it is imported; a build of torch that does not fit it has
    none of them. Nothing calls them here, so an empty definition is enough.
    """
    library = module.partition(".")[0]
    for name in ("nms", "qnms"):
        if not hasattr(torch.ops.torchvision, name):
            _kept.append(torch.library.Library("torchvision", "FRAGMENT"))
            _kept[-1].define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return pytest.importorskip(module, reason=f"{library} is missing (the extra `bench` has it)")
