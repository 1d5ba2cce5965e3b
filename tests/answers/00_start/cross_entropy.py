# %% right="log-softmax and two indices"
def cross_entropy(logits, labels):
    return -logits.log_softmax(1)[torch.arange(len(labels)), labels].mean()


# %% right="PyTorch's own"
def cross_entropy(logits, labels):
    return F.cross_entropy(logits, labels)


# %% right="gather"
def cross_entropy(logits, labels):
    chosen = logits.gather(1, labels[:, None]).squeeze(1)
    return (logits.logsumexp(1) - chosen).mean()


# %% right="one-hot"
def cross_entropy(logits, labels):
    one_hot = F.one_hot(labels, logits.shape[1])
    return -(one_hot * torch.log_softmax(logits.float(), dim=-1)).sum() / len(logits)


# %% right="a loop over the images, the largest logit taken off"
def cross_entropy(logits, labels):
    losses = []
    for row, label in zip(logits, labels):
        row = row - row.max()
        losses.append(row.exp().sum().log() - row[label])
    return sum(losses) / len(losses)


# %% wrong="the sign forgotten" fails="two images, two classes, by hand"
def cross_entropy(logits, labels):
    return logits.log_softmax(1)[torch.arange(len(labels)), labels].mean()


# %% wrong="a sum" fails="two images, two classes, by hand"
def cross_entropy(logits, labels):
    return F.cross_entropy(logits, labels, reduction="sum")


# %% wrong="in bits" fails="two images, two classes, by hand"
def cross_entropy(logits, labels):
    return F.cross_entropy(logits, labels) / math.log(2)


# %% wrong="one loss per image" fails="one number for the batch"
def cross_entropy(logits, labels):
    return -logits.log_softmax(1)[torch.arange(len(labels)), labels]


# %% wrong="softmax over the images" fails="any batch, any number of classes"
def cross_entropy(logits, labels):
    return -logits.log_softmax(0)[torch.arange(len(labels)), labels].mean()


# %% wrong="softmax over everything" fails="ten equal logits cost log 10 nats"
def cross_entropy(logits, labels):
    log_prob = logits - logits.flatten().logsumexp(0)
    return -log_prob[torch.arange(len(labels)), labels].mean()


# %% wrong="every image meets every label" fails="any batch, any number of classes"
def cross_entropy(logits, labels):
    return -logits.log_softmax(1)[:, labels].mean()


# %% wrong="mean over classes as well" fails="two images, two classes, by hand"
def cross_entropy(logits, labels):
    one_hot = F.one_hot(labels, logits.shape[1])
    return -(one_hot * logits.log_softmax(1)).mean()


# %% wrong="softmax twice" fails="any batch, any number of classes"
def cross_entropy(logits, labels):
    return F.cross_entropy(logits.softmax(1), labels)


# %% wrong="logits taken for log-probabilities" fails="two images, two classes, by hand"
def cross_entropy(logits, labels):
    return -logits[torch.arange(len(labels)), labels].mean()


# %% wrong="nll_loss of probabilities" fails="two images, two classes, by hand"
def cross_entropy(logits, labels):
    return F.nll_loss(logits.softmax(1), labels)


# %% wrong="logarithm of the mean probability" fails="two images, two classes, by hand"
def cross_entropy(logits, labels):
    return -logits.softmax(1)[torch.arange(len(labels)), labels].mean().log()


# %% wrong="all classes, right and wrong ones" fails="two images, two classes, by hand"
def cross_entropy(logits, labels):
    return -logits.log_softmax(1).mean()


# %% wrong="exponentials that overflow" fails="large logits stay finite"
def cross_entropy(logits, labels):
    q = logits.exp() / logits.exp().sum(1, keepdim=True)
    return -q[torch.arange(len(labels)), labels].log().mean()


# %% wrong="the logarithm of a softmax that is 0" fails="large logits stay finite"
def cross_entropy(logits, labels):
    return -logits.softmax(1)[torch.arange(len(labels)), labels].log().mean()


# %% wrong="a small number inside the logarithm" fails="large logits stay finite"
def cross_entropy(logits, labels):
    return -(logits.softmax(1)[torch.arange(len(labels)), labels] + 1e-9).log().mean()


# %% wrong="a plain number" fails="a gradient reaches the logits"
def cross_entropy(logits, labels):
    return F.cross_entropy(logits, labels).item()


# %% wrong="detached" fails="a gradient reaches the logits"
def cross_entropy(logits, labels):
    return F.cross_entropy(logits.detach(), labels)


# %% wrong="the label's neighbour" fails="two images, two classes, by hand"
def cross_entropy(logits, labels):
    return F.cross_entropy(logits, (labels + 1) % logits.shape[1])


# %% wrong="one and the same label" fails="two images, two classes, by hand"
def cross_entropy(logits, labels):
    return F.cross_entropy(logits, labels[:1].expand(len(labels)))
