"""Fresh inputs for a check: float64 tensors from a generator of its own, so that no global seed is touched."""

import hashlib

import torch
from torch import Tensor


def seed_of(*words: object) -> int:
    """A 63-bit seed that depends on all the words and on nothing else."""
    digest = hashlib.sha256("\x1f".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


class Draw:
    """A source of random inputs; the same seed gives the same inputs."""

    def __init__(self, seed: int):
        """Start from a seed."""
        self._generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape: int) -> Tensor:
        """Standard normal float64 values of the given shape."""
        return torch.randn(shape, generator=self._generator, dtype=torch.float64)

    def uniform(self, *shape: int) -> Tensor:
        """Uniform float64 values in [0, 1) of the given shape."""
        return torch.rand(shape, generator=self._generator, dtype=torch.float64)

    def integers(self, low: int, high: int, *shape: int) -> Tensor:
        """Uniform int64 values in [low, high) of the given shape."""
        return torch.randint(low, high, shape, generator=self._generator)

    def integer(self, low: int, high: int) -> int:
        """One uniform integer in [low, high)."""
        return int(self.integers(low, high, 1))

    def permutation(self, n: int) -> Tensor:
        """A random order of 0..n-1."""
        return torch.randperm(n, generator=self._generator)
