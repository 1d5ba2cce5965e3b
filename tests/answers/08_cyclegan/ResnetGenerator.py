# %% right="written out"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        self.down = nn.Sequential(
            nn.Conv2d(channels, width, 7, padding=3, padding_mode="reflect"),
            norm(width),
            nn.ReLU(True),
            nn.Conv2d(width, 2 * width, 3, 2, 1),
            norm(2 * width),
            nn.ReLU(True),
            nn.Conv2d(2 * width, 4 * width, 3, 2, 1),
            norm(4 * width),
            nn.ReLU(True),
        )
        self.blocks = nn.Sequential(*(block(4 * width, norm) for _ in range(blocks)))
        self.up = nn.Sequential(
            nn.ConvTranspose2d(4 * width, 2 * width, 3, 2, 1, 1),
            norm(2 * width),
            nn.ReLU(True),
            nn.ConvTranspose2d(2 * width, width, 3, 2, 1, 1),
            norm(width),
            nn.ReLU(True),
            nn.Conv2d(width, channels, 7, padding=3, padding_mode="reflect"),
        )

    def forward(self, x):
        return torch.tanh(self.up(self.blocks(self.down(x))))


# %% right="no biases before norms"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7, bias=False), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1, bias=False), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [
                nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1, bias=False),
                norm(few),
                nn.ReLU(),
            ]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% right="the block called by keyword"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(channels=4 * w, norm=norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% right="functions in forward"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        self.first, self.last = nn.Conv2d(channels, w, 7), nn.Conv2d(w, channels, 7)
        self.downs = nn.ModuleList([nn.Conv2d(w, 2 * w, 3, 2, 1), nn.Conv2d(2 * w, 4 * w, 3, 2, 1)])
        self.middle = nn.ModuleList([block(4 * w, norm) for _ in range(blocks)])
        self.ups = nn.ModuleList(
            [nn.ConvTranspose2d(4 * w, 2 * w, 3, 2, 1, 1), nn.ConvTranspose2d(2 * w, w, 3, 2, 1, 1)]
        )
        self.norms = nn.ModuleList([norm(c) for c in (w, 2 * w, 4 * w, 2 * w, w)])

    def forward(self, x):
        h = self.norms[0](self.first(F.pad(x, [3] * 4, mode="reflect"))).relu()
        for conv, n in zip(self.downs, self.norms[1:3]):
            h = n(conv(h)).relu()
        for b in self.middle:
            h = b(h)
        for conv, n in zip(self.ups, self.norms[3:]):
            h = n(conv(h)).relu()
        return self.last(F.pad(h, [3] * 4, mode="reflect")).tanh()


# %% right="a sequence itself, padding by the convolutions"
class ResnetGenerator(nn.Sequential):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        def wide(few, many):
            return nn.Conv2d(few, many, 7, padding=3, padding_mode="reflect")

        maps = [width, 2 * width, 4 * width]
        layers = [wide(channels, width), norm(width), nn.ReLU(inplace=True)]
        for few, many in zip(maps, maps[1:]):
            layers += [nn.Conv2d(few, many, 3, 2, 1), norm(many), nn.ReLU(inplace=True)]
        layers.extend(block(maps[-1], norm) for _ in range(blocks))
        for many, few in zip(maps[::-1], maps[-2::-1]):
            layers += [nn.ConvTranspose2d(many, few, 3, 2, 1, 1), norm(few), nn.ReLU(inplace=True)]
        super().__init__(*layers, wide(width, channels), nn.Tanh())


# %% right="sizes remembered on the way down"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        self.first, self.last = nn.Conv2d(channels, w, 7, bias=False), nn.Conv2d(w, channels, 7)
        self.down = nn.ModuleList(nn.Conv2d(n * w, 2 * n * w, 3, 2, 1, bias=False) for n in (1, 2))
        self.blocks = nn.ModuleList(block(4 * w, norm) for _ in range(blocks))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * n * w, n * w, 3, 2, 1, bias=False) for n in (2, 1))
        self.norms = nn.ModuleList(norm(n * w) for n in (1, 2, 4, 2, 1))

    def forward(self, x):
        norms, sizes = iter(self.norms), []
        h = next(norms)(self.first(F.pad(x, 4 * (3,), mode="reflect"))).relu()
        for conv in self.down:
            sizes.append(h.shape[-2:])
            h = next(norms)(conv(h)).relu()
        for block in self.blocks:
            h = block(h)
        for conv in self.up:
            h = next(norms)(conv(h, output_size=sizes.pop())).relu()
        return self.last(F.pad(h, 4 * (3,), mode="reflect")).tanh()


