# %% right="cross-entropy per value"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits, x.long(), reduction="none").sum((1, 2, 3))


# %% right="log-softmax and a lookup"
def log_likelihood(logits, x):
    log_prob = logits.log_softmax(dim=1)
    picked = log_prob.gather(1, x.long().unsqueeze(1)).squeeze(1)
    return picked.reshape(len(x), -1).sum(dim=-1)


# %% right="logsumexp by hand"
def log_likelihood(logits, x):
    top = logits.amax(dim=1, keepdim=True)
    normaliser = top.squeeze(1) + (logits - top).exp().sum(1).log()
    chosen = torch.gather(logits, 1, x.to(torch.int64)[:, None])[:, 0]
    return (chosen - normaliser).flatten(1).sum(1)


# %% right="one-hot levels"
def log_likelihood(logits, x):
    one_hot = F.one_hot(x.long(), logits.shape[1]).movedim(-1, 1)
    return torch.einsum("bkchw,bkchw->b", F.log_softmax(logits, 1), one_hot.to(logits.dtype))


# %% right="a distribution, in loops over images"
def log_likelihood(logits, x):
    totals = []
    for image_logits, image in zip(logits, x):
        levels = torch.distributions.Categorical(logits=image_logits.permute(1, 2, 3, 0))
        totals.append(levels.log_prob(image.long()).sum())
    return torch.stack(totals)


# %% right="rows of K logits, in float32"
def log_likelihood(logits, x):
    rows = logits.float().movedim(1, -1).reshape(-1, logits.shape[1])
    losses = nn.NLLLoss(reduction="none")(torch.log_softmax(rows, -1), x.long().reshape(-1))
    return -losses.view(x.shape[0], -1).sum(1)


# %% wrong="a loss, not a log-likelihood" fails="one pixel, two levels"
def log_likelihood(logits, x):
    return F.cross_entropy(logits, x.long(), reduction="none").flatten(1).sum(1)


# %% wrong="mean over the pixels" fails="log-probabilities add up over pixels and colours"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits, x.long(), reduction="none").flatten(1).mean(1)


# %% wrong="colours averaged" fails="log-probabilities add up over pixels and colours"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits, x.long(), reduction="none").mean(1).sum((1, 2))


# %% wrong="the default mean over everything" fails="one number per image"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits, x.long())


# %% wrong="added up over the batch as well" fails="one number per image"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits, x.long(), reduction="sum")


# %% wrong="one mean for all images" fails="log-probabilities add up over pixels and colours"
def log_likelihood(logits, x):
    per_image = x[0].numel()
    return -F.cross_entropy(logits, x.long()).expand(len(x)) * per_image


# %% wrong="colours kept apart" fails="one number per image"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits, x.long(), reduction="none").sum((-1, -2))


# %% wrong="bits for nats" fails="one pixel, two levels"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits, x.long(), reduction="none").flatten(1).sum(1) / math.log(2)


# %% wrong="logits taken for log-probabilities" fails="one pixel, two levels"
def log_likelihood(logits, x):
    return logits.gather(1, x.long().unsqueeze(1)).squeeze(1).flatten(1).sum(1)


# %% wrong="softmax over the colours" fails="one pixel, two levels"
def log_likelihood(logits, x):
    log_prob = logits.log_softmax(2)
    return log_prob.gather(1, x.long().unsqueeze(1)).squeeze(1).flatten(1).sum(1)


# %% wrong="softmax over the last dimension" fails="one pixel, two levels"
def log_likelihood(logits, x):
    log_prob = F.log_softmax(logits, dim=-1)
    return log_prob.gather(1, x.long().unsqueeze(1)).flatten(1).sum(1)


# %% wrong="softmax before the cross-entropy" fails="one pixel, two levels"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits.softmax(1), x.long(), reduction="none").flatten(1).sum(1)


# %% wrong="NLL of probabilities" fails="one pixel, two levels"
def log_likelihood(logits, x):
    return F.nll_loss(logits.softmax(1), x.long(), reduction="none").flatten(1).sum(1)


# %% wrong="levels reshaped away without moving them" fails="log-probabilities add up over pixels and colours"
def log_likelihood(logits, x):
    losses = F.cross_entropy(logits.reshape(-1, logits.shape[1]), x.long().reshape(-1), reduction="none")
    return -losses.reshape(len(x), -1).sum(1)


# %% wrong="one-hot levels left in the last dimension" fails="log-probabilities add up over pixels and colours"
def log_likelihood(logits, x):
    one_hot = F.one_hot(x.long(), logits.shape[1]).view(logits.shape)
    return (logits.log_softmax(1) * one_hot).flatten(1).sum(1)


# %% wrong="images taken for grey" fails="log-probabilities add up over pixels and colours"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits[:, :, 0], x[:, 0].long(), reduction="none").flatten(1).sum(1)


# %% wrong="two levels only" fails="log-probabilities add up over pixels and colours"
def log_likelihood(logits, x):
    loss = F.binary_cross_entropy_with_logits(logits[:, 1] - logits[:, 0], x.to(logits.dtype), reduction="none")
    return -loss.flatten(1).sum(1)


# %% wrong="level 0 ignored as if it were padding" fails="log-probabilities add up over pixels and colours"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits, x.long(), reduction="none", ignore_index=0).flatten(1).sum(1)


# %% wrong="labels smoothed" fails="one pixel, two levels"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits, x.long(), reduction="none", label_smoothing=0.1).flatten(1).sum(1)


# %% wrong="product of probabilities" fails="large logits stay finite"
def log_likelihood(logits, x):
    probability = logits.softmax(1).gather(1, x.long().unsqueeze(1))
    return probability.flatten(1).prod(1).log()


# %% wrong="log of a softmax plus a small number" fails="large logits stay finite"
def log_likelihood(logits, x):
    probability = logits.softmax(1).gather(1, x.long().unsqueeze(1))
    return (probability + 1e-8).log().flatten(1).sum(1)


# %% wrong="exponentials overflow" fails="large logits stay finite"
def log_likelihood(logits, x):
    log_prob = logits - logits.exp().sum(1, keepdim=True).log()
    return log_prob.gather(1, x.long().unsqueeze(1)).flatten(1).sum(1)


# %% wrong="detached" fails="a gradient reaches the logits"
def log_likelihood(logits, x):
    return -F.cross_entropy(logits.detach(), x.long(), reduction="none").flatten(1).sum(1)


# %% wrong="numbers collected in a list" fails="a gradient reaches the logits"
def log_likelihood(logits, x):
    log_prob = logits.log_softmax(1)
    totals = [log_prob[b].gather(0, x[b].long().unsqueeze(0)).sum().item() for b in range(len(x))]
    return torch.tensor(totals)


# %% wrong="uint8 levels used as an index" fails="levels may be of any integer type"
def log_likelihood(logits, x):
    return logits.log_softmax(1).gather(1, x.unsqueeze(1)).flatten(1).sum(1)


# %% wrong="never returned" fails="one number per image"
def log_likelihood(logits, x):
    log_prob = -F.cross_entropy(logits, x.long(), reduction="none")
    log_prob.flatten(1).sum(1)


# %% wrong="a constant" fails="one pixel, two levels"
def log_likelihood(logits, x):
    return torch.zeros(len(x))
