# %% right="searchsorted with the levels moved last"
def draw_levels(logits, u):
    cumulative = logits.movedim(1, -1).softmax(-1).cumsum(-1)
    levels = torch.searchsorted(cumulative.contiguous(), u.unsqueeze(-1).contiguous(), right=True)
    return levels.squeeze(-1).clamp(max=logits.shape[1] - 1)


# %% right="a loop over the levels, in single precision"
def draw_levels(logits, u):
    mass = torch.softmax(logits.float(), dim=1)
    level = torch.zeros(u.shape, dtype=torch.int64)
    total = torch.zeros(u.shape)
    for k in range(logits.shape[1] - 1):
        total = total + mass[:, k]
        level += (u.float() >= total).long()
    return level


# %% right="counted from the top, in double precision"
def draw_levels(logits, u):
    levels = logits.shape[1]
    mass = F.log_softmax(logits.double(), dim=1).exp()
    edges = mass.cumsum(dim=1)[:, :-1]
    above = (edges > u.double().unsqueeze(1)).sum(1)
    return levels - 1 - above


# %% right="the first level whose cumulative probability exceeds u"
def draw_levels(logits, u):
    mass = (logits - logits.amax(1, keepdim=True)).exp()
    cumulative = mass.cumsum(1) / mass.sum(1, keepdim=True)
    passed = cumulative > u[:, None]
    passed[:, -1] = True
    return passed.byte().argmax(1)


# %% right="in the logarithmic domain"
def draw_levels(logits, u):
    log_cumulative = logits.log_softmax(1).logcumsumexp(1)[:, :-1]
    return (log_cumulative <= u.log().unsqueeze(1)).long().sum(1)


# %% right="one value at a time, in plain Python"
def draw_levels(logits, u):
    rows = logits.movedim(1, -1).reshape(-1, logits.shape[1]).softmax(-1).tolist()
    drawn = []
    for mass, number in zip(rows, u.flatten().tolist()):
        level, right_end = 0, mass[0]
        while number >= right_end and level < len(mass) - 1:
            level += 1
            right_end += mass[level]
        drawn.append(level)
    return torch.tensor(drawn).reshape(u.shape)


# %% wrong="the likeliest level" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    return logits.argmax(dim=1)


# %% wrong="multinomial, which draws its own numbers" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    mass = logits.movedim(1, -1).softmax(-1)
    return torch.multinomial(mass.reshape(-1, mass.shape[-1]), 1).reshape(u.shape)


# %% wrong="Gumbel noise from a single u for all levels" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    gumbel = -(-(u.clamp(min=1e-9)).log()).log()
    return (logits + gumbel.unsqueeze(1)).argmax(1)


