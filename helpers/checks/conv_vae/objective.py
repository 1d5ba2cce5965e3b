"""Checks of the negative ELBO and of the loop that makes it small."""

from __future__ import annotations

import functools

import torch
from torch import Tensor

from helpers.checks import autoencoders, doubles, epochs
from helpers.checks.compare import Verdict, close, gradients, same, tensor, varies
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part

SHAPE, LATENT = (2, 3, 4), 3


@check
def negative_elbo(student: Part, draw: Draw) -> Properties:
    """-F = rec + sum of kl, from one draw of the code, with collaborators that are known."""
    seed = draw.integer(0, 10**6)
    encode = student.beside(autoencoders.LinearEncoder, SHAPE, LATENT, seed)
    decode = student.beside(autoencoders.LinearDecoder, LATENT, SHAPE, seed)
    own_encode, own_decode = (
        autoencoders.LinearEncoder(SHAPE, LATENT, seed),
        autoencoders.LinearDecoder(LATENT, SHAPE, seed),
    )
    x, eps = draw.uniform(5, *SHAPE), draw.normal(5, LATENT)
    tools = {
        "log_prob": autoencoders.lopsided_log_prob,
        "sample": autoencoders.shifted_sample,
        "kl": autoencoders.odd_divergence,
    }

    def parts(images: Tensor = x) -> tuple[Tensor, Tensor, Tensor]:
        value = student(images, eps, encode, decode, **tools)
        if not isinstance(value, (tuple, list)) or len(value) != 3:
            raise Broken("It should return three tensors: nelbo, rec and kl.")
        return value[0], value[1], value[2]

    @torch.no_grad()
    def expected() -> tuple[Tensor, Tensor, Tensor, dict[str, Tensor]]:
        mu, log_var = own_encode(x)
        output = own_decode(autoencoders.shifted_sample(mu, log_var, eps))
        log_prob = autoencoders.lopsided_log_prob(output, x)
        at_mean = autoencoders.lopsided_log_prob(own_decode(mu), x)
        usual = autoencoders.lopsided_log_prob(own_decode(mu + (log_var / 2).exp() * eps), x)
        turned = autoencoders.lopsided_log_prob(own_decode(autoencoders.shifted_sample(log_var, mu, eps)), x)
        slips = {
            "This is the log-likelihood; rec is a loss, so the other sign.": log_prob,
            "The code is the mean, without any noise: use `sample`.": -at_mean,
            "The code is drawn in the usual way, and not with the function `sample` that is given.": -usual,
            "mu and log_var are exchanged on their way to `sample`.": -turned,
            "Decoder's output and image are exchanged in `log_prob`: which comes first?": -(
                autoencoders.lopsided_log_prob(x, output)
            ),
            "This is the mean over the batch: keep one number per image.": -log_prob.mean().expand(5),
            "The sigmoid, or something like it, is applied to the decoder's output before `log_prob`.": -(
                autoencoders.lopsided_log_prob(output.sigmoid(), x)
            ),
        }
        return -log_prob, autoencoders.odd_divergence(mu, log_var), autoencoders.odd_divergence(log_var, mu), slips

    rec, kl, turned_kl, slips = expected()
    yield essential(
        "returns nelbo, rec and kl in their shapes",
        lambda: Verdict(
            all(tensor(value, size) is not None for value, size in zip(parts(), ((5,), (5,), (5, LATENT)), strict=True))
        ),
        "nelbo and rec have one number per image, kl one per image and code variable: average nothing over the batch.",
    )
    yield essential(
        "answers to the image",
        lambda: varies(lambda images: parts(images)[0], (x,), (2 * x,)),
        "Other images should have another loss.",
    )
    yield (
        "rec is minus the log-likelihood of the decoded draw",
        lambda: same(parts()[1], rec, slips),
        "Encode x, draw the code with `sample`, decode it, and ask `log_prob` how probable the image is.",
    )
    yield (
        "kl is the divergence of each code variable",
        lambda: same(
            parts()[2],
            kl,
            {"mu and log_var are exchanged on their way to `kl`.": turned_kl, "The divergence lost its sign.": -kl},
        ),
        "Hand mu and log_var to the function `kl` that is given, and return what it returns.",
    )
    yield (
        "nelbo is rec plus all of kl",
        lambda: same(
            parts()[0],
            rec + kl.sum(1),
            {
                "The divergence is averaged over the code variables; it adds up.": rec + kl.mean(1),
                "The divergence is subtracted: it is a cost.": rec - kl.sum(1),
                "This is F; its negative is the loss.": -(rec + kl.sum(1)),
                "rec enters with the wrong sign.": kl.sum(1) - rec,
                "The divergence of the whole batch is added to every image.": rec + kl.sum(),
                "The divergence is averaged over the batch before it is added.": rec + kl.sum(1).mean(),
                "The divergence is missing.": rec,
                "rec is missing.": kl.sum(1),
                "Only the first code variable's divergence is added.": rec + kl[:, 0],
            },
        ),
        "nelbo adds up: -F is rec plus the divergences of all code variables of the same image.",
    )

    def reaches(which: int, network: Part, own: torch.nn.Module, output: int) -> Verdict:
        with torch.enable_grad():
            mu, log_var = own_encode(x)
            z = autoencoders.shifted_sample(mu, log_var, eps)
            own_rec, own_kl = (
                -autoencoders.lopsided_log_prob(own_decode(z), x),
                autoencoders.odd_divergence(mu, log_var),
            )
            own_parts = (own_rec + own_kl.sum(1), own_rec, own_kl)
            names = [name for name, _ in own.named_parameters()]
            due = torch.autograd.grad(own_parts[output].sum(), [dict(own.named_parameters())[n] for n in names])
        weights = network.parameters()
        found = gradients(tensor(parts()[output]), [weights[name] for name in names])
        wrong = [name for name, seen, slope in zip(names, found, due, strict=True) if not close(seen, slope)]
        return Verdict(not wrong)

    yield (
        "a gradient reaches the encoder through the draw",
        lambda: reaches(0, encode, own_encode, 1),
        "rec alone should teach the encoder: the gradient must pass the drawn code. Is something detached, or drawn anew?",
    )
    yield (
        "a gradient reaches the encoder through kl",
        lambda: reaches(0, encode, own_encode, 2),
        "kl should teach the encoder: is something detached?",
    )
    yield (
        "a gradient reaches the decoder",
        lambda: reaches(1, decode, own_decode, 1),
        "rec should teach the decoder: is something detached?",
    )
    yield (
        "the loss itself teaches both networks",
        lambda: Verdict(bool(reaches(0, encode, own_encode, 0)) and bool(reaches(1, decode, own_decode, 0))),
        "Training follows the gradient of nelbo: did one of its parts, or the sum, lose it on the way (`detach`, `item`)?",
    )


