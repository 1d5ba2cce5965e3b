# %% right="two heads, functional ReLUs"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.first = nn.Conv2d(channels, width, kernel_size=4, stride=2, padding=1)
        self.second = nn.Conv2d(width, 2 * width, kernel_size=4, stride=2, padding=1)
        size = 2 * width * height * columns // 16
        self.mu, self.log_var = nn.Linear(size, latent), nn.Linear(size, latent)

    def forward(self, x):
        h = F.relu(self.second(F.relu(self.first(x)))).flatten(1)
        return self.mu(h), self.log_var(h)


# %% right="the last layer as a convolution over all places, a list returned"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Conv2d(channels, width, 4, 2, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, width * 2, 4, 2, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(width * 2, latent * 2, (height // 4, columns // 4)),
        )

    def forward(self, x):
        code = self.layers(x)[..., 0, 0].unflatten(1, (2, -1))
        return [code[:, 0], code[:, 1]]


# %% right="padding by hand, without biases in the convolutions, log-variance clamped"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.first = nn.Conv2d(channels, width, 4, stride=2, bias=False)
        self.second = nn.Conv2d(width, 2 * width, 4, stride=2, bias=False)
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        h = self.first(F.pad(x, (1, 1, 1, 1))).clamp(min=0)
        h = torch.relu(self.second(F.pad(h, (1, 1, 1, 1))))
        mu, log_var = torch.split(self.heads(torch.flatten(h, 1)), self.heads.out_features // 2, 1)
        return mu, log_var.clamp(-20, 20)


# %% right="a lazy linear layer that has seen one image"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(shape[0], width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
        )
        self.heads = nn.LazyLinear(2 * latent)
        self.heads(self.features(torch.zeros(1, *shape)).flatten(1))
        self.latent = latent

    def forward(self, x):
        code = self.heads(self.features(x).reshape(len(x), -1))
        return code[:, : self.latent], code[:, self.latent :]


# %% wrong="no ReLU at all" fails="two ReLUs bend it"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% wrong="no first ReLU" fails="two ReLUs bend it"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% wrong="no second ReLU" fails="two ReLUs bend it"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% wrong="a ReLU behind the heads" fails="mu and log_var take both signs"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.features(x).chunk(2, dim=1)


# %% wrong="a variance for the log-variance" fails="mu and log_var take both signs"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        mu, log_var = self.heads(self.features(x)).chunk(2, dim=1)
        return mu, log_var.exp()


# %% wrong="softplus on the log-variance" fails="mu and log_var take both signs"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        mu, log_var = self.heads(self.features(x)).chunk(2, dim=1)
        return mu, F.softplus(log_var)


# %% wrong="a tanh on the mean" fails="nothing bounds mu and log_var"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        mu, log_var = self.heads(self.features(x)).chunk(2, dim=1)
        return mu.tanh(), log_var


# %% wrong="the same head twice" fails="mu and log_var are told apart"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), latent)

    def forward(self, x):
        return self.heads(self.features(x)), self.heads(self.features(x))


# %% wrong="one log-variance for all images" fails="every pixel moves mu and log_var"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.mu = nn.Linear(2 * width * (height // 4) * (columns // 4), latent)
        self.log_var = nn.Parameter(torch.randn(latent))

    def forward(self, x):
        mu = self.mu(self.features(x))
        return mu, self.log_var.expand_as(mu)


# %% wrong="a single tensor" fails="returns mu and log_var in their shapes"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x))


# %% wrong="sized for 28 x 28" fails="returns mu and log_var in their shapes"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * 49, 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% wrong="the batch cut in halves" fails="returns mu and log_var in their shapes"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2)


# %% wrong="batch normalisation" fails="each image by itself"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% wrong="dense layers" fails="looks through windows"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(math.prod(shape), 4 * width),
            nn.ReLU(),
            nn.Linear(4 * width, 2 * width),
            nn.ReLU(),
            nn.Linear(2 * width, 2 * latent),
        )

    def forward(self, x):
        return self.layers(x).chunk(2, dim=1)


# %% wrong="kernels of 2 x 2" fails="its windows are ten pixels wide"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 2, stride=2),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 2, stride=2),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% wrong="averaged over the places" fails="every pixel moves mu and log_var"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(shape[0], width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
        )
        self.heads = nn.Linear(2 * width, 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)[..., 0, 0]).chunk(2, dim=1)


# %% wrong="features detached" fails="a gradient reaches every weight"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x).detach()).chunk(2, dim=1)


# %% wrong="leaky ReLUs" fails="what is negative is silenced"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% wrong="a GELU for the second ReLU" fails="what is negative is silenced"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.GELU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% wrong="kernels of 3 x 3 and pooling" fails="layers of the sizes asked for"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(width, 2 * width, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
        )
        self.heads = nn.Linear(2 * width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% wrong="as many features twice" fails="layers of the sizes asked for"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(width * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% wrong="32 features, whatever the width" fails="layers of the sizes asked for"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, 32, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 64, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.heads = nn.Linear(64 * (height // 4) * (columns // 4), 2 * latent)

    def forward(self, x):
        return self.heads(self.features(x)).chunk(2, dim=1)


# %% right="mu and log_var by turns"
class Encoder(nn.Module):
    def __init__(self, shape, latent, width=32):
        super().__init__()
        channels, height, columns = shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(inplace=True),
        )
        self.heads = nn.Linear(width * height * columns // 8, 2 * latent)
        nn.init.zeros_(self.heads.bias)
        nn.init.xavier_uniform_(self.heads.weight)

    def forward(self, x):
        code = self.heads(self.features(x).flatten(1))
        return code[:, ::2], code[:, 1::2]
