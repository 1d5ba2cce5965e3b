# %% right="lists by comprehension"
def posterior_means(encode, batches):
    pairs = [(encode(x)[0], y) for x, y in batches]
    return torch.cat([mu for mu, _ in pairs]), torch.cat([y for _, y in pairs])


# %% right="written into a table"
def posterior_means(encode, batches):
    batches = list(batches)
    count = sum(len(x) for x, _ in batches)
    means, labels, start = None, torch.empty(count, dtype=torch.long), 0
    for x, y in batches:
        mu, _ = encode(x)
        if means is None:
            means = mu.new_empty(count, mu.shape[1])
        means[start : start + len(x)] = mu.detach()
        labels[start : start + len(x)] = y
        start += len(x)
    return means, labels


# %% right="image by image"
def posterior_means(encode, batches):
    means, labels = [], []
    for x, y in batches:
        for image, label in zip(x, y):
            means.append(encode(image[None])[0].squeeze(0).detach())
            labels.append(label)
    return torch.stack(means), torch.stack(labels)


# %% wrong="the log-variances" fails="the means, in order"
def posterior_means(encode, batches):
    pairs = [(encode(x)[1], y) for x, y in batches]
    return torch.cat([mu for mu, _ in pairs]), torch.cat([y for _, y in pairs])


# %% wrong="draws instead of means" fails="the means, in order"
def posterior_means(encode, batches):
    means, labels = [], []
    for x, y in batches:
        mu, log_var = encode(x)
        means.append(mu + (log_var / 2).exp() * torch.randn_like(mu))
        labels.append(y)
    return torch.cat(means), torch.cat(labels)


# %% wrong="the standard deviations" fails="the means, in order"
def posterior_means(encode, batches):
    pairs = [((encode(x)[1] / 2).exp(), y) for x, y in batches]
    return torch.cat([mu for mu, _ in pairs]), torch.cat([y for _, y in pairs])


# %% wrong="the last batch only" fails="returns means and labels of all images"
def posterior_means(encode, batches):
    for x, y in batches:
        mu, _ = encode(x)
    return mu, y


# %% wrong="the first batch only" fails="returns means and labels of all images"
def posterior_means(encode, batches):
    for x, y in batches:
        return encode(x)[0], y


# %% wrong="equal batches only" fails="returns means and labels of all images"
def posterior_means(encode, batches):
    means, labels = [], []
    for x, y in batches:
        if len(x) == len(batches[0][0]):
            means.append(encode(x)[0])
            labels.append(y)
    return torch.cat(means), torch.cat(labels)


# %% wrong="the mean over each batch" fails="returns means and labels of all images"
def posterior_means(encode, batches):
    means, labels = [], []
    for x, y in batches:
        means.append(encode(x)[0].mean(0, keepdim=True))
        labels.append(y)
    return torch.cat(means), torch.cat(labels)


# %% wrong="joined along the code" fails="returns means and labels of all images"
def posterior_means(encode, batches):
    pairs = [(encode(x)[0], y) for x, y in batches]
    return torch.cat([mu.T for mu, _ in pairs], 1), torch.cat([y for _, y in pairs])


# %% wrong="mean and log-variance side by side" fails="returns means and labels of all images"
def posterior_means(encode, batches):
    pairs = [(torch.cat(encode(x), 1), y) for x, y in batches]
    return torch.cat([mu for mu, _ in pairs]), torch.cat([y for _, y in pairs])


# %% wrong="sorted by label, codes not" fails="each label beside its code"
def posterior_means(encode, batches):
    pairs = [(encode(x)[0], y) for x, y in batches]
    return torch.cat([mu for mu, _ in pairs]), torch.cat([y for _, y in pairs]).sort().values


# %% wrong="batches in reverse" fails="the means, in order"
def posterior_means(encode, batches):
    pairs = [(encode(x)[0], y) for x, y in batches][::-1]
    return torch.cat([mu for mu, _ in pairs]), torch.cat([y for _, y in pairs])


# %% wrong="labels as predictions of the code" fails="each label beside its code"
def posterior_means(encode, batches):
    means = torch.cat([encode(x)[0] for x, _ in batches])
    return means, means.argmax(1)


# %% wrong="centred" fails="the means, in order"
def posterior_means(encode, batches):
    means = torch.cat([encode(x)[0] for x, _ in batches])
    return means - means.mean(0), torch.cat([y for _, y in batches])


# %% wrong="labels forgotten" fails="returns means and labels of all images"
def posterior_means(encode, batches):
    return torch.cat([encode(x)[0] for x, _ in batches])
