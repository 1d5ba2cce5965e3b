"""Libraries to compare with, as far as they can be imported."""

import importlib

import pytest
import torch

_kept = []  # an operator lives as long as the library that defines it


def importable(module: str):
    """A module of an optional library, or a skipped test.

    torchvision names operators of its compiled part while it is imported, which a build of torch that does not fit it
    has not got. Nothing calls them here, so an empty definition is enough.
    """
    try:
        importlib.import_module("torchvision")
    except ImportError:
        pass
    except RuntimeError:
        _kept.append(torch.library.Library("torchvision", "FRAGMENT"))
        for name in ("nms", "qnms"):
            _kept[-1].define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return pytest.importorskip(module, reason=f"{module.partition('.')[0]} is missing (the extra `bench` has it)")
