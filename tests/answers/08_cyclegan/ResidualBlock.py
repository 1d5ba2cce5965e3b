# %% right="padding by the convolutions"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect")
        self.second = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect")
        self.norms = nn.ModuleList([norm(channels), norm(channels)])

    def forward(self, h):
        a = self.norms[0](self.first(h)).relu()
        return self.norms[1](self.second(a)).add(h)


# %% right="functional padding, no biases"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, (3, 3), bias=False)
        self.conv2 = nn.Conv2d(channels, channels, (3, 3), bias=False)
        self.norm1, self.norm2 = norm(channels), norm(channels)

    def forward(self, h):
        a = F.relu(self.norm1(self.conv1(F.pad(h, (1, 1, 1, 1), mode="reflect"))))
        a = self.norm2(self.conv2(F.pad(a, (1, 1, 1, 1), mode="reflect")))
        return a + h


# %% right="built by a loop"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        layers = []
        for last in (False, True):
            layers += [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), norm(channels)]
            if not last:
                layers += [nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(*layers)

    def forward(self, h):
        return self.layers(h) + h


# %% right="parameters of its own"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d, spread=0.1):
        super().__init__()
        self.kernels = nn.ParameterList(spread * torch.randn(channels, channels, 3, 3) for _ in range(2))
        self.norms = nn.ModuleList(norm(channels) for _ in range(2))

    def forward(self, h):
        change = h
        for kernel, norm in zip(self.kernels, self.norms, strict=True):
            change = change if change is h else change.relu()
            change = norm(F.conv2d(F.pad(change, 4 * [1], "reflect"), kernel))
        return torch.add(h, change)


# %% right="a sequence itself"
class ResidualBlock(nn.Sequential):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        def conv():
            return nn.Conv2d(channels, channels, 3, padding="same", padding_mode="reflect")

        super().__init__(conv(), norm(channels), nn.ReLU(inplace=True), conv(), norm(channels))

    def forward(self, h):
        return super().forward(h) + h


# %% wrong="a ReLU after the sum" fails="with all weights 0 nothing changes"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )

    def forward(self, h):
        return (h + self.change(h)).relu()


# %% wrong="a ReLU behind the second norm" fails="the change is added to what came in"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="no skip" fails="the change is added to what came in"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )

    def forward(self, h):
        return self.change(h)


# %% wrong="no ReLU" fails="the change is added to what came in"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="zero padding" fails="beyond the border lies a mirror image, above and left"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1),
            norm(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            norm(channels),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="replication padding" fails="beyond the border lies a mirror image, above and left"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReplicationPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.ReplicationPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="zero padding in the second convolution only" fails="beyond the border lies a mirror image, below and right"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            norm(channels),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="running statistics" fails="training and evaluation do the same"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=lambda channels: nn.InstanceNorm2d(channels, track_running_stats=True)):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="batch normalisation by default" fails="each image is normalised by itself"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.BatchNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="the norm that is given is ignored" fails="the change is added to what came in"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.InstanceNorm2d(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="one norm only" fails="the change is added to what came in"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="the ReLU before the norm" fails="the change is added to what came in"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.ReLU(),
            norm(channels),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="a LeakyReLU" fails="the change is added to what came in"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.LeakyReLU(0.2),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="one convolution" fails="two convolutions of 3 x 3"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), norm(channels), nn.ReLU())

    def forward(self, h):
        return h + self.change(h)


# %% wrong="the same convolution twice" fails="two convolutions of 3 x 3"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.pad, self.conv, self.norm = nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), norm(channels)

    def forward(self, h):
        return h + self.norm(self.conv(self.pad(self.norm(self.conv(self.pad(h))).relu())))


# %% wrong="the change halved" fails="the change is added to what came in"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )

    def forward(self, h):
        return h + 0.5 * self.change(h)


# %% wrong="padding twice" fails="the shape stays"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3, padding=1),
            norm(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3, padding=1),
            norm(channels),
        )

    def forward(self, h):
        return h + self.change(h)


# %% wrong="dropout as in pix2pix" fails="training and evaluation do the same"
class ResidualBlock(nn.Module):
    def __init__(self, channels, norm=nn.InstanceNorm2d):
        super().__init__()
        self.change = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            norm(channels),
        )

    def forward(self, h):
        return h + self.change(h)
