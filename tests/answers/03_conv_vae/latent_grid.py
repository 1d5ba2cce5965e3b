# %% right="a distribution's inverse and two repeats"
def latent_grid(n):
    z = torch.distributions.Normal(0.0, 1.0).icdf((torch.arange(n) + 0.5) / n)
    return torch.stack([z.repeat(n), z.flip(0).repeat_interleave(n)], 1)


# %% right="loops"
def latent_grid(n):
    z = [float(torch.special.ndtri(torch.tensor((k + 0.5) / n, dtype=torch.float64))) for k in range(n)]
    return torch.tensor([[right, up] for up in reversed(z) for right in z])


# %% right="cartesian product, columns exchanged, erfinv"
def latent_grid(n):
    u = torch.linspace(0.5 / n, 1 - 0.5 / n, n, dtype=torch.float64)
    z = math.sqrt(2) * torch.erfinv(2 * u - 1)
    return torch.cartesian_prod(z.flip(0), z).flip(1)


# %% right="the standard library's normal distribution"
def latent_grid(n):
    from statistics import NormalDist

    z = torch.tensor([NormalDist().inv_cdf((k + 0.5) / n) for k in range(n)])
    z0, z1 = torch.meshgrid(z, z.flip(0), indexing="xy")
    return torch.stack([z0.flatten(), z1.flatten()], dim=1)


# %% wrong="equal steps in z" fails="equal steps of probability"
def latent_grid(n):
    z = torch.linspace(-2, 2, n)
    z1, z0 = torch.meshgrid(z.flip(0), z, indexing="ij")
    return torch.stack([z0, z1], -1).reshape(-1, 2)


# %% wrong="probabilities themselves" fails="equal steps of probability"
def latent_grid(n):
    z = (torch.arange(n) + 0.5) / n
    z1, z0 = torch.meshgrid(z.flip(0), z, indexing="ij")
    return torch.stack([z0, z1], -1).reshape(-1, 2)


# %% wrong="steps of 1 / (n + 1)" fails="equal steps of probability"
def latent_grid(n):
    z = torch.special.ndtri((torch.arange(n) + 1) / (n + 1))
    z1, z0 = torch.meshgrid(z.flip(0), z, indexing="ij")
    return torch.stack([z0, z1], -1).reshape(-1, 2)


# %% wrong="without the half: minus infinity" fails="n * n codes of two variables"
def latent_grid(n):
    z = torch.special.ndtri(torch.arange(n) / n)
    z1, z0 = torch.meshgrid(z.flip(0), z, indexing="ij")
    return torch.stack([z0, z1], -1).reshape(-1, 2)


# %% wrong="the cumulative distribution for its inverse" fails="equal steps of probability"
def latent_grid(n):
    z = torch.special.ndtr((torch.arange(n) + 0.5) / n)
    z1, z0 = torch.meshgrid(z.flip(0), z, indexing="ij")
    return torch.stack([z0, z1], -1).reshape(-1, 2)


# %% wrong="the logistic distribution" fails="equal steps of probability"
def latent_grid(n):
    z = torch.logit((torch.arange(n) + 0.5) / n)
    z1, z0 = torch.meshgrid(z.flip(0), z, indexing="ij")
    return torch.stack([z0, z1], -1).reshape(-1, 2)


# %% wrong="upside down" fails="z1 falls from the top to the bottom"
def latent_grid(n):
    z = torch.special.ndtri((torch.arange(n) + 0.5) / n)
    z1, z0 = torch.meshgrid(z, z, indexing="ij")
    return torch.stack([z0, z1], -1).reshape(-1, 2)


# %% wrong="mirrored" fails="z0 grows from left to right"
def latent_grid(n):
    z = torch.special.ndtri((torch.arange(n) + 0.5) / n)
    z1, z0 = torch.meshgrid(z.flip(0), z.flip(0), indexing="ij")
    return torch.stack([z0, z1], -1).reshape(-1, 2)


# %% wrong="columns of the result exchanged" fails="z0 grows from left to right"
def latent_grid(n):
    z = torch.special.ndtri((torch.arange(n) + 0.5) / n)
    z1, z0 = torch.meshgrid(z.flip(0), z, indexing="ij")
    return torch.stack([z1, z0], -1).reshape(-1, 2)


# %% wrong="column by column" fails="z1 falls from the top to the bottom"
def latent_grid(n):
    z = torch.special.ndtri((torch.arange(n) + 0.5) / n)
    z0, z1 = torch.meshgrid(z, z.flip(0), indexing="ij")
    return torch.stack([z0, z1], -1).reshape(-1, 2)


# %% wrong="the diagonal only" fails="n * n codes of two variables"
def latent_grid(n):
    z = torch.special.ndtri((torch.arange(n) + 0.5) / n)
    return torch.stack([z, z.flip(0)], -1)


# %% wrong="the diagonal repeated" fails="every pair once"
def latent_grid(n):
    z = torch.special.ndtri((torch.arange(n) + 0.5) / n)
    return torch.stack([z.repeat(n), z.flip(0).repeat(n)], -1)


# %% wrong="a grid, not a list" fails="n * n codes of two variables"
def latent_grid(n):
    z = torch.special.ndtri((torch.arange(n) + 0.5) / n)
    z1, z0 = torch.meshgrid(z.flip(0), z, indexing="ij")
    return torch.stack([z0, z1], -1)


# %% wrong="the two axes cut apart" fails="n * n codes of two variables"
def latent_grid(n):
    z = torch.special.ndtri((torch.arange(n) + 0.5) / n)
    z1, z0 = torch.meshgrid(z.flip(0), z, indexing="ij")
    return torch.stack([z0, z1]).reshape(2, -1)


# %% wrong="random codes" fails="equal steps of probability"
def latent_grid(n):
    return torch.randn(n * n, 2)
