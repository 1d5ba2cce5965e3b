# %% right="torch.maximum"
def free_bits(kl, allowance):
    mean = kl.mean(0)
    return torch.maximum(mean, torch.full_like(mean, allowance)).sum()


# %% right="a ReLU above the allowance"
def free_bits(kl, allowance):
    mean = kl.sum(0) / len(kl)
    return (F.relu(mean - allowance) + allowance).sum()


# %% right="variable by variable"
def free_bits(kl, allowance):
    total = kl.new_zeros(())
    for j in range(kl.shape[1]):
        mean = kl[:, j].mean()
        total = total + (mean if mean > allowance else allowance)
    return total


# %% wrong="the maximum before the mean over the batch" fails="the mean over images comes first"
def free_bits(kl, allowance):
    return kl.clamp(min=allowance).mean(0).sum()


# %% wrong="one allowance for the whole code" fails="each code variable has its own allowance"
def free_bits(kl, allowance):
    return kl.sum(1).mean().clamp(min=allowance * kl.shape[1])


# %% wrong="one allowance of lambda for the sum" fails="quiet ones pay the allowance"
def free_bits(kl, allowance):
    return kl.sum(1).mean().clamp(min=allowance)


# %% wrong="the smaller of the two" fails="loud code variables pay what they say"
def free_bits(kl, allowance):
    return kl.mean(0).clamp(max=allowance).sum()


# %% wrong="the allowance subtracted" fails="loud code variables pay what they say"
def free_bits(kl, allowance):
    return (kl.mean(0) - allowance).clamp(min=0).sum()


# %% wrong="the allowance added" fails="loud code variables pay what they say"
def free_bits(kl, allowance):
    return (kl.mean(0) + allowance).sum()


# %% wrong="quiet variables pay nothing" fails="quiet ones pay the allowance"
def free_bits(kl, allowance):
    mean = kl.mean(0)
    return torch.where(mean > allowance, mean, torch.zeros_like(mean)).sum()


# %% wrong="no allowance" fails="quiet ones pay the allowance"
def free_bits(kl, allowance):
    return kl.mean(0).sum()


# %% wrong="mean over the variables" fails="loud code variables pay what they say"
def free_bits(kl, allowance):
    return kl.mean(0).clamp(min=allowance).mean()


# %% wrong="sum over the batch" fails="loud code variables pay what they say"
def free_bits(kl, allowance):
    return kl.sum(0).clamp(min=allowance).sum()


# %% wrong="dimensions mixed up" fails="loud code variables pay what they say"
def free_bits(kl, allowance):
    return kl.mean(1).clamp(min=allowance).sum()


# %% wrong="one number per variable" fails="one number for the batch"
def free_bits(kl, allowance):
    return kl.mean(0).clamp(min=allowance)


# %% wrong="one number per image" fails="one number for the batch"
def free_bits(kl, allowance):
    return kl.clamp(min=allowance).sum(1)


# %% wrong="detached" fails="a gradient reaches the loud ones only"
def free_bits(kl, allowance):
    return kl.detach().mean(0).clamp(min=allowance).sum()


# %% wrong="a straight-through maximum" fails="a gradient reaches the loud ones only"
def free_bits(kl, allowance):
    mean = kl.mean(0)
    return (mean + (mean.clamp(min=allowance) - mean).detach()).sum()
