# %% right="functional ReLUs and a view"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.size = (2 * width, height // 4, columns // 4)
        self.spread = nn.Linear(latent, math.prod(self.size))
        self.up = nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1)
        self.out = nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1)

    def forward(self, z):
        h = F.relu(self.spread(z)).view(-1, *self.size)
        return self.out(F.relu(self.up(h)))


# %% right="the linear layer as a transposed convolution of one place"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(latent, 2 * width, (height // 4, columns // 4)),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
        )

    def forward(self, z):
        return self.layers(z[:, :, None, None])


# %% right="without biases in the middle"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, self.height, self.columns = shape
        self.spread = nn.Linear(latent, 2 * width * (self.height // 4) * (self.columns // 4))
        self.up = nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1, bias=False)
        self.out = nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1)

    def forward(self, z):
        h = self.spread(z).clamp(min=0).reshape(len(z), -1, self.height // 4, self.columns // 4)
        return self.out(torch.maximum(self.up(h), torch.zeros(()).to(h)))


# %% right="not padded, but cut afterwards"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.first = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
        )
        self.up = nn.ConvTranspose2d(2 * width, width, 4, stride=2)
        self.out = nn.ConvTranspose2d(width, channels, 4, stride=2)

    def forward(self, z):
        h = F.relu(self.up(self.first(z))[..., 1:-1, 1:-1])
        return self.out(h)[..., 1:-1, 1:-1]


# %% wrong="a sigmoid at the end" fails="logits take both signs"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
            nn.Sigmoid(),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="a tanh at the end" fails="nothing bounds the logits"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="a ReLU at the end" fails="logits take both signs"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
            nn.ReLU(),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="no ReLU at all" fails="two ReLUs bend it"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="no first ReLU" fails="two ReLUs bend it"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="no second ReLU" fails="two ReLUs bend it"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="stride forgotten" fails="returns images of the shape asked for"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="padding forgotten" fails="returns images of the shape asked for"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="one channel, whatever the images" fails="returns images of the shape asked for"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, 1, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="rows and columns exchanged" fails="returns images of the shape asked for"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, columns // 4, height // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="dense layers" fails="no weight belongs to a single pixel"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        hidden = 8 * width
        self.layers = nn.Sequential(
            nn.Linear(latent, hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, math.prod(shape)),
            nn.Unflatten(1, shape),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="batch normalisation" fails="each code by itself"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="the code normalised over the batch" fails="each code by itself"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z - z.mean(0))


# %% wrong="the last code variable unused" fails="every pixel depends on the code"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent - 1, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z[:, :-1])


# %% wrong="the linear layer detached" fails="a gradient reaches every weight"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.first = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
        )
        self.rest = nn.Sequential(
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.rest(self.first(z).detach())


# %% wrong="a layer that is never used" fails="a gradient reaches every weight"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.mix = nn.Conv2d(width, width, 3, padding=1)
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="kernels of 2 x 2 without padding" fails="each place paints a window of ten pixels"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 2, stride=2),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 2, stride=2),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="kernels of 3 x 3" fails="each place paints a window of ten pixels"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 3, stride=2, padding=1, output_padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="a kernel of 2 x 2 at the end" fails="each place paints a window of ten pixels"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 2, stride=2),
        )

    def forward(self, z):
        return self.layers(z)


# %% right="features last until they are painted"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.places = height // 4, columns // 4
        self.start = nn.Linear(latent, 2 * width * self.places[0] * self.places[1])
        self.first = nn.ConvTranspose2d(2 * width, width, 4, 2, 1)
        self.second = nn.ConvTranspose2d(width, channels, 4, 2, 1)

    def forward(self, z):
        x = torch.relu(self.start(z)).view(len(z), *self.places, -1).permute(0, 3, 1, 2)
        return self.second(self.first(x).clamp(min=0))


# %% wrong="leaky ReLUs" fails="what is negative is silenced"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.LeakyReLU(0.2),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="an ELU for the second ReLU" fails="what is negative is silenced"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ELU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="enlarged, then kernels of 3 x 3" fails="layers of the sizes asked for"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(2 * width, width, 3, padding=1),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(width, channels, 3, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="one linear layer more" fails="layers of the sizes asked for"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, 50),
            nn.ReLU(),
            nn.Linear(50, 2 * width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (2 * width, height // 4, columns // 4)),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)


# %% wrong="half of the features" fails="layers of the sizes asked for"
class Decoder(nn.Module):
    def __init__(self, latent, shape, width=32):
        super().__init__()
        channels, height, columns = shape
        self.layers = nn.Sequential(
            nn.Linear(latent, width * (height // 4) * (columns // 4)),
            nn.ReLU(),
            nn.Unflatten(1, (width, height // 4, columns // 4)),
            nn.ConvTranspose2d(width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.layers(z)
