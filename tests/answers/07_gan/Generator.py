# %% right="parts by name"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.small = (2 * width, height // 4, breadth // 4)
        self.start = nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4))
        self.norms = nn.ModuleList([nn.BatchNorm2d(2 * width), nn.BatchNorm2d(width)])
        self.grow = nn.ModuleList(
            [nn.ConvTranspose2d(2 * width, width, 4, 2, 1), nn.ConvTranspose2d(width, channels, 4, 2, 1)]
        )

    def forward(self, z, y):
        h = self.start(torch.cat((z, y), dim=-1)).reshape(len(z), *self.small)
        for norm, grow in zip(self.norms, self.grow):
            h = grow(F.relu(norm(h)))
        return h.tanh()


# %% right="label first, upsampling and convolutions"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(2 * width, width, 3, padding=1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(width, channels, 3, padding=1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([y, z], 1))


# %% right="an embedding of the label of its own"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.of_label = nn.Linear(classes, 2 * width, bias=False) if classes else None
        self.start = nn.Linear(latent, 2 * width * (height // 4) * (breadth // 4))
        self.body = nn.Sequential(
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )
        self.repeat = (height // 4) * (breadth // 4)

    def forward(self, z, y):
        h = self.start(z)
        if self.of_label is not None:
            h = h + self.of_label(y).repeat_interleave(self.repeat, 1)
        return self.body(h)


# %% right="normalised before the maps are made, no biases"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        c, h, w = shape
        self.start = (2 * width, h // 4, w // 4)
        n = 2 * width * (h // 4) * (w // 4)
        self.fc = nn.Linear(latent + classes, n, bias=False)
        self.n1 = nn.BatchNorm1d(n)
        self.up1 = nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False)
        self.n2 = nn.BatchNorm2d(width)
        self.up2 = nn.ConvTranspose2d(width, c, 4, 2, 1, bias=False)

    def forward(self, z, y):
        h = F.relu(self.n1(self.fc(torch.hstack([z, y]))), inplace=True).view(-1, *self.start)
        h = self.n2(self.up1(h)).clamp(min=0)
        return self.up2(h).tanh()


# %% right="a transposed convolution of one pixel for the linear layer"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        c, h, w = shape
        self.net = nn.Sequential(
            nn.ConvTranspose2d(latent + classes, 2 * width, (h // 4, w // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(True),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(True),
            nn.ConvTranspose2d(width, c, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.net(torch.cat((z, y), -1)[:, :, None, None])


# %% right="normalisation without weights"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        c, h, w = shape
        self.fc = nn.Linear(latent + classes, 2 * width * (h // 4) * (w // 4))
        self.shape = (2 * width, h // 4, w // 4)
        self.n1, self.n2 = nn.BatchNorm2d(2 * width, affine=False), nn.BatchNorm2d(width, affine=False)
        self.up1, self.up2 = nn.ConvTranspose2d(2 * width, width, 4, 2, 1), nn.ConvTranspose2d(width, c, 4, 2, 1)

    def forward(self, z, y):
        h = self.fc(torch.cat([z, y], 1)).unflatten(1, self.shape)
        return torch.tanh(self.up2(F.relu(self.n2(self.up1(F.relu(self.n1(h)))))))


# %% wrong="a sigmoid at the end" fails="values fill [-1, 1] and do not leave it"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Sigmoid(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1))


# %% wrong="nothing at the end" fails="values fill [-1, 1] and do not leave it"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1))


# %% wrong="a ReLU before the tanh" fails="values fill [-1, 1] and do not leave it"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.ReLU(),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1))


# %% wrong="clamped" fails="every pixel moves with the noise"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1)).mul(1e6).clamp(-1, 1).round()


# %% wrong="the label ignored" fails="the label counts"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(z)


# %% wrong="the noise ignored" fails="every noise value counts"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([0 * z, y], 1))


# %% wrong="the first noise value alone" fails="every noise value counts"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z[:, :1].expand_as(z), y], 1))


# %% wrong="fresh noise inside" fails="each row of noise makes its own image"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z + torch.randn_like(z), y], 1))


# %% wrong="no activations" fails="more than a linear map and a tanh"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1))


# %% wrong="one doubling" fails="images of the shape that is asked for"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1))


# %% wrong="square images assumed" fails="images of the shape that is asked for"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) ** 2),
            nn.Unflatten(1, (2 * width, height // 4, height // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1))


# %% wrong="one channel always" fails="images of the shape that is asked for"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, 1, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1))


# %% wrong="flattened images" fails="images of the shape that is asked for"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1)).flatten(1)


# %% wrong="rows and columns exchanged" fails="images of the shape that is asked for"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, breadth // 4, height // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1))


# %% wrong="rows of the batch mixed" fails="each row of noise makes its own image"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        mixed = torch.cat([z, y], 1).T.reshape(len(z), -1)
        return self.body(mixed)


# %% wrong="a fixed width" fails="the width is the caller's choice"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 16 * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (16, height // 4, breadth // 4)),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 8, 4, 2, 1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.ConvTranspose2d(8, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1))


# %% wrong="detached at the end" fails="a gradient reaches every weight"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], 1)).detach()


# %% wrong="a border that never moves" fails="every pixel moves with the noise"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, 2, 1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        images = self.body(torch.cat([z, y], 1))
        images = images.clone()
        images[:, :, 0] = -1
        return images


# %% wrong="no batch normalisation" fails="in training the batch is normalised"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        c, h, w = shape
        self.fc = nn.Linear(latent + classes, 2 * width * (h // 4) * (w // 4))
        self.shape = (2 * width, h // 4, w // 4)
        self.up1, self.up2 = nn.ConvTranspose2d(2 * width, width, 4, 2, 1), nn.ConvTranspose2d(width, c, 4, 2, 1)

    def forward(self, z, y):
        h = self.fc(torch.cat([z, y], 1)).unflatten(1, self.shape)
        return torch.tanh(self.up2(F.relu(self.up1(F.relu(h)))))


# %% wrong="normalised behind the ReLU" fails="a ReLU before each transposed convolution"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        c, h, w = shape
        self.fc = nn.Linear(latent + classes, 2 * width * (h // 4) * (w // 4))
        self.shape = (2 * width, h // 4, w // 4)
        self.n1, self.n2 = nn.BatchNorm2d(2 * width), nn.BatchNorm2d(width)
        self.up1, self.up2 = nn.ConvTranspose2d(2 * width, width, 4, 2, 1), nn.ConvTranspose2d(width, c, 4, 2, 1)

    def forward(self, z, y):
        h = self.fc(torch.cat([z, y], 1)).unflatten(1, self.shape)
        return torch.tanh(self.up2(self.n2(F.relu(self.up1(self.n1(F.relu(h)))))))


# %% wrong="LeakyReLU" fails="a ReLU before each transposed convolution"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        c, h, w = shape
        self.fc = nn.Linear(latent + classes, 2 * width * (h // 4) * (w // 4))
        self.shape = (2 * width, h // 4, w // 4)
        self.n1, self.n2 = nn.BatchNorm2d(2 * width), nn.BatchNorm2d(width)
        self.up1, self.up2 = nn.ConvTranspose2d(2 * width, width, 4, 2, 1), nn.ConvTranspose2d(width, c, 4, 2, 1)

    def forward(self, z, y):
        h = self.fc(torch.cat([z, y], 1)).unflatten(1, self.shape)
        return torch.tanh(self.up2(F.leaky_relu(self.n2(self.up1(F.leaky_relu(self.n1(h)))))))


# %% wrong="normalised before the first transposed convolution only" fails="in training the batch is normalised"
class Generator(nn.Module):
    def __init__(self, latent, classes, shape, width):
        super().__init__()
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Linear(latent + classes, 2 * width * (height // 4) * (breadth // 4)),
            nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
            nn.Tanh(),
        )

    def forward(self, z, y):
        return self.body(torch.cat([z, y], dim=1))
