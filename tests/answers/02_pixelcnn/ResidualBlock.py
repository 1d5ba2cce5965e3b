# %% right="as in the formula"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        correction = self.mix(F.relu(self.reduce(F.relu(h))))
        return h + self.expand(F.relu(correction))


# %% right="one sequence"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        half = width // 2
        self.correction = nn.Sequential(
            nn.ReLU(),
            conv(width, half, 1, "B", colours),
            nn.ReLU(inplace=True),
            conv(half, half, 3, "B", colours),
            nn.ReLU(inplace=True),
            conv(half, width, 1, "B", colours),
        )

    def forward(self, h):
        return self.correction(h).add(h)


# %% right="a loop over the layers, ReLU by clamping"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        sizes = [(width, width // 2, 1), (width // 2, width // 2, 3), (width // 2, width, 1)]
        self.layers = nn.ModuleList(conv(i, o, size, "B", colours) for i, o, size in sizes)

    def forward(self, h):
        kept = h.clone()
        for layer in self.layers:
            h = layer(h.clamp(min=0))
        return torch.stack([kept, h]).sum(0)


# %% right="in place, on a copy"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        out = self.reduce(torch.maximum(h, torch.zeros_like(h)))
        out = self.mix(out * (out > 0))
        out = self.expand(torch.where(out > 0, out, 0.0))
        return torch.add(out, h)


# %% wrong="nothing to add to" fails="adds to its input"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h))))))


# %% wrong="a ReLU over the sum" fails="adds to its input"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        correction = self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h))))))
        return F.relu(h + correction)


# %% wrong="a ReLU in place" fails="adds to its input"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        correction = self.reduce(F.relu(h, inplace=True))
        correction = self.mix(F.relu(correction, inplace=True))
        return h + self.expand(F.relu(correction, inplace=True))


# %% wrong="h overwritten before the sum" fails="adds to its input"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        h = F.relu(h)
        return h + self.expand(F.relu(self.mix(F.relu(self.reduce(h)))))


# %% wrong="ReLUs behind the convolutions" fails="a ReLU stands before the first convolution"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + F.relu(self.expand(F.relu(self.mix(F.relu(self.reduce(h))))))


# %% wrong="a ReLU behind the last convolution as well" fails="a correction can be negative"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + F.relu(self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h)))))))


# %% wrong="no ReLU at all" fails="a ReLU stands before the second convolution"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + self.expand(self.mix(self.reduce(h)))


# %% wrong="only the first ReLU" fails="a ReLU stands before the third convolution"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + self.expand(self.mix(self.reduce(F.relu(h))))


# %% wrong="the second ReLU missing" fails="a ReLU stands before the second convolution"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + self.expand(F.relu(self.mix(self.reduce(F.relu(h)))))


# %% wrong="leaky ReLUs" fails="a ReLU stands before the first convolution"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        act = F.leaky_relu
        return h + self.expand(act(self.mix(act(self.reduce(act(h))))))


# %% wrong="the middle convolution left out" fails="neighbours are seen"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + self.expand(F.relu(self.reduce(F.relu(h))))


# %% wrong="not brought back to the full width" fails="keeps the shape"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + self.mix(F.relu(self.reduce(F.relu(h))))


# %% wrong="joined instead of added" fails="keeps the shape"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        correction = self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h))))))
        return torch.cat([h, correction], dim=1)


# %% wrong="subtracted" fails="the correction is what the convolutions give"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h - self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h))))))


# %% wrong="a gate instead of a sum" fails="adds to its input"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h * self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h))))))


# %% wrong="type A inside" fails="the own pixel is seen"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "A", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h))))))


# %% wrong="an unmasked convolution inside" fails="pixels to come are hidden"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = nn.Conv2d(width // 2, width // 2, 3, padding=1)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h))))))


# %% wrong="normalised over the image" fails="pixels to come are hidden"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        normal = F.layer_norm(h, h.shape[1:])
        return h + self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(normal))))))


# %% wrong="normalised over the batch" fails="the correction is what the convolutions give"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.norm = nn.BatchNorm2d(width)
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(self.norm(h)))))))


# %% wrong="dropout on the correction" fails="the correction is what the convolutions give"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)

    def forward(self, h):
        return h + F.dropout(self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h)))))), 0.5)


# %% wrong="colours forgotten" fails="colours keep their order"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B")
        self.mix = conv(width // 2, width // 2, 3, "B")
        self.expand = conv(width // 2, width, 1, "B")

    def forward(self, h):
        return h + self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h))))))


# %% wrong="h handed back" fails="the correction is what the convolutions give"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)

    def forward(self, h):
        return h
