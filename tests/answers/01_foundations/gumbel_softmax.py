# %% right="softmax of the sum"
def gumbel_softmax(logits, g, temperature):
    return ((logits + g) / temperature).softmax(-1)


# %% right="torch.softmax, log-probabilities"
def gumbel_softmax(logits, g, temperature):
    return torch.softmax((logits.log_softmax(-1) + g) / temperature, dim=1)


# %% right="by logsumexp"
def gumbel_softmax(logits, g, temperature):
    scores = (logits + g) / temperature
    return (scores - scores.logsumexp(-1, keepdim=True)).exp()


# %% right="shifted exponentials"
def gumbel_softmax(logits, g, temperature):
    scores = (logits + g) / temperature
    weights = torch.exp(scores - scores.max(dim=-1, keepdim=True).values)
    return weights / weights.sum(-1, keepdim=True)


# %% right="a loop, in float32"
def gumbel_softmax(logits, g, temperature):
    return torch.stack([F.softmax((l + n).float() / temperature, 0) for l, n in zip(logits, g)])


# %% wrong="multiplied" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return ((logits + g) * temperature).softmax(-1)


# %% wrong="no temperature" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return (logits + g).softmax(-1)


# %% wrong="only the logits divided" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return (logits / temperature + g).softmax(-1)


# %% wrong="only the noise divided" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return (logits + g / temperature).softmax(-1)


# %% wrong="no noise" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return (logits / temperature).softmax(-1)


# %% wrong="no logits" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return (g / temperature).softmax(-1)


# %% wrong="noise subtracted" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return ((logits - g) / temperature).softmax(-1)


# %% wrong="over the batch" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return ((logits + g) / temperature).softmax(0)


# %% wrong="logarithms" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return ((logits + g) / temperature).log_softmax(-1)


# %% wrong="divided too late" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return (logits + g).softmax(-1) / temperature


# %% wrong="temperature squared" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return ((logits + g) / temperature**2).softmax(-1)


# %% wrong="probabilities for logits" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return ((logits.softmax(-1) + g) / temperature).softmax(-1)


# %% wrong="hard already" fails="the relaxed winner"
def gumbel_softmax(logits, g, temperature):
    return F.one_hot((logits + g).argmax(-1), logits.shape[-1]).double()


# %% wrong="exponentials that overflow" fails="a low temperature gives the winner"
def gumbel_softmax(logits, g, temperature):
    weights = ((logits + g) / temperature).exp()
    return weights / weights.sum(-1, keepdim=True)


# %% wrong="temperature kept away from zero" fails="a low temperature gives the winner"
def gumbel_softmax(logits, g, temperature):
    return ((logits + g) / max(temperature, 0.1)).softmax(-1)


# %% wrong="detached" fails="a gradient reaches the logits"
def gumbel_softmax(logits, g, temperature):
    return ((logits.detach() + g) / temperature).softmax(-1)


# %% wrong="one weight per row" fails="one weight per category"
def gumbel_softmax(logits, g, temperature):
    return ((logits + g) / temperature).softmax(-1).amax(-1)