# %% wrong="no softmax" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    levels = (logits.cumsum(1) <= u.unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="log-probabilities summed up" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    levels = (logits.log_softmax(1).cumsum(1) <= u.log().unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="no cumulative sum" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    levels = (logits.softmax(1) <= u.unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="softmax taken twice" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    mass = torch.softmax(logits.softmax(1), dim=1)
    levels = (mass.cumsum(1) <= u.unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="softmax over the batch" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    levels = (logits.softmax(0).cumsum(1) <= u.unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="the logits ignored: equal pieces" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    return (u * logits.shape[1]).long()


# %% wrong="counts the edges to the right" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    return (logits.softmax(1).cumsum(1) > u.unsqueeze(1)).sum(1).clamp(max=logits.shape[1] - 1)


# %% wrong="one level too high" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    levels = (logits.softmax(1).cumsum(1) <= u.unsqueeze(1)).sum(1) + 1
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="one level too low" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    return (logits.softmax(1).cumsum(1) <= u.unsqueeze(1)).sum(1) - 1


# %% wrong="levels sorted by probability and not mapped back" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    mass = logits.softmax(1).sort(dim=1, descending=True).values
    return (mass.cumsum(1) <= u.unsqueeze(1)).sum(1).clamp(max=logits.shape[1] - 1)


# %% wrong="upside down: u and 1 - u exchanged" fails="small u gives low levels"
def draw_levels(logits, u):
    levels = (logits.softmax(1).cumsum(1) <= 1 - u.unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="pieces laid from the highest level down" fails="small u gives low levels"
def draw_levels(logits, u):
    below = (logits.softmax(1).flip(1).cumsum(1) <= u.unsqueeze(1)).sum(1)
    return (logits.shape[1] - 1 - below).clamp(min=0)


# %% wrong="the last dimension taken for the levels" fails="works on maps of pixels too"
def draw_levels(logits, u):
    levels = (logits.softmax(-1).cumsum(-1) <= u.unsqueeze(-1)).sum(-1)
    return levels.clamp(max=logits.shape[-1] - 1)


# %% wrong="softmax over levels, cumulative sum over the last dimension" fails="works on maps of pixels too"
def draw_levels(logits, u):
    levels = (logits.softmax(1).cumsum(-1) <= u.unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="view for movedim: pixels get each other's logits" fails="works on maps of pixels too"
def draw_levels(logits, u):
    mass = logits.reshape(-1, logits.shape[1]).softmax(-1)
    levels = (mass.cumsum(-1) <= u.reshape(-1, 1)).sum(-1)
    return levels.clamp(max=logits.shape[1] - 1).reshape(u.shape)


# %% wrong="one u for a whole image" fails="works on maps of pixels too"
def draw_levels(logits, u):
    first = u.reshape(len(u), -1)[:, 0].reshape(-1, *[1] * (logits.ndim - 1))
    levels = (logits.softmax(1).cumsum(1) <= first).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="exponentials that are not divided by their sum" fails="logits need not be normalised"
def draw_levels(logits, u):
    levels = (logits.exp().cumsum(1) <= u.unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="the pieces of the worked example" fails="logits need not be normalised"
def draw_levels(logits, u):
    return (u >= 0.2).long() + (u >= 0.7).long()


# %% wrong="a softmax that overflows" fails="large logits do no harm"
def draw_levels(logits, u):
    mass = logits.exp() / logits.exp().sum(1, keepdim=True)
    levels = (mass.cumsum(1) <= u.unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="no clamp: a level that does not exist" fails="u just below 1 gives the highest level"
def draw_levels(logits, u):
    return (logits.softmax(1).cumsum(1) <= u.unsqueeze(1)).sum(1)


# %% wrong="argmax of nothing is level 0" fails="u just below 1 gives the highest level"
def draw_levels(logits, u):
    return (logits.softmax(1).cumsum(1) > u.unsqueeze(1)).int().argmax(1)


# %% wrong="wraps around at the highest level" fails="u just below 1 gives the highest level"
def draw_levels(logits, u):
    return (logits.softmax(1).cumsum(1) <= u.unsqueeze(1)).sum(1) % logits.shape[1]


# %% wrong="clamped one too low" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    levels = (logits.softmax(1).cumsum(1) <= u.unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 2)


# %% wrong="pieces with their right end: u = 0 draws the impossible" fails="a level of probability 0 is never drawn"
def draw_levels(logits, u):
    levels = (logits.softmax(1).cumsum(1) < u.unsqueeze(1)).sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="searchsorted on its default side" fails="a level of probability 0 is never drawn"
def draw_levels(logits, u):
    cumulative = logits.movedim(1, -1).softmax(-1).cumsum(-1).contiguous()
    levels = torch.searchsorted(cumulative, u.unsqueeze(-1).to(cumulative.dtype).contiguous()).squeeze(-1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="levels as floating-point numbers" fails="levels are integers"
def draw_levels(logits, u):
    levels = (logits.softmax(1).cumsum(1) <= u.unsqueeze(1)).float().sum(1)
    return levels.clamp(max=logits.shape[1] - 1)


# %% wrong="the dimension of the levels kept" fails="levels come up as often as their probabilities say"
def draw_levels(logits, u):
    levels = (logits.softmax(1).cumsum(1) <= u.unsqueeze(1)).sum(1, keepdim=True)
    return levels.clamp(max=logits.shape[1] - 1)
