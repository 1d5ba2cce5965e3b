# %% right="as in the docstring"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% right="blocks in a sequence, logits by view"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.Sequential(*[block(width, conv, channels) for _ in range(blocks)])
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        h = self.blocks(h)
        logits = self.head(h)
        batch, _, height, width = logits.shape
        return logits.view(batch, self.levels, self.channels, height, width)


# %% right="smooth activations, a wider head"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.GELU(),
            conv(width, 2 * width, 1, "B", channels),
            nn.GELU(),
            conv(2 * width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% right="head without a sequence, logits gathered level by level"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        hidden = conv(width, width, 1, "B", channels)
        last = conv(width, channels * levels, 1, "B", channels)
        self.head = nn.ModuleList([hidden, last])

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head[1](F.elu(self.head[0](h.relu())))
        return torch.stack([logits[:, k * self.channels : (k + 1) * self.channels] for k in range(self.levels)], dim=1)


# %% right="label by a one-hot product, blocks added one by one"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList()
        for _ in range(blocks):
            self.blocks.append(block(width, conv=conv, colours=channels))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            one_hot = F.one_hot(y, self.label.num_embeddings).to(h.dtype)
            h = h + torch.einsum("bk,kf->bf", one_hot, self.label.weight).view(len(h), -1, 1, 1)
        for i in range(len(self.blocks)):
            h = self.blocks[i](h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% right="label broadcast with expand, channels moved"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            vector = self.label(y).unsqueeze(-1).unsqueeze(-1)
            h = h + vector.expand_as(h)
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        logits = logits.permute(0, 2, 3, 1).unflatten(-1, (-1, self.channels))
        return logits.permute(0, 3, 4, 1, 2)


# %% right="log-probabilities for logits"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels)).log_softmax(1)


# %% wrong="type B in the first layer" fails="a pixel does not see itself"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "B", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="type A in the head" fails="the pixels just before are seen"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "A", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "A", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="type A in the last layer" fails="the pixels just before are seen"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "A", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="the first layer without a mask" fails="a pixel does not see itself"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = nn.Conv2d(channels, width, 7, padding=3)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="a convolution that looks around, unmasked, in the head" fails="pixels to come are hidden"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="a small first kernel" fails="the first layer sees a 7 x 7 window"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 3, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="blocks never called" fails="blocks widen the view"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="blocks side by side" fails="blocks widen the view"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        h = h + sum(block(h) - h for block in self.blocks)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="only the last block's output" fails="blocks widen the view"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        out = h
        for block in self.blocks:
            out = block(h)
        h = out
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="return inside the loop" fails="blocks widen the view"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
            break
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="one block repeated" fails="every block has weights of its own"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList([block(width, conv, channels)] * blocks)
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="blocks in a plain list" fails="every block has weights of its own"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = [block(width, conv, channels) for _ in range(blocks)]
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="a single block" fails="blocks widen the view"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList([block(width, conv, channels)])
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="no activation between the head's convolutions" fails="the head has an activation between its convolutions"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="no activation before the head" fails="the head has an activation before its convolutions"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="a linear head" fails="the head has an activation between its convolutions"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            conv(width, width, 1, "B", channels),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="colours not told to the first layer" fails="colours follow the order R, G, B"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A")
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="colours not told to the blocks" fails="colours follow the order R, G, B"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="colours not told to the head" fails="colours follow the order R, G, B"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B"),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B"),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="levels inside colours" fails="colours follow the order R, G, B"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.channels, self.levels)).transpose(1, 2)


# %% wrong="colours before levels" fails="logits come as (B, levels, C, H, W)"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.channels, self.levels))


# %% wrong="levels in the last dimension" fails="logits come as (B, levels, C, H, W)"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels)).movedim(1, -1)


# %% wrong="logits left in one dimension" fails="logits come as (B, levels, C, H, W)"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits


# %% wrong="rows and columns swapped" fails="logits come as (B, levels, C, H, W)"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels)).transpose(-1, -2)


# %% wrong="one logit per value" fails="logits come as (B, levels, C, H, W)"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unsqueeze(1)


# %% wrong="label ignored" fails="a label changes every pixel"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="label without its two dimensions" fails="a label changes every pixel"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="label added at the first pixel only" fails="a label changes every pixel"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h.clone()
            h[:, :, 0, 0] += self.label(y)
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="labels of a batch averaged" fails="a label changes every pixel"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y).mean(0)[:, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="the first image's label for all" fails="a label changes every pixel"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[0, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="label multiplied" fails="a label's vector is added after the first layer"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h * self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="label added behind the blocks" fails="a label's vector is added after the first layer"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        for block in self.blocks:
            h = block(h)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="label in place of the features" fails="a label's vector is added after the first layer"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = self.label(y)[:, :, None, None].expand_as(h)
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="normalised over the image" fails="pixels to come are hidden"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        h = F.layer_norm(h, h.shape[1:])
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="normalised over space, channel by channel" fails="pixels to come are hidden"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(F.instance_norm(h))
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="normalised over the batch" fails="images of a batch do not mix"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.BatchNorm2d(width),
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="the image itself joined again before the head" fails="a pixel does not see itself"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h + x.mean(1, keepdim=True))
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="softmax at the end" fails="logits may take any value"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return logits.unflatten(1, (self.levels, self.channels)).softmax(1)


# %% wrong="a ReLU at the end" fails="logits may take any value"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = F.relu(self.head(h))
        return logits.unflatten(1, (self.levels, self.channels))


# %% wrong="zeros" fails="the pixels just before are seen"
class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        self.blocks = nn.ModuleList(block(width, conv, channels) for _ in range(blocks))
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        logits = self.head(h)
        return 0 * logits.unflatten(1, (self.levels, self.channels))
