# %% right="log-softmax"
def total_correlation(logits):
    logs = logits.log_softmax(1)
    return (logs[:, 0] - logs[:, 1]).mean()


# %% right="difference of means, single precision"
def total_correlation(logits):
    means = logits.float().mean(0)
    return means[0] - means[1]


# %% right="image by image"
def total_correlation(logits):
    total = 0
    for row in logits:
        total = total + row[0] - row[1]
    return total / len(logits)


# %% right="two cross-entropies"
def total_correlation(logits):
    code = torch.zeros(len(logits), dtype=torch.long)
    return F.cross_entropy(logits, code + 1) - F.cross_entropy(logits, code)


# %% wrong="classes exchanged" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    return (logits[:, 1] - logits[:, 0]).mean()


# %% wrong="sum" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    return (logits[:, 0] - logits[:, 1]).sum()


# %% wrong="probabilities" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    p = logits.softmax(1)
    return (p[:, 0] - p[:, 1]).mean()


# %% wrong="log D" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    return logits.log_softmax(1)[:, 0].mean()


# %% wrong="minus log of the complement" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    return -logits.log_softmax(1)[:, 1].mean()


# %% wrong="mean inside" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    p = logits.softmax(1)
    return (p[:, 0] / p[:, 1]).mean().log()


# %% wrong="ratio" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    p = logits.softmax(1)
    return (p[:, 0] / p[:, 1]).mean()


# %% wrong="column 0" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    return logits[:, 0].mean()


# %% wrong="halved" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    return ((logits[:, 0] - logits[:, 1]) / 2).mean()


# %% wrong="size" fails="a negative estimate stays negative"
def total_correlation(logits):
    return (logits[:, 0] - logits[:, 1]).abs().mean()


# %% wrong="cut at 0" fails="a negative estimate stays negative"
def total_correlation(logits):
    return (logits[:, 0] - logits[:, 1]).mean().clamp(min=0)


# %% wrong="cut at 0 per code" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    return (logits[:, 0] - logits[:, 1]).clamp(min=0).mean()


# %% wrong="through probabilities" fails="large logits are harmless"
def total_correlation(logits):
    p = logits.softmax(1)
    return (p[:, 0].log() - p[:, 1].log()).mean()


# %% wrong="small constant" fails="large logits are harmless"
def total_correlation(logits):
    p = logits.softmax(1) + 1e-12
    return (p[:, 0] / p[:, 1]).log().mean()


# %% wrong="per code" fails="returns a scalar"
def total_correlation(logits):
    return logits[:, 0] - logits[:, 1]


# %% wrong="softmax over the batch" fails="the mean logarithm of the ratio"
def total_correlation(logits):
    logs = logits.log_softmax(0)
    return (logs[:, 0] - logs[:, 1]).mean()


# %% wrong="a plain number" fails="its gradient reaches the logits"
def total_correlation(logits):
    return (logits[:, 0] - logits[:, 1]).mean().item()


# %% wrong="detached" fails="its gradient reaches the logits"
def total_correlation(logits):
    with torch.no_grad():
        return (logits[:, 0] - logits[:, 1]).mean()
