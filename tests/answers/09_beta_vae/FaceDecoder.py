# %% right="reshaped by hand"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        sizes, size, k = [], 4, 0
        while size < shape[1]:
            sizes.insert(0, width * 2 ** min(k, 3))
            size, k = 2 * size, k + 1
        self.top = sizes[0]
        self.first = nn.Linear(latent, self.top * 16)
        self.ups = nn.ModuleList(
            nn.ConvTranspose2d(a, b, kernel_size=4, stride=2, padding=1) for a, b in zip(sizes, [*sizes[1:], shape[0]])
        )

    def forward(self, z):
        h = self.first(z).reshape(len(z), self.top, 4, 4)
        for up in self.ups:
            h = up(h.relu())
        return h


# %% right="ReLU after the unflattening"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.Unflatten(1, (f[0], 4, 4)), nn.ReLU()]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% right="built from the end"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        out, f, size, layers = shape[0], width, shape[1], []
        while size > 4:
            layers = [nn.ReLU(), nn.ConvTranspose2d(f, out, 4, 2, 1), *layers]
            out, f, size = f, min(2 * f, 8 * width), size // 2
        self.layers = nn.Sequential(nn.Linear(latent, 16 * out), nn.Unflatten(1, (out, 4, 4)), *layers)

    def forward(self, z):
        return self.layers(z)


# %% right="weights of its own"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        f = [width * min(8, 2**k) for k in reversed(range(int(math.log2(shape[1])) - 2))] + [shape[0]]
        self.start = nn.Linear(latent, f[0] * 16)
        self.kernels = nn.ParameterList(torch.randn(a, b, 4, 4) / (4 * a) ** 0.5 for a, b in zip(f, f[1:]))
        self.offsets = nn.ParameterList(torch.zeros(b) for b in f[1:])

    def forward(self, z):
        h = self.start(z).view(len(z), -1, 4, 4)
        for kernel, offset in zip(self.kernels, self.offsets):
            h = F.conv_transpose2d(h.clamp(min=0), kernel, offset, 2, 1)
        return h


# %% wrong="sigmoid at the end" fails="nothing follows the last layer"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z).sigmoid()


# %% wrong="ReLU at the end" fails="nothing follows the last layer"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z).relu()


# %% wrong="tanh at the end" fails="nothing follows the last layer"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z).tanh()


# %% wrong="no ReLU behind the linear layer" fails="a ReLU behind every layer but the last"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="no ReLU between" fails="a ReLU behind every layer but the last"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1)]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="no ReLU before the last" fails="a ReLU behind every layer but the last"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1)] + ([nn.ReLU()] if b > width else [])
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="features in the encoder's order" fails="has as many weights as its layers should"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="features not capped" fails="has as many weights as its layers should"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * 2**k for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="capped at 4 width" fails="has as many weights as its layers should"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 4) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="constant features" fails="has as many weights as its layers should"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="starts at 1 x 1" fails="returns images in their shapes"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 1, 1))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="upsampling and plain convolutions" fails="has as many weights as its layers should"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.Upsample(scale_factor=2), nn.Conv2d(a, b, 3, 1, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="no bias" fails="has as many weights as its layers should"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1, bias=False)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="batch norm" fails="each code by itself"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.BatchNorm2d(b), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="one layer for all places" fails="has as many weights as its layers should"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 1, 1)), nn.Upsample(scale_factor=4)]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="dense" fails="has as many weights as its layers should"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(latent, 16 * width), nn.ReLU(), nn.Linear(16 * width, math.prod(shape)), nn.Unflatten(1, shape)
        )

    def forward(self, z):
        return self.net(z)


# %% wrong="code cut off" fails="a gradient reaches every weight"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.first = layers.pop(0)
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(self.first(z).detach())


# %% wrong="sigmoids" fails="a ReLU behind every layer but the last"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.Sigmoid(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.Sigmoid()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="half of the code" fails="every code variable moves the whole image"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.ReLU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.ReLU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        z = torch.cat([z[:, : z.shape[1] // 2], 0 * z[:, z.shape[1] // 2 :]], 1)
        return self.net(z)


# %% wrong="leaky ReLUs" fails="a ReLU behind every layer but the last"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.LeakyReLU(0.2), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.LeakyReLU(0.2)]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="GELUs" fails="a ReLU behind every layer but the last"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        f = [width * min(2**k, 8) for k in range(count)][::-1]
        layers = [nn.Linear(latent, 16 * f[0]), nn.GELU(), nn.Unflatten(1, (f[0], 4, 4))]
        for a, b in zip(f, f[1:]):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1), nn.GELU()]
        layers += [nn.ConvTranspose2d(f[-1], shape[0], 4, 2, 1)]
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z)


# %% wrong="upsampling and convolutions of 4 x 4" fails="a ReLU behind every layer but the last"
class FaceDecoder(nn.Module):
    def __init__(self, latent, shape, width):
        super().__init__()
        f = [width * min(8, 2**k) for k in reversed(range(int(math.log2(shape[1])) - 2))] + [shape[0]]
        self.start = nn.Linear(latent, f[0] * 16)
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 4) for a, b in zip(f, f[1:]))

    def forward(self, z):
        h = self.start(z).view(len(z), -1, 4, 4)
        for convolution in self.convolutions:
            h = convolution(F.pad(F.interpolate(h.relu(), scale_factor=2), (1, 2, 1, 2)))
        return h
