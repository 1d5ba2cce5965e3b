# %% right="index_select, a norm"
def one_class(train, train_labels, other, other_labels, normal):
    rows = (train_labels == normal).nonzero().flatten()
    mine = train.index_select(0, rows)
    mean = mine.sum(0) / len(mine)
    width = torch.linalg.norm(mine - mean) / math.sqrt(mine.numel())
    return (mine - mean).div(width), (other - mean).div(width), 1 - (other_labels == normal).to(torch.int64)


# %% right="mean of the variances"
def one_class(train, train_labels, other, other_labels, normal):
    mine = train[train_labels == normal]
    var, mean = torch.var_mean(mine, dim=0, correction=0)
    scale = lambda x: (x - mean) / var.mean().sqrt()
    return scale(mine), scale(other), torch.where(other_labels == normal, 0, 1)


# %% right="in place on copies"
def one_class(train, train_labels, other, other_labels, normal):
    kept = torch.stack([row for row, label in zip(train, train_labels) if label == normal])
    mean = kept.mean(0, keepdim=True)
    kept = kept - mean
    width = (kept**2).mean() ** 0.5
    marks = torch.ones_like(other_labels)
    marks[other_labels == normal] = 0
    return [kept / width, (other - mean) / width, marks]


# %% wrong="all classes kept" fails="only normal images are trained on"
def one_class(train, train_labels, other, other_labels, normal):
    train = train
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (train - mean) / width, (other - mean) / width, (other_labels != normal).long()


# %% wrong="anomalies kept instead" fails="only normal images are trained on"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels != normal]
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (train - mean) / width, (other - mean) / width, (other_labels != normal).long()


# %% wrong="judged by their own mean and width" fails="judged images are standardised by the normal ones"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (
        (train - mean) / width,
        (other - other.mean(0)) / (other - other.mean(0)).square().mean().sqrt(),
        (other_labels != normal).long(),
    )


# %% wrong="judged by their own normal ones" fails="judged images are standardised by the normal ones"
def one_class(train, train_labels, other, other_labels, normal):
    mine = train[train_labels == normal]
    mean = mine.mean(0)
    width = (mine - mean).square().mean().sqrt()
    same = other[other_labels == normal]
    m = same.mean(0)
    return (mine - mean) / width, (other - m) / (same - m).square().mean().sqrt(), (other_labels != normal).long()


# %% wrong="statistics of all training images" fails="normal training images are standardised"
def one_class(train, train_labels, other, other_labels, normal):
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (train[train_labels == normal] - mean) / width, (other - mean) / width, (other_labels != normal).long()


# %% wrong="statistics of everything" fails="judged images are standardised by the normal ones"
def one_class(train, train_labels, other, other_labels, normal):
    both = torch.cat([train, other])
    mean = both.mean(0)
    width = (both - mean).square().mean().sqrt()
    return (train[train_labels == normal] - mean) / width, (other - mean) / width, (other_labels != normal).long()


# %% wrong="width of all training images" fails="normal training images are standardised"
def one_class(train, train_labels, other, other_labels, normal):
    mine = train[train_labels == normal]
    mean = mine.mean(0)
    width = (train - train.mean(0)).square().mean().sqrt()
    return (mine - mean) / width, (other - mean) / width, (other_labels != normal).long()


# %% wrong="a width for each value" fails="normal training images are standardised"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = train.std(0)
    return (train - mean) / width, (other - mean) / width, (other_labels != normal).long()


# %% wrong="the variance for the width" fails="normal training images are standardised"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = (train - mean).square().mean()
    return (train - mean) / width, (other - mean) / width, (other_labels != normal).long()


# %% wrong="not divided" fails="normal training images are standardised"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = 1.0
    return (train - mean) / width, (other - mean) / width, (other_labels != normal).long()


# %% wrong="spread about the common mean" fails="normal training images are standardised"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = train.std(unbiased=False)
    return (train - mean) / width, (other - mean) / width, (other_labels != normal).long()


# %% wrong="labels swapped" fails="1 marks an anomaly"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (train - mean) / width, (other - mean) / width, (other_labels == normal).long()


# %% wrong="old labels" fails="1 marks an anomaly"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (train - mean) / width, (other - mean) / width, other_labels


# %% wrong="class 0 as the normal one" fails="1 marks an anomaly"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (train - mean) / width, (other - mean) / width, (other_labels != 0).long()


# %% wrong="judged images not standardised" fails="judged images are standardised by the normal ones"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (train - mean) / width, other, (other_labels != normal).long()


# %% wrong="only normal images judged" fails="every image is judged"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (
        (train - mean) / width,
        (other[other_labels == normal] - mean) / width,
        (other_labels[other_labels == normal] != normal).long(),
    )


# %% wrong="boolean labels" fails="labels are integers"
def one_class(train, train_labels, other, other_labels, normal):
    train = train[train_labels == normal]
    mean = train.mean(0)
    width = (train - mean).square().mean().sqrt()
    return (train - mean) / width, (other - mean) / width, other_labels != normal
