# %% right="written out"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        self.model = nn.Sequential(
            nn.Conv2d(channels, width, kernel_size=4, stride=2, padding=1),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(width, width * 2, kernel_size=4, stride=2, padding=1, bias=False),
            norm(width * 2),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(width * 2, width * 4, kernel_size=4, stride=2, padding=1, bias=False),
            norm(width * 4),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(width * 4, width * 8, kernel_size=4, stride=1, padding=1, bias=False),
            norm(width * 8),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(width * 8, 1, kernel_size=4, stride=1, padding=1),
        )

    def forward(self, x):
        return self.model(x)


# %% right="functions in forward"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        maps = [channels, width, 2 * width, 4 * width, 8 * width, 1]
        strides = [2, 2, 2, 1, 1]
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 4, s, 1) for a, b, s in zip(maps, maps[1:], strides))
        self.norms = nn.ModuleList(norm(c) for c in maps[2:5])

    def forward(self, x):
        h = F.leaky_relu(self.convs[0](x), 0.2)
        for conv, n in zip(self.convs[1:4], self.norms):
            h = F.leaky_relu(n(conv(h)), 0.2)
        return self.convs[4](h)


# %% right="the slope written by hand"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        self.a = nn.Conv2d(channels, w, 4, 2, 1)
        self.b, self.nb = nn.Conv2d(w, 2 * w, 4, 2, 1), norm(2 * w)
        self.c, self.nc = nn.Conv2d(2 * w, 4 * w, 4, 2, 1), norm(4 * w)
        self.d, self.nd = nn.Conv2d(4 * w, 8 * w, 4, 1, 1), norm(8 * w)
        self.e = nn.Conv2d(8 * w, 1, 4, 1, 1)

    def forward(self, x):
        def bend(h):
            return torch.maximum(h, 0.2 * h)

        h = bend(self.a(x))
        h = bend(self.nb(self.b(h)))
        h = bend(self.nc(self.c(h)))
        return self.e(bend(self.nd(self.d(h))))


# %% right="zeros by functional padding, activations in place"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        maps = [channels, *(width * factor for factor in (1, 2, 4, 8)), 1]
        self.convs = nn.ModuleList(
            nn.Conv2d(few, many, 4, stride=2 if n < 3 else 1, bias=n in (0, 4))
            for n, (few, many) in enumerate(zip(maps, maps[1:]))
        )
        self.norms = nn.ModuleList([nn.Identity(), *map(norm, maps[2:5])])

    def forward(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = F.leaky_relu(norm(conv(F.pad(x, (1, 1, 1, 1)))), 0.2, inplace=True)
        return self.convs[-1](F.pad(x, (1, 1, 1, 1)))


# %% wrong="a sigmoid at the end" fails="numbers of any size, in place of probabilities"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1), nn.Sigmoid()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="a norm in the first layer" fails="numbers of any size, in place of probabilities"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), norm(w), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="four halvings" fails="14 x 14 judgements at 128 px"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 2)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="two halvings" fails="14 x 14 judgements at 128 px"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 1), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="no padding at the end" fails="14 x 14 judgements at 128 px"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="kernels of 3 x 3" fails="14 x 14 judgements at 128 px"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 3, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 3, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 3, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="one judgement per image" fails="14 x 14 judgements at 128 px"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x).mean(dim=(2, 3))


# %% wrong="ReLU" fails="a LeakyReLU of slope 0.2 behind the first convolution"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.ReLU()]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.ReLU()]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="PyTorch's default slope" fails="a LeakyReLU of slope 0.2 behind the third convolution"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU()]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU()]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="no activation behind the first convolution" fails="a LeakyReLU of slope 0.2 behind the first convolution"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="a LeakyReLU at the end" fails="numbers of any size, in place of probabilities"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="no norms" fails="numbers of any size, in place of probabilities"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="the norm that is given is ignored" fails="numbers of any size, in place of probabilities"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), nn.InstanceNorm2d(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="batch normalisation by default" fails="by default each image by itself, in training and evaluation alike"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.BatchNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="running statistics by default" fails="by default each image by itself, in training and evaluation alike"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=lambda c: nn.InstanceNorm2d(c, track_running_stats=True)):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="maps that grow to 4w only" fails="five kernels of 4 x 4 with the table's numbers of maps"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 4 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(4 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="norm before the first activation in place of the last" fails="no norm behind the first convolution"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = []
        for few, many, stride in ((channels, w, 2), (w, 2 * w, 2), (2 * w, 4 * w, 2)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(4 * w, 8 * w, 4, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="a dilated last layer sees further" fails="each judgement sees 70 x 70 pixels"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.ReflectionPad2d((2, 3, 2, 3)), nn.Conv2d(8 * w, 1, 4, dilation=2)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="three colours fixed" fails="other numbers of colours"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(3, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="reflection in all convolutions" fails="all five convolutions pad with zeros"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1, padding_mode="reflect"), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [
                nn.Conv2d(few, many, 4, stride=stride, padding=1, padding_mode="reflect"),
                norm(many),
                nn.LeakyReLU(0.2),
            ]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1, padding_mode="reflect")]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="reflection in the last convolution" fails="all five convolutions pad with zeros"
class PatchDiscriminator(nn.Module):
    def __init__(self, channels, width, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for few, many, stride in ((w, 2 * w, 2), (2 * w, 4 * w, 2), (4 * w, 8 * w, 1)):
            layers += [nn.Conv2d(few, many, 4, stride=stride, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(8 * w, 1, 4, padding=1, padding_mode="reflect")]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)
