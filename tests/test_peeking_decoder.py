"""The decoder of 03_conv_vae that sees earlier pixels sees no later one, and its loss is a proper likelihood."""

import pytest
import torch

from helpers.grading.namespaces import solution_namespace


@pytest.fixture(scope="module")
def notebook():
    return solution_namespace("03_conv_vae")


@pytest.mark.parametrize("window", [3, 15])
def test_neighbours_are_the_pixels_before(notebook, window):
    torch.manual_seed(0)
    neighbours = notebook["Neighbours"](1, 16, window).double()
    x = torch.rand(1, 1, 4, 5, dtype=torch.float64)
    seen = torch.autograd.functional.jacobian(lambda x: neighbours(x).flatten(), x).reshape(20, 20) != 0
    row, column = torch.arange(20) // 5, torch.arange(20) % 5
    near = ((row[:, None] - row).abs() <= window // 2) & ((column[:, None] - column).abs() <= window // 2)
    assert torch.equal(seen, near & torch.ones(20, 20, dtype=torch.bool).tril(-1))


def test_the_probabilities_of_all_images_add_up_given_a_code(notebook):
    torch.manual_seed(0)
    model = notebook["PeekingVAE"]((1, 4, 4), latent=2, width=4, window=15).double()
    x = torch.zeros(16, 1, 4, 4, dtype=torch.float64)
    x[:, 0, 3] = torch.cartesian_prod(*[torch.arange(2.0)] * 4)  # every last row below the same three
    logits = model.decoder(torch.ones(16, 2).double()) + model.neighbours(x)
    log_prob = -torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none")[:, 0, 3].sum(1)
    assert torch.isclose(log_prob.exp().sum(), torch.tensor(1.0).double())
