# %% right="two heads"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.body = nn.Sequential(*layers)
        self.mu, self.log_var = nn.Linear(16 * c, latent), nn.Linear(16 * c, latent)

    def forward(self, x):
        h = self.body(x).flatten(1)
        return self.mu(h), self.log_var(h)


# %% right="module list and functional ReLU"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        count = int(math.log2(shape[1])) - 2
        sizes = [shape[0]] + [width * min(2**k, 8) for k in range(count)]
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, kernel_size=4, stride=2, padding=1) for a, b in zip(sizes, sizes[1:])
        )
        self.latent = latent
        self.out = nn.Linear(sizes[-1] * 16, latent * 2)

    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))
        h = self.out(x.reshape(len(x), -1))
        return h[:, self.latent :], h[:, : self.latent]


# %% right="padding by hand"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        layers, size, c, k = [], shape[-1], shape[0], 0
        while size != 4:
            f = width * 2 ** min(k, 3)
            layers += [nn.ZeroPad2d(1), nn.Conv2d(c, f, 4, stride=2), nn.ReLU()]
            c, size, k = f, size // 2, k + 1
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(c * 16, 2 * latent))

    def forward(self, x):
        h = self.net(x)
        return h[:, 0::2], h[:, 1::2]


# %% right="a convolution of 4 x 4 for the last layer"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        count = int(math.log2(shape[2])) - 2
        f = [shape[0], *(width * min(2**k, 8) for k in range(count))]
        self.halvings = nn.ModuleList(nn.Conv2d(a, b, 4, 2, 1) for a, b in zip(f, f[1:]))
        self.last = nn.Conv2d(f[-1], 2 * latent, 4)

    def forward(self, x):
        for halving in self.halvings:
            x = halving(x).relu()
        return self.last(x).flatten(1).tensor_split(2, 1)


# %% right="weights of its own, and einsum for the linear layer"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        self.kernels, self.offsets = nn.ParameterList(), nn.ParameterList()
        c, size, f = shape[0], shape[1], width
        while size > 4:
            self.kernels.append(torch.randn(f, c, 4, 4) / (16 * c) ** 0.5)
            self.offsets.append(torch.zeros(f))
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.weight = nn.Parameter(torch.randn(16 * c, 2, latent) / (16 * c) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(2, latent))

    def forward(self, x):
        for kernel, offset in zip(self.kernels, self.offsets):
            x = F.relu(F.conv2d(x, kernel, offset, stride=2, padding=1))
        both = torch.einsum("bi,ikl->kbl", x.flatten(1), self.weight) + self.bias[:, None]
        return both[0], both[1]


# %% right="lazy layers that have seen one image, every other number is a log-variance"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        layers, size, f = [], shape[1], width
        while size > 4:
            layers += [nn.LazyConv2d(f, 4, 2, 1), nn.ReLU(inplace=True)]
            f, size = min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.LazyLinear(2 * latent), nn.Unflatten(1, (latent, 2)))
        self.net(torch.zeros(1, *shape))

    def forward(self, x):
        return self.net(x).unbind(2)


# %% wrong="stops at 8 x 8" fails="has as many weights as its layers should"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 8:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        side = min(size, shape[1])
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(side * side * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="features not capped" fails="has as many weights as its layers should"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, 2 * f, size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="features do not grow" fails="has as many weights as its layers should"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, f, size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="capped at 4 width" fails="has as many weights as its layers should"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 4 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="kernel 3" fails="has as many weights as its layers should"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 3, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="batch norm" fails="each image by itself"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.BatchNorm2d(f), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="no bias" fails="has as many weights as its layers should"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1, bias=False), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="no ReLU" fails="a ReLU behind every convolution"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1)]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="no ReLU behind the first" fails="a ReLU behind every convolution"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1)] + ([nn.ReLU()] if size < shape[1] else [])
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="no ReLU behind the last" fails="a ReLU behind every convolution"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1)] + ([nn.ReLU()] if size > 8 else [])
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="ReLU on mu and log_var" fails="nothing bounds mu and log_var"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).relu().chunk(2, 1)
        return mu, log_var


# %% wrong="tanh on mu" fails="nothing bounds mu and log_var"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu.tanh(), log_var


# %% wrong="softplus on log_var" fails="nothing bounds mu and log_var"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, F.softplus(log_var)


# %% wrong="average over places" fails="has as many weights as its layers should"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="mu twice" fails="mu and log_var are told apart"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, latent))
        self.idle = nn.Linear(16 * c, latent)

    def forward(self, x):
        mu = self.net(x)
        return mu, mu


# %% wrong="one tensor" fails="returns mu and log_var in their shapes"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        return self.net(x)


# %% wrong="a dense layer first" fails="looks through windows of 4 x 4, with stride 2"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.mix = nn.Parameter(torch.randn(shape[2], shape[2]) / 10)
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net((x @ self.mix).relu()).chunk(2, 1)
        return mu, log_var


# %% wrong="sigmoids" fails="a ReLU behind every convolution"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.Sigmoid()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="last layer detached" fails="a gradient reaches every weight"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ReLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.body = nn.Sequential(*layers)
        self.last = nn.Linear(16 * c, 2 * latent)

    def forward(self, x):
        mu, log_var = self.last(self.body(x).detach().flatten(1)).chunk(2, 1)
        return mu, log_var


# %% wrong="stride 1 and pooling" fails="looks through windows of 4 x 4, with stride 2"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.ZeroPad2d((1, 2, 1, 2)), nn.Conv2d(c, f, 4), nn.ReLU(), nn.MaxPool2d(2)]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="leaky ReLUs" fails="a ReLU behind every convolution"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.LeakyReLU(0.2)]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="ELUs" fails="a ReLU behind every convolution"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.ELU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var


# %% wrong="SiLUs" fails="a ReLU behind every convolution"
class FaceEncoder(nn.Module):
    def __init__(self, shape, latent, width):
        super().__init__()
        size, c, f = shape[1], shape[0], width
        layers = []
        while size > 4:
            layers += [nn.Conv2d(c, f, 4, 2, 1), nn.SiLU()]
            c, f, size = f, min(2 * f, 8 * width), size // 2
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * c, 2 * latent))

    def forward(self, x):
        mu, log_var = self.net(x).chunk(2, 1)
        return mu, log_var
