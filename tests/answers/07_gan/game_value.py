# %% right="two sums"
def game_value(p, q, d):
    return (p * torch.log(d)).sum() + (q * torch.log1p(-d)).sum()


# %% right="dot products"
def game_value(p, q, d):
    return p @ d.log() + q @ (1 - d).log()


# %% right="through logits, in single precision"
def game_value(p, q, d):
    logits = torch.logit(d.float())
    return (p * F.logsigmoid(logits) + q * F.logsigmoid(-logits)).sum()


# %% wrong="data and generator exchanged" fails="adds both expectations"
def game_value(p, q, d):
    return (q * d.log() + p * (1 - d).log()).sum()


# %% wrong="the discriminator's loss" fails="adds both expectations"
def game_value(p, q, d):
    return -(p * d.log() + q * (1 - d).log()).sum()


# %% wrong="the generated values forgotten" fails="adds both expectations"
def game_value(p, q, d):
    return (p * d.log()).sum()


# %% wrong="only the generator's part" fails="adds both expectations"
def game_value(p, q, d):
    return (q * (1 - d).log()).sum()


# %% wrong="subtracted" fails="adds both expectations"
def game_value(p, q, d):
    return (p * d.log() - q * (1 - d).log()).sum()


# %% wrong="log D twice" fails="adds both expectations"
def game_value(p, q, d):
    return (p * d.log() + q * d.log()).sum()


# %% wrong="the second over the data as well" fails="adds both expectations"
def game_value(p, q, d):
    return (p * d.log() + p * (1 - d).log()).sum()


# %% wrong="means without weights" fails="adds both expectations"
def game_value(p, q, d):
    return d.log().mean() + (1 - d).log().mean()


# %% wrong="mean instead of sum" fails="knowing nothing is worth -log 4"
def game_value(p, q, d):
    return (p * d.log() + q * (1 - d).log()).mean()


# %% wrong="logarithms of the expectations" fails="adds both expectations"
def game_value(p, q, d):
    return (p * d).sum().log() + (q * (1 - d)).sum().log()


# %% wrong="in bits" fails="knowing nothing is worth -log 4"
def game_value(p, q, d):
    return (p * d.log2() + q * (1 - d).log2()).sum()


# %% wrong="one minus the logarithm" fails="adds both expectations"
def game_value(p, q, d):
    return (p * d.log() + q * (1 - d.log())).sum()
