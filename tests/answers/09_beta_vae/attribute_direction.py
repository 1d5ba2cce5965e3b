# %% right="sums and counts in a loop"
@torch.no_grad()
def attribute_direction(encode, batches):
    total = {1: 0, -1: 0}
    count = {1: 0, -1: 0}
    for x, attribute in batches:
        mu, _ = encode(x)
        for sign in (1, -1):
            chosen = attribute == sign
            total[sign] = total[sign] + mu[chosen].sum(0)
            count[sign] += int(chosen.sum())
    return total[1] / count[1] - total[-1] / count[-1]


# %% right="weights by matrix product"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    yes = (marks > 0).to(codes.dtype)
    no = 1 - yes
    return yes @ codes / yes.sum() - no @ codes / no.sum()


# %% right="lists of codes"
@torch.no_grad()
def attribute_direction(encode, batches):
    with_it, without = [], []
    for x, attribute in batches:
        for code, mark in zip(encode(x)[0], attribute.tolist()):
            (with_it if mark > 0 else without).append(code)
    return torch.stack(with_it).mean(0) - torch.stack(without).mean(0)


# %% right="slope of a regression"
@torch.no_grad()
def attribute_direction(encode, batches):
    pairs = [(encode(x)[0], attribute) for x, attribute in batches]
    codes, marks = torch.cat([c for c, _ in pairs]), torch.cat([a for _, a in pairs])
    design = torch.stack([torch.ones(len(marks)), (marks > 0).float()], 1).to(codes.dtype)
    return torch.linalg.lstsq(design, codes).solution[1]


# %% right="index_add in single precision"
@torch.no_grad()
def attribute_direction(encode, batches):
    total, count = 0, torch.zeros(2)
    for x, attribute in batches:
        codes = encode(x)[0].float()
        group = ((attribute + 1) // 2).long()
        total = total + torch.zeros(2, codes.shape[1]).index_add_(0, group, codes)
        count += torch.bincount(group, minlength=2)
    return (total / count[:, None]).diff(dim=0)[0]


# %% wrong="-1 taken as true" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    yes = marks.bool()
    return codes[yes].mean(0) - codes[~yes].mean(0)


# %% wrong="0 for no" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    return codes[marks == 1].mean(0) - codes[marks == 0].mean(0)


# %% wrong="-1 taken as true, the rest replaced by 0" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    yes = marks != 0
    rest = codes[~yes]
    return codes[yes].mean(0) - (rest.mean(0) if len(rest) else 0)


# %% wrong="sign" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    yes = marks > 0
    return codes[~yes].mean(0) - codes[yes].mean(0)


# %% wrong="only the mean of those who have it" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    return codes[marks > 0].mean(0)


# %% wrong="minus the mean of all" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    return codes[marks > 0].mean(0) - codes.mean(0)


# %% wrong="weighted by the attribute" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    return (codes * marks[:, None]).mean(0)


# %% wrong="added up" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    yes = marks > 0
    return codes[yes].sum(0) - codes[~yes].sum(0)


# %% wrong="log-variances" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[1] for x, _ in batches])
    yes = torch.cat([a for _, a in batches]) > 0
    return codes[yes].mean(0) - codes[~yes].mean(0)


# %% wrong="sampled codes" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = []
    for x, _ in batches:
        mu, log_var = encode(x)
        codes.append(mu + (log_var / 2).exp() * torch.randn_like(mu))
    codes = torch.cat(codes)
    yes = torch.cat([a for _, a in batches]) > 0
    return codes[yes].mean(0) - codes[~yes].mean(0)


# %% wrong="mean of the batches' directions" fails="every image counts the same"
@torch.no_grad()
def attribute_direction(encode, batches):
    found = []
    for x, a in batches:
        mu = encode(x)[0]
        found.append(mu[a > 0].mean(0) - mu[a < 0].mean(0))
    return torch.stack(found).mean(0)


# %% wrong="last batch only" fails="every image counts the same"
@torch.no_grad()
def attribute_direction(encode, batches):
    for x, a in batches:
        mu = encode(x)[0]
    return mu[a > 0].mean(0) - mu[a < 0].mean(0)


# %% wrong="first batch only" fails="every image counts the same"
@torch.no_grad()
def attribute_direction(encode, batches):
    x, a = next(iter(batches))
    mu = encode(x)[0]
    return mu[a > 0].mean(0) - mu[a < 0].mean(0)


# %% wrong="length 1" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    v = codes[marks > 0].mean(0) - codes[marks < 0].mean(0)
    return v / v.norm()


# %% wrong="halved" fails="the difference of the two means"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    return (codes[marks > 0].mean(0) - codes[marks < 0].mean(0)) / 2


# %% wrong="means of batches per group" fails="a batch may lack one of the groups"
@torch.no_grad()
def attribute_direction(encode, batches):
    yes, no = [], []
    for x, a in batches:
        mu = encode(x)[0]
        if (a > 0).any():
            yes.append(mu[a > 0].mean(0))
        if (a < 0).any():
            no.append(mu[a < 0].mean(0))
    return torch.stack(yes).mean(0) - torch.stack(no).mean(0)


# %% wrong="one number" fails="returns one vector"
@torch.no_grad()
def attribute_direction(encode, batches):
    codes = torch.cat([encode(x)[0] for x, _ in batches])
    marks = torch.cat([a for _, a in batches])
    return codes[marks > 0].mean() - codes[marks < 0].mean()
