# %% right="two sequences"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% right="two heads"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
        self.mu, self.log_var = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        h = self.encoder(x)
        return self.mu(h), self.log_var(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% right="layers by name"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample, self.latent = sample, latent
        sizes = [
            (pixels, hidden),
            (hidden, hidden),
            (hidden, 2 * latent),
            (latent, hidden),
            (hidden, hidden),
            (hidden, pixels),
        ]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in sizes)

    def encode(self, x):
        h = F.relu(self.layers[1](F.relu(self.layers[0](x))))
        out = self.layers[2](h)
        return out[..., : self.latent], out[..., self.latent :]

    def decode(self, z):
        h = torch.relu(self.layers[3](z))
        return self.layers[5](self.layers[4](h).clamp(min=0))

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% right="codes drawn in place, decoded flat"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = mu + (0.5 * log_var).exp() * eps
        logits = self.decode(z.reshape(-1, z.shape[-1])).reshape(*z.shape[:-1], -1)
        return logits, z, mu, log_var


# %% right="some layers begin at zero"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.body = nn.Sequential(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
        self.mean, self.spread = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )
        for layer in (self.spread, self.decoder[-1]):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def encode(self, x):
        h = self.body(x)
        return self.mean(h), self.spread(h)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% right="matrices of its own, halves by turns"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        sizes = [pixels, hidden, hidden, 2 * latent], [latent, hidden, hidden, pixels]
        self.weights = nn.ParameterList(
            nn.Parameter(torch.randn(a, b) / a**0.5) for net in sizes for a, b in zip(net, net[1:])
        )
        self.offsets = nn.ParameterList(nn.Parameter(torch.zeros(b)) for net in sizes for b in net[1:])

    def through(self, h, first):
        for layer in range(first, first + 3):
            h = h @ self.weights[layer] + self.offsets[layer]
            h = h if layer == first + 2 else h.clamp(min=0)
        return h

    def encode(self, x):
        both = self.through(x, 0)
        return both[:, ::2], both[:, 1::2]

    def decode(self, z):
        return self.through(z, 3)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="a sigmoid at the decoder's end" fails="logits may be any numbers"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z).sigmoid()

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="a ReLU at the encoder's end" fails="mu and log_var may be any numbers"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, 2 * latent),
            nn.ReLU(),
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="log_var through a softplus" fails="mu and log_var may be any numbers"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, F.softplus(log_var)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="mu through a tanh" fails="mu and log_var may be any numbers"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu.tanh(), log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="a linear encoder" fails="a ReLU after both hidden layers of the encoder"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="one ReLU forgotten in the encoder" fails="a ReLU after both hidden layers of the encoder"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="one ReLU forgotten in the decoder" fails="a ReLU after both hidden layers of the decoder"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="one hidden layer" fails="layers of the sizes asked for"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent))
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="no draw: the mean is decoded" fails="forward encodes, draws, decodes"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = mu
        return self.decode(z), z, mu, log_var


# %% wrong="the mean decoded, the code returned" fails="forward encodes, draws, decodes"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(mu + 0 * z), z, mu, log_var


# %% wrong="the code detached" fails="the encoder learns from the image alone"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z.detach()), z, mu, log_var


# %% wrong="the encoder without a gradient" fails="the encoder learns from the image alone"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        with torch.no_grad():
            mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="noise of its own" fails="forward encodes, draws, decodes"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, torch.randn_like(eps))
        return self.decode(z), z, mu, log_var


# %% wrong="one noise for all codes" fails="several codes per image"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps if eps.ndim == 2 else eps[:1].expand_as(eps))
        return self.decode(z), z, mu, log_var


# %% wrong="mu and log_var exchanged in the draw" fails="forward encodes, draws, decodes"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(log_var, mu, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="the order of what is returned" fails="all shapes"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return z, self.decode(z), mu, log_var


# %% wrong="no z returned" fails="all shapes"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), mu, log_var


# %% wrong="halves not cut" fails="all shapes"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        return self.encoder(x), self.encoder(x)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="one head for both" fails="mu and log_var are two"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, _ = self.encoder(x).chunk(2, dim=-1)
        return mu, mu

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="batch normalisation" fails="images do not mix"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden),
            nn.BatchNorm1d(hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, 2 * latent),
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        mu, log_var = self.encoder(x).chunk(2, dim=-1)
        return mu, log_var

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="a tanh for each ReLU" fails="a ReLU after both hidden layers of the encoder"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        return self.encoder(x).chunk(2, dim=-1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="a GELU in the decoder" fails="a ReLU after both hidden layers of the decoder"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2 * latent)
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.GELU(), nn.Linear(hidden, hidden), nn.GELU(), nn.Linear(hidden, pixels)
        )

    def encode(self, x):
        return self.encoder(x).chunk(2, dim=-1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% right="code after code, layers in one list"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        sizes = [(pixels, hidden), (hidden, hidden), (hidden, latent), (hidden, latent)]
        sizes += [(latent, hidden), (hidden, hidden), (hidden, pixels)]
        self.layers = nn.ModuleList([nn.Linear(*size) for size in sizes])

    def encode(self, x):
        h = self.layers[1](self.layers[0](x).clamp(min=0)).clamp(min=0)
        return [self.layers[2](h), self.layers[3](h)]

    def decode(self, z):
        if z.ndim > 2:
            return torch.stack([self.decode(codes) for codes in z])
        return self.layers[6](F.relu(self.layers[5](F.relu(self.layers[4](z)))))

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var


# %% wrong="a shortcut past the second layer" fails="a ReLU after both hidden layers of the encoder"
class VAE(nn.Module):
    def __init__(self, pixels, hidden, latent, sample=sample_gaussian):
        super().__init__()
        self.sample = sample
        sizes = [(pixels, hidden), (hidden, hidden), (hidden, 2 * latent)]
        self.encoder = nn.ModuleList([nn.Linear(*size) for size in sizes])
        sizes = [(latent, hidden), (hidden, hidden), (hidden, pixels)]
        self.decoder = nn.ModuleList([nn.Linear(*size) for size in sizes])

    def through(self, layers, x):
        h = layers[0](x).relu()
        return layers[2](h + layers[1](h).relu())

    def encode(self, x):
        return self.through(self.encoder, x).chunk(2, dim=-1)

    def decode(self, z):
        return self.through(self.decoder, z)

    def forward(self, x, eps):
        mu, log_var = self.encode(x)
        z = self.sample(mu, log_var, eps)
        return self.decode(z), z, mu, log_var
