# %% right="log-sigmoid with a sign"
def log_joint(z, w, y):
    return F.logsigmoid((2 * y - 1) * w * z[:, None]).sum(-1) - z**2 / 2 - math.log(2 * math.pi) / 2


# %% right="binary cross-entropy with logits"
def log_joint(z, w, y):
    logits = torch.outer(z, w)
    loss = F.binary_cross_entropy_with_logits(logits, y.expand_as(logits), reduction="none")
    return torch.distributions.Normal(0.0, 1.0).log_prob(z) - loss.sum(1)


# %% right="a Bernoulli distribution"
def log_joint(z, w, y):
    answers = torch.distributions.Bernoulli(logits=z.unsqueeze(1) * w)
    return torch.distributions.Normal(0.0, 1.0).log_prob(z) + answers.log_prob(y).sum(-1)


# %% right="softplus, in float32"
def log_joint(z, w, y):
    z, w, y = z.float(), w.float(), y.float()
    a = z[:, None] * w
    return (y * a - F.softplus(a)).sum(1) - 0.5 * z**2 - 0.5 * math.log(2 * math.pi)


# %% right="question by question"
def log_joint(z, w, y):
    total = -(z**2) / 2 - math.log(2 * math.pi) / 2
    for weight, answer in zip(w, y):
        total = total + (F.logsigmoid(weight * z) if answer == 1 else F.logsigmoid(-weight * z))
    return total


# %% wrong="prior forgotten" fails="prior and answers"
def log_joint(z, w, y):
    return F.logsigmoid((2 * y - 1) * w * z[:, None]).sum(-1)


# %% wrong="answers averaged" fails="prior and answers"
def log_joint(z, w, y):
    return F.logsigmoid((2 * y - 1) * w * z[:, None]).mean(-1) - z**2 / 2 - math.log(2 * math.pi) / 2


# %% wrong="answers exchanged" fails="prior and answers"
def log_joint(z, w, y):
    return F.logsigmoid((1 - 2 * y) * w * z[:, None]).sum(-1) - z**2 / 2 - math.log(2 * math.pi) / 2


# %% wrong="wrong answers left out" fails="prior and answers"
def log_joint(z, w, y):
    return (y * F.logsigmoid(w * z[:, None])).sum(-1) - z**2 / 2 - math.log(2 * math.pi) / 2


# %% wrong="all taken for right" fails="prior and answers"
def log_joint(z, w, y):
    return F.logsigmoid(w * z[:, None]).sum(-1) - z**2 / 2 - math.log(2 * math.pi) / 2


# %% wrong="w forgotten" fails="prior and answers"
def log_joint(z, w, y):
    return F.logsigmoid((2 * y - 1) * z[:, None]).sum(-1) - z**2 / 2 - math.log(2 * math.pi) / 2


# %% wrong="prior's sign" fails="prior and answers"
def log_joint(z, w, y):
    return F.logsigmoid((2 * y - 1) * w * z[:, None]).sum(-1) + z**2 / 2 + math.log(2 * math.pi) / 2


# %% wrong="prior's half" fails="prior and answers"
def log_joint(z, w, y):
    return F.logsigmoid((2 * y - 1) * w * z[:, None]).sum(-1) - z**2 - math.log(2 * math.pi) / 2


# %% wrong="loss added" fails="prior and answers"
def log_joint(z, w, y):
    return (
        F.binary_cross_entropy_with_logits(z[:, None] * w, y.expand(len(z), -1), reduction="none").sum(-1)
        - z**2 / 2
        - math.log(2 * math.pi) / 2
    )


# %% wrong="probability for logit" fails="by hand: coins at ability 0"
def log_joint(z, w, y):
    return torch.sigmoid((2 * y - 1) * w * z[:, None]).sum(-1) - z**2 / 2 - math.log(2 * math.pi) / 2


# %% wrong="constant forgotten" fails="the constant of the prior"
def log_joint(z, w, y):
    return F.logsigmoid((2 * y - 1) * w * z[:, None]).sum(-1) - z**2 / 2


# %% wrong="constant without its half" fails="the constant of the prior"
def log_joint(z, w, y):
    return F.logsigmoid((2 * y - 1) * w * z[:, None]).sum(-1) - z**2 / 2 - math.log(2 * math.pi)


# %% wrong="logarithm of a probability" fails="huge abilities stay finite"
def log_joint(z, w, y):
    return torch.sigmoid((2 * y - 1) * w * z[:, None]).log().sum(-1) - z**2 / 2 - math.log(2 * math.pi) / 2


# %% wrong="logarithm with a guard" fails="huge abilities stay finite"
def log_joint(z, w, y):
    return (torch.sigmoid((2 * y - 1) * w * z[:, None]) + 1e-9).log().sum(-1) - z**2 / 2 - math.log(2 * math.pi) / 2


# %% wrong="cross-entropy of probabilities" fails="huge abilities stay finite"
def log_joint(z, w, y):
    return (
        -F.binary_cross_entropy(torch.sigmoid(z[:, None] * w), y.expand(len(z), -1), reduction="none").sum(-1)
        - z**2 / 2
        - math.log(2 * math.pi) / 2
    )


# %% wrong="a product of probabilities" fails="huge abilities stay finite"
def log_joint(z, w, y):
    return torch.sigmoid((2 * y - 1) * w * z[:, None]).prod(-1).log() - z**2 / 2 - math.log(2 * math.pi) / 2


# %% wrong="not summed" fails="one number per ability"
def log_joint(z, w, y):
    return F.logsigmoid((2 * y - 1) * w * z[:, None]) - (z**2 / 2)[:, None] - math.log(2 * math.pi) / 2


# %% wrong="summed over the abilities, too" fails="one number per ability"
def log_joint(z, w, y):
    return (F.logsigmoid((2 * y - 1) * w * z[:, None]).sum(-1) - z**2 / 2 - math.log(2 * math.pi) / 2).sum()


# %% wrong="detached" fails="a gradient reaches the ability"
def log_joint(z, w, y):
    return F.logsigmoid((2 * y - 1) * w * z.detach()[:, None]).sum(-1) - z**2 / 2 - math.log(2 * math.pi) / 2


# %% wrong="prior per question" fails="by hand: coins at ability 0"
def log_joint(z, w, y):
    return (F.logsigmoid((2 * y - 1) * w * z[:, None]) - (z**2 / 2)[:, None] - math.log(2 * math.pi) / 2).sum(-1)
