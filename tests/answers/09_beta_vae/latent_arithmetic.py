# %% right="all steps in one pass"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu, _ = encode(x)
    alpha = torch.linspace(-reach, reach, steps, dtype=mu.dtype)
    codes = mu[None] + alpha[:, None, None] * direction
    return decode(codes.flatten(0, 1)).unflatten(0, (steps, len(x)))


# %% right="loop with plain numbers"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    pictures = []
    for k in range(steps):
        alpha = -reach + 2 * reach * k / (steps - 1)
        pictures.append(decode(mu + alpha * direction))
    return torch.stack(pictures, dim=0)


# %% right="image by image"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu, _ = encode(x)
    alphas = torch.linspace(-reach, reach, steps)
    rows = []
    for alpha in alphas:
        rows.append(torch.cat([decode((code + alpha * direction)[None]) for code in mu]))
    return torch.stack(rows)


# %% right="transposed, in single precision, with one more argument"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0, dtype=torch.float32):
    mu = encode(x)[0]
    alpha = torch.arange(steps, dtype=dtype) / (steps - 1) * 2 * reach - reach
    codes = mu[:, None] + alpha[:, None] * direction
    return decode(codes.flatten(0, 1)).unflatten(0, (len(x), steps)).transpose(0, 1)


# %% right="step by step from the first end"
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    with torch.no_grad():
        codes, images = encode(x)[0] - reach * direction, []
        for _ in range(steps):
            images.append(decode(codes))
            codes = codes + 2 * reach / (steps - 1) * direction
        return torch.stack(images)


# %% wrong="sampled code" fails="alpha = 0 is the reconstruction"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu, log_var = encode(x)
    z = mu + (log_var / 2).exp() * torch.randn_like(mu)
    alpha = torch.linspace(-reach, reach, steps).to(mu.dtype)
    return torch.stack([decode(z + a * direction) for a in alpha])


# %% wrong="log-variance" fails="alpha = 0 is the reconstruction"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[1]
    alpha = torch.linspace(-reach, reach, steps).to(mu.dtype)
    return torch.stack([decode(mu + a * direction) for a in alpha])


# %% wrong="direction alone" fails="alpha = 0 is the reconstruction"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    alpha = torch.linspace(-reach, reach, steps).to(mu.dtype)
    return torch.stack([decode((a * direction).expand_as(mu)) for a in alpha])


# %% wrong="length 1" fails="from -reach to reach"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    alpha = torch.linspace(-reach, reach, steps).to(mu.dtype)
    v = direction / direction.norm()
    return torch.stack([decode(mu + a * v) for a in alpha])


# %% wrong="turned round" fails="from -reach to reach"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    alpha = torch.linspace(-reach, reach, steps).to(mu.dtype)
    return torch.stack([decode(mu - a * direction) for a in alpha])


# %% wrong="last alpha missing" fails="from -reach to reach"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    step = 2 * reach / steps
    return torch.stack([decode(mu + (-reach + step * k) * direction) for k in range(steps)])


# %% wrong="from 0" fails="from -reach to reach"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    return torch.stack([decode(mu + reach * k / (steps - 1) * direction) for k in range(steps)])


# %% wrong="-1 to 1" fails="from -reach to reach"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    return torch.stack([decode(mu + a * direction) for a in torch.linspace(-1, 1, steps).to(mu.dtype)])


# %% wrong="steps added up" fails="equal steps, all from the image's own code"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    pictures = []
    for a in torch.linspace(-reach, reach, steps).to(mu.dtype):
        mu = mu + a * direction
        pictures.append(decode(mu))
    return torch.stack(pictures)


# %% wrong="first image's code" fails="equal steps, all from the image's own code"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    alpha = torch.linspace(-reach, reach, steps).to(mu.dtype)
    mu = mu[:1].expand_as(mu)
    return torch.stack([decode(mu + a * direction) for a in alpha])


# %% wrong="images first" fails="seven steps of all images by default"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    alpha = torch.linspace(-reach, reach, steps).to(mu.dtype)
    return torch.stack([decode(mu + a * direction) for a in alpha], dim=1)


# %% wrong="always seven steps" fails="other numbers of steps and other reaches"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    return torch.stack([decode(mu + a * direction) for a in torch.linspace(-reach, reach, 7).to(mu.dtype)])


# %% wrong="always reach 3" fails="other numbers of steps and other reaches"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    return torch.stack([decode(mu + a * direction) for a in torch.linspace(-3, 3, steps).to(mu.dtype)])


# %% wrong="direction added to the image" fails="alpha = 0 is the reconstruction"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    image = decode(direction[None])
    return torch.stack([x + a * image for a in torch.linspace(-reach, reach, steps).to(mu.dtype)])


# %% wrong="code scaled" fails="equal steps, all from the image's own code"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    alpha = torch.linspace(-reach, reach, steps).to(mu.dtype)
    return torch.stack([decode(mu + a * direction * mu) for a in alpha])


# %% wrong="reconstruction detached from the mean of the batch" fails="equal steps, all from the image's own code"
@torch.no_grad()
def latent_arithmetic(x, direction, encode, decode, steps=7, reach=3.0):
    mu = encode(x)[0]
    alpha = torch.linspace(-reach, reach, steps).to(mu.dtype)
    return torch.stack([decode(mu + a * direction - (a != 0) * mu.mean(0)) for a in alpha])
