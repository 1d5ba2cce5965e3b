# %% right="argmax of the sum"
def gumbel_max(logits, g):
    return (logits + g).argmax(-1)


# %% right="torch.argmax, dim 1"
def gumbel_max(logits, g):
    return torch.argmax(logits + g, dim=1)


# %% right="max's indices, log-probabilities"
def gumbel_max(logits, g):
    return (logits.log_softmax(-1) + g).max(-1).indices


# %% right="sorted"
def gumbel_max(logits, g):
    return (logits + g).argsort(-1, descending=True)[:, 0]


# %% right="a loop, int32"
def gumbel_max(logits, g):
    return torch.tensor([int((l + n).argmax()) for l, n in zip(logits, g)], dtype=torch.int32)


# %% right="exponential race"
def gumbel_max(logits, g):
    return ((-g).exp() * (-logits).exp()).argmin(-1)


# %% wrong="no noise" fails="the winner of the sum"
def gumbel_max(logits, g):
    return logits.argmax(-1)


# %% wrong="no logits" fails="the winner of the sum"
def gumbel_max(logits, g):
    return g.argmax(-1)


# %% wrong="noise subtracted" fails="the winner of the sum"
def gumbel_max(logits, g):
    return (logits - g).argmax(-1)


# %% wrong="smallest wins" fails="the winner of the sum"
def gumbel_max(logits, g):
    return (logits + g).argmin(-1)


# %% wrong="noise added to probabilities" fails="the winner of the sum"
def gumbel_max(logits, g):
    return (logits.softmax(-1) + g).argmax(-1)


# %% wrong="multiplied" fails="the winner of the sum"
def gumbel_max(logits, g):
    return (logits * g).argmax(-1)


# %% wrong="probabilities times noise" fails="the winner of the sum"
def gumbel_max(logits, g):
    return (logits.softmax(-1) * g).argmax(-1)


# %% wrong="winning value" fails="by hand"
def gumbel_max(logits, g):
    return (logits + g).max(-1).values


# %% wrong="winner over the batch" fails="one category per row"
def gumbel_max(logits, g):
    return (logits + g).argmax(0)


# %% wrong="one winner" fails="one category per row"
def gumbel_max(logits, g):
    return (logits + g).argmax()


# %% wrong="one-hot" fails="one category per row"
def gumbel_max(logits, g):
    return F.one_hot((logits + g).argmax(-1), logits.shape[-1])


# %% wrong="kept dimension" fails="one category per row"
def gumbel_max(logits, g):
    return (logits + g).argmax(-1, keepdim=True)


# %% wrong="floating point" fails="a whole number"
def gumbel_max(logits, g):
    return (logits + g).argmax(-1).double()


# %% wrong="logits clamped" fails="a constant added to the logits changes nothing"
def gumbel_max(logits, g):
    return (logits.clamp(-8, 8) + g).argmax(-1)
