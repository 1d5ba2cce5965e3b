# %% right="differences of means by name"
def critic_losses(real_scores, fake_scores):
    estimate = real_scores.mean() - fake_scores.mean()
    return -estimate, -torch.mean(fake_scores)


# %% right="sums divided"
def critic_losses(real_scores, fake_scores):
    real = real_scores.sum() / len(real_scores)
    fake = fake_scores.sum() / len(fake_scores)
    return fake - real, 0 - fake


# %% right="a list, in single precision"
def critic_losses(real_scores, fake_scores):
    real, fake = real_scores.float().mean(), fake_scores.float().mean()
    return [fake - real, -fake]


# %% right="a stack, unbound"
def critic_losses(real_scores, fake_scores):
    of_generator = fake_scores.mean().neg()
    return torch.stack([-(real_scores.mean() + of_generator), of_generator]).unbind()


# %% wrong="the critic's sign" fails="the critic's loss"
def critic_losses(real_scores, fake_scores):
    return real_scores.mean() - fake_scores.mean(), -fake_scores.mean()


# %% wrong="the generator's sign" fails="the generator's loss"
def critic_losses(real_scores, fake_scores):
    return fake_scores.mean() - real_scores.mean(), fake_scores.mean()


# %% wrong="both signs" fails="the critic's loss"
def critic_losses(real_scores, fake_scores):
    return real_scores.mean() - fake_scores.mean(), fake_scores.mean()


# %% wrong="zero-sum" fails="the generator's loss"
def critic_losses(real_scores, fake_scores):
    critic = fake_scores.mean() - real_scores.mean()
    return critic, -critic


# %% wrong="sums" fails="the critic's loss"
def critic_losses(real_scores, fake_scores):
    return fake_scores.sum() - real_scores.sum(), -fake_scores.sum()


# %% wrong="real scores forgotten" fails="the critic's loss"
def critic_losses(real_scores, fake_scores):
    return fake_scores.mean(), -fake_scores.mean()


# %% wrong="the order exchanged" fails="the generator's loss"
def critic_losses(real_scores, fake_scores):
    return -fake_scores.mean(), fake_scores.mean() - real_scores.mean()


# %% wrong="sigmoid and logarithm" fails="the critic's loss"
def critic_losses(real_scores, fake_scores):
    return F.softplus(-real_scores).mean() + F.softplus(fake_scores).mean(), F.softplus(-fake_scores).mean()


# %% wrong="an absolute value" fails="the critic's loss"
def critic_losses(real_scores, fake_scores):
    return (fake_scores.mean() - real_scores.mean()).abs(), -fake_scores.mean()


# %% wrong="added" fails="the critic's loss"
def critic_losses(real_scores, fake_scores):
    return fake_scores.mean() + real_scores.mean(), -fake_scores.mean()


# %% wrong="one loss" fails="the generator's loss"
def critic_losses(real_scores, fake_scores):
    return fake_scores.mean() - real_scores.mean()


# %% wrong="tanh of the scores" fails="the critic's loss"
def critic_losses(real_scores, fake_scores):
    real, fake = real_scores.tanh(), fake_scores.tanh()
    return fake.mean() - real.mean(), -fake.mean()


# %% wrong="the generator's loss detached" fails="the gradient reaches the scores"
def critic_losses(real_scores, fake_scores):
    return fake_scores.mean() - real_scores.mean(), -fake_scores.detach().mean()


# %% wrong="plain numbers" fails="the gradient reaches the scores"
def critic_losses(real_scores, fake_scores):
    return (fake_scores.mean() - real_scores.mean()).item(), -fake_scores.mean().item()
