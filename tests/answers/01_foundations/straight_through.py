# %% right="zero in value"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    hard = F.one_hot(soft.argmax(-1), soft.shape[-1]).to(soft)
    return hard + soft - soft.detach()


# %% right="the gap detached"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    hard = torch.zeros_like(soft).scatter(-1, soft.argmax(-1, keepdim=True), 1.0)
    return (hard - soft).detach() + soft


# %% right="an autograd function"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    class Straight(torch.autograd.Function):
        @staticmethod
        def forward(ctx, soft):
            return (soft == soft.amax(-1, keepdim=True)).to(soft.dtype)

        @staticmethod
        def backward(ctx, slope):
            return slope

    return Straight.apply(relax(logits, g, temperature))


# %% right="compared with the maximum, twice asked"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    hard = F.one_hot(relax(logits, g, temperature).max(-1).indices, logits.size(-1)).to(logits.dtype)
    soft = relax(logits, g, temperature)
    return hard.detach() - soft.detach() + soft


# %% wrong="soft" fails="a one-hot vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    return relax(logits, g, temperature)


# %% wrong="sum of both" fails="a one-hot vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(soft.argmax(-1), soft.shape[-1]) + soft


# %% wrong="wrong sign" fails="a one-hot vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(soft.argmax(-1), soft.shape[-1]) - soft


# %% wrong="smallest wins" fails="a one-hot vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(soft.argmin(-1), soft.shape[-1]) + soft - soft.detach()


# %% wrong="own relaxation" fails="a one-hot vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = ((logits + g) / temperature).softmax(-1)
    return F.one_hot(soft.argmax(-1), soft.shape[-1]) + soft - soft.detach()


# %% wrong="winner among the logits" fails="a one-hot vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(logits.argmax(-1), soft.shape[-1]) + soft - soft.detach()


# %% wrong="winner keeps its weight" fails="a one-hot vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(soft.argmax(-1), soft.shape[-1]) * soft


# %% wrong="rounded" fails="a one-hot vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return soft.round() + soft - soft.detach()


# %% wrong="winner over the batch" fails="a one-hot vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(soft.argmax(0), len(soft)).T + soft - soft.detach()


# %% wrong="no gradient" fails="the gradient of the relaxed vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(soft.argmax(-1), soft.shape[-1]).to(soft)


# %% wrong="soft detached in both places" fails="the gradient of the relaxed vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature).detach()
    return F.one_hot(soft.argmax(-1), soft.shape[-1]) + soft - soft.detach()


# %% wrong="gradient's sign turned" fails="the gradient of the relaxed vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(soft.argmax(-1), soft.shape[-1]) - soft + soft.detach()


# %% wrong="gradient twice" fails="the gradient of the relaxed vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(soft.argmax(-1), soft.shape[-1]) + 2 * (soft - soft.detach())


# %% wrong="gradient at the winner only" fails="the gradient of the relaxed vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    hard = F.one_hot(soft.argmax(-1), soft.shape[-1])
    return hard * (1 + soft - soft.detach())


# %% wrong="gradient of the logits" fails="the gradient of the relaxed vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(soft.argmax(-1), soft.shape[-1]) + logits - logits.detach()


# %% wrong="integers" fails="a floating-point vector"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    soft = relax(logits, g, temperature)
    return F.one_hot(soft.argmax(-1), soft.shape[-1])


# %% wrong="category" fails="one vector per row"
def straight_through(logits, g, temperature, relax=gumbel_softmax):
    return relax(logits, g, temperature).argmax(-1)
