# %% right="entropy of the marginal minus the mean entropy"
def inception_score(probabilities):
    p = probabilities.double()
    entropy = torch.special.entr(p.mean(0)).sum() - torch.special.entr(p).sum(1).mean()
    return entropy.exp()


# %% right="a loop over images"
def inception_score(probabilities):
    p = probabilities.double()
    marginal = p.sum(0) / len(p)
    total = 0.0
    for row in p:
        keep = row > 0
        total = total + (row[keep] * (row[keep] / marginal[keep]).log()).sum()
    return torch.exp(total / len(p))


# %% right="zeros put back, a plain float"
import math


def inception_score(probabilities):
    p = probabilities.double()
    terms = p * (p / p.mean(0, keepdim=True)).log()
    return math.exp(torch.nan_to_num(terms, nan=0.0).sum(1).mean().item())


# %% right="kl_div of torch"
def inception_score(probabilities):
    p = probabilities.double()
    q = p.mean(0).expand_as(p)
    q = torch.where(q > 0, q, 1.0)
    return F.kl_div(q.log(), p, reduction="batchmean").exp()


# %% right="scipy, a numpy number"
def inception_score(probabilities):
    import numpy as np
    from scipy.special import rel_entr

    p = probabilities.double().numpy()
    return np.exp(rel_entr(p, p.mean(0)).sum(1).mean())


# %% right="divergences of torch's distributions"
def inception_score(probabilities):
    from torch.distributions import Categorical, kl_divergence

    p = probabilities.double()
    return kl_divergence(Categorical(p), Categorical(p.mean(0))).mean().exp()


# %% wrong="no exponential" fails="rows in general position"
def inception_score(probabilities):
    p = probabilities.double()
    return (torch.xlogy(p, p) - torch.xlogy(p, p.mean(0))).sum(1).mean()


# %% wrong="KL turned round" fails="rows in general position"
def inception_score(probabilities):
    p = probabilities.double()
    q = p.mean(0).expand_as(p)
    return (torch.xlogy(q, q) - torch.xlogy(q, p)).sum(1).mean().exp()


# %% wrong="NaN at zero" fails="one-hot and balanced: K"
def inception_score(probabilities):
    p = probabilities.double()
    return (p * (p.log() - p.mean(0).log())).sum(1).mean().exp()


# %% wrong="exponential image by image" fails="rows in general position"
def inception_score(probabilities):
    p = probabilities.double()
    return (torch.xlogy(p, p) - torch.xlogy(p, p.mean(0))).sum(1).exp().mean()


# %% wrong="summed over the images" fails="images twice change nothing"
def inception_score(probabilities):
    p = probabilities.double()
    return (torch.xlogy(p, p) - torch.xlogy(p, p.mean(0))).sum().exp()


# %% wrong="averaged over the classes" fails="one-hot and balanced: K"
def inception_score(probabilities):
    p = probabilities.double()
    return (torch.xlogy(p, p) - torch.xlogy(p, p.mean(0))).mean().exp()


# %% wrong="uniform instead of the marginal" fails="all rows alike: 1"
import math


def inception_score(probabilities):
    p = probabilities.double()
    return (torch.xlogy(p, p).sum(1) + math.log(p.shape[1])).mean().exp()


# %% wrong="bits in the exponential" fails="one-hot and balanced: K"
import math


def inception_score(probabilities):
    p = probabilities.double()
    return (torch.special.entr(p.mean(0)).sum() - torch.special.entr(p).sum(1).mean()).div(math.log(2)).exp()


# %% wrong="marginal over the wrong axis" fails="rows in general position"
def inception_score(probabilities):
    p = probabilities.double()
    return (torch.xlogy(p, p) - torch.xlogy(p, p.mean(1, keepdim=True))).sum(1).mean().exp()


# %% wrong="only the sharpness" fails="one-hot and balanced: K"
def inception_score(probabilities):
    p = probabilities.double()
    return torch.xlogy(p, p).sum(1).mean().exp()


# %% wrong="only the marginal" fails="all rows alike: 1"
def inception_score(probabilities):
    p = probabilities.double()
    return (torch.special.entr(p.mean(0)).sum() + 0 * p.sum()).exp() * (1 - 1e-9)


# %% wrong="single precision" fails="computed in float64"
def inception_score(probabilities):
    p = probabilities.float()
    return (torch.xlogy(p, p) - torch.xlogy(p, p.mean(0))).sum(1).mean().exp()


# %% wrong="mean of the scores of single images" fails="rows in general position"
def inception_score(probabilities):
    p = probabilities.double()
    scores = [(torch.xlogy(row, row) - torch.xlogy(row, row)).sum().exp() for row in p]
    return torch.stack(scores).mean()