# %% wrong="no tanh" fails="the last layer: a convolution, then tanh"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="a sigmoid" fails="the last layer: a convolution, then tanh"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Sigmoid()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="a norm behind the last convolution" fails="the last layer: a convolution, then tanh"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.InstanceNorm2d(channels), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="a ReLU before the tanh" fails="the last layer: a convolution, then tanh"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.ReLU(), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="zero padding in the first convolution" fails="the first convolution sees a mirror image above and left"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.Conv2d(channels, w, 7, padding=3), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="zero padding in the last convolution" fails="the last convolution sees a mirror image below and right"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.Conv2d(w, channels, 7, padding=3), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="replication padding" fails="the last convolution sees a mirror image below and right"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReplicationPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReplicationPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="reflection in the halving convolutions" fails="the halving convolutions pad with zeros"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1, padding_mode="reflect"), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="no output padding" fails="images of the same size"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="one block whatever is asked for" fails="as many blocks as asked for, at a quarter of the size"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(1)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="one block repeated" fails="as many blocks as asked for, at a quarter of the size"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm)] * blocks
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="blocks without the norm" fails="the blocks get the norm"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="blocks of half the maps" fails="images of the same size"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(2 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="no norm in the first layer" fails="the last layer: a convolution, then tanh"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="no norm on the way up" fails="the last layer: a convolution, then tanh"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="no ReLU in the first layer" fails="a ReLU behind the first convolution"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w)]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="the ReLU before the norm in the first layer" fails="a ReLU behind the first convolution"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), nn.ReLU(), norm(w)]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="the ReLU before the norm on the way up" fails="a ReLU behind the second doubling"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), nn.ReLU(), norm(few)]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="no ReLU on the way up" fails="a ReLU behind the first doubling"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few)]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="LeakyReLU on the way down" fails="a ReLU behind the first halving"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.LeakyReLU(0.2)]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="maps that do not grow" fails="the kernels of the table"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 4 * w), (4 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 4 * w), (4 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="kernels of 3 x 3 at both ends" fails="the kernels of the table"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(1), nn.Conv2d(channels, w, 3), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(1), nn.Conv2d(w, channels, 3), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="the norm that is given is ignored" fails="the last layer: a convolution, then tanh"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), nn.InstanceNorm2d(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), nn.InstanceNorm2d(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [
                nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1),
                nn.InstanceNorm2d(few),
                nn.ReLU(),
            ]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="batch normalisation by default" fails="by default each image by itself, in training and evaluation alike"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.BatchNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="running statistics by default" fails="by default each image by itself, in training and evaluation alike"
class ResnetGenerator(nn.Module):
    def __init__(
        self,
        channels,
        width,
        blocks,
        block=ResidualBlock,
        norm=lambda c: nn.InstanceNorm2d(c, track_running_stats=True),
    ):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="upsampling without weights" fails="the kernels of the table"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.Upsample(scale_factor=2), nn.Conv2d(many, few, 1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="a ReLU behind each block" fails="nothing follows a block"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        for _ in range(blocks):
            layers += [block(4 * w, norm), nn.ReLU()]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="a ReLU between the blocks" fails="nothing follows a block"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        for number in range(blocks):
            layers += [nn.ReLU()] * (number > 0) + [block(4 * w, norm)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, channels, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="three colours fixed" fails="other numbers of colours"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, 3, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="three colours come out" fails="other numbers of colours"
class ResnetGenerator(nn.Module):
    def __init__(self, channels, width, blocks, block=ResidualBlock, norm=nn.InstanceNorm2d):
        super().__init__()
        w = width
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, w, 7), norm(w), nn.ReLU()]
        for few, many in ((w, 2 * w), (2 * w, 4 * w)):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), norm(many), nn.ReLU()]
        layers += [block(4 * w, norm) for _ in range(blocks)]
        for many, few in ((4 * w, 2 * w), (2 * w, w)):
            layers += [nn.ConvTranspose2d(many, few, 3, stride=2, padding=1, output_padding=1), norm(few), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(w, 3, 7), nn.Tanh()]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)