@check
def train_epoch(student: Part, draw: Draw) -> Properties:
    """One step of gradient descent per batch with fresh noise, and the mean loss of the batches."""
    start, rate, seed = draw.normal(3), 0.3, draw.integer(0, 10**6)
    sizes = (5, 2, 4)  # unequal, as the last batch of an epoch often is
    batches = [(1 + draw.uniform(n, 3), draw.integers(0, 10, n)) for n in sizes]

    def run(data: list[tuple[Tensor, Tensor]]) -> tuple[object, Tensor]:
        model = student.beside(doubles.Scale, start)
        optimizer = student.beside(doubles.sgd, model, rate)
        noise = student.beside(autoencoders.Noise, 3, seed)
        result = student(model, doubles.square_gap, optimizer, data, noise)
        return result, model.parameters()["w"].detach()

    def slope(w: Tensor, x: Tensor, eps: Tensor) -> Tensor:
        return ((w * x - eps) * x).sum(0) / x.numel()

    def gap(w: Tensor, x: Tensor, eps: Tensor) -> float:
        return float(((w * x - eps) ** 2).mean() / 2)

    def course(draws: list[Tensor], pile: bool = False) -> tuple[list[Tensor], list[float], list[float]]:
        """Weights before and after each step, and the losses before and after it."""
        weights, before, after, total = [start], [], [], torch.zeros(3).double()
        for (x, _), eps in zip(batches, draws, strict=True):
            found = slope(weights[-1], x, eps)
            total = total + found if pile else found
            before.append(gap(weights[-1], x, eps))
            weights.append(weights[-1] - rate * total)
            after.append(gap(weights[-1], x, eps))
        return weights, before, after

    @functools.cache
    def tape() -> list[Tensor]:
        noise = autoencoders.Noise(3, seed)
        return [noise(n) for n in sizes]

    fresh, losses, later = course(tape())
    piled = course(tape(), pile=True)[0]
    once = autoencoders.Noise(3, seed)(max(sizes))  # drawn before the loop, cut to each batch
    repeated = course([once[:n] for n in sizes])[0]
    at_once = start - rate * sum(slope(start, x, eps) for (x, _), eps in zip(batches, tape(), strict=True))
    silent = start - rate * slope(start, batches[0][0], torch.zeros(5, 3).double())
    yield essential(
        "one batch is one step downhill",
        lambda: same(
            run(batches[:1])[1],
            fresh[1],
            {
                epochs.WITHOUT_A_STEP: start,
                epochs.UPHILL: 2 * start - fresh[1],
                "There is no noise in the loss.": silent,
            },
        ),
        "After one batch the weights should have moved by one step of the optimiser, with the noise that `noise` gave for this"
        " many images. Is the loss called with the model, the images and the noise?",
    )

    advice = "Three batches of 5, 2 and 4 images should make three steps, each with noise for just as many images."
    yield from epochs.every_batch_steps(run, batches, fresh, [piled[3], repeated[3]], advice, at_once)

    def is_fresh() -> Verdict:
        end = run(batches)[1]
        return Verdict(not close(end, repeated[3]) and any(close(end, w) for w in (fresh[3], piled[3])))

    yield (
        "every batch gets fresh noise",
        is_fresh,
        "Each batch should call `noise` once, for its own number of images: the same noise again teaches the decoder a few draws"
        " by heart.",
    )
    yield from epochs.gradients_are_cleared(run, batches, fresh, piled)
    yield from epochs.plain_mean(run, batches, losses, later)
