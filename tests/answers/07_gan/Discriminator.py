# %% right="parts by name"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.first = nn.Conv2d(channels + classes, width, 4, stride=2, padding=1)
        self.second = nn.Conv2d(width, 2 * width, 4, stride=2, padding=1)
        self.score = nn.Linear(width * height * breadth // 8, 1)

    def forward(self, x, y):
        h = F.leaky_relu(self.first(self.planes(x, y)), 0.2)
        h = F.leaky_relu(self.second(h), 0.2)
        return self.score(h.flatten(1))[:, 0]


# %% right="a convolution of the remaining size for the linear layer"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 1, (height // 4, breadth // 4)),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).flatten()


# %% right="a lazy linear layer, made once"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).reshape(len(x))


# %% right="another slope"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.1),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% right="the linear layer as a sum over maps, its bias a number"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=with_label_planes):
        super().__init__()
        self.planes = planes
        c, h, w = shape
        self.convs = nn.ModuleList([nn.Conv2d(c + classes, width, 4, 2, 1), nn.Conv2d(width, width * 2, 4, 2, 1)])
        self.head = nn.Parameter(0.02 * torch.randn(width * 2, h // 4, w // 4))
        self.offset = nn.Parameter(torch.zeros(()))

    def forward(self, x, y):
        h = self.planes(x, y)
        for conv in self.convs:
            h = conv(h)
            h = torch.where(h > 0, h, 0.2 * h)
        return torch.einsum("bchw,chw->b", h, self.head) + self.offset


# %% right="convolutions without biases"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=with_label_planes):
        super().__init__()
        self.planes = planes
        c, h, w = shape
        self.a = nn.Conv2d(c + classes, width, 4, 2, 1, bias=False)
        self.b = nn.Conv2d(width, width * 2, 4, 2, 1, bias=False)
        self.c = nn.Linear(width * 2 * h * w // 16, 1)

    def forward(self, x, y):
        h = self.planes(x, y)
        h = F.leaky_relu(self.a(h), 0.2)
        h = F.leaky_relu(self.b(h), 0.2, inplace=True)
        return self.c(h.reshape(len(h), -1))[:, 0]


# %% wrong="a sigmoid at the end" fails="logits may take any value"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
            nn.Sigmoid(),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="a LeakyReLU at the end that is none: tanh" fails="logits may take any value"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
            nn.Tanh(),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="ReLU" fails="a gradient passes also where units are off"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="no activations" fails="more than a linear map"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="batch normalisation" fails="each image is judged by itself"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="the label ignored" fails="the label counts"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(x).squeeze(1)


# %% wrong="labels by planes of its own" fails="labels come in by the planes that are given"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        planes = y[:, :, None, None].expand(-1, -1, *x.shape[2:])
        return self.body(torch.cat([x, planes], 1)).squeeze(1)


# %% wrong="a dimension too many" fails="one logit per image"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y))


# %% wrong="squeezed altogether" fails="works without labels, and on a single image"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze()


# %% wrong="square images assumed" fails="one logit per image"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) ** 2, 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="mean over the batch subtracted" fails="each image is judged by itself"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        scores = self.body(self.planes(x, y)).squeeze(1)
        return scores - scores.mean()


# %% wrong="one logit for the batch" fails="one logit per image"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).mean()


# %% wrong="half of the image cut off" fails="every pixel counts"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 4, 0),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        planes = self.planes(x, y)
        planes = torch.cat([planes[..., :4], planes[..., :4].expand(-1, -1, -1, 4)], -1) if x.shape[-1] == 8 else planes
        return self.body(planes).squeeze(1)


# %% wrong="layers in a plain list" fails="a gradient reaches every weight"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.first = [
            nn.Conv2d(channels + classes, width, 4, 2, 1).double(),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1).double(),
            nn.LeakyReLU(0.2),
        ]
        self.unused = nn.Linear(width, width)
        self.score = nn.Linear(2 * width * (height // 4) * (breadth // 4), 1)

    def forward(self, x, y):
        h = self.planes(x, y).double()
        for layer in self.first:
            h = layer(h)
        return self.score(h.flatten(1)).squeeze(1)


# %% wrong="a fixed width" fails="the width is the caller's choice"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, 8, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(8, 16, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(16 * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="a softmax over the batch" fails="logits may take any value"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1).softmax(0)


# %% wrong="two logits" fails="one logit per image"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=None):
        super().__init__()
        self.planes = planes
        channels, height, breadth = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (height // 4) * (breadth // 4), 2),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="a LeakyReLU behind the last layer" fails="nothing behind the last layer"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=with_label_planes):
        super().__init__()
        self.planes = planes
        c, h, w = shape
        self.body = nn.Sequential(
            nn.Conv2d(c + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (h // 4) * (w // 4), 1),
            nn.LeakyReLU(0.2),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="ReLU behind the second convolution" fails="a gradient passes also where units are off"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=with_label_planes):
        super().__init__()
        self.planes = planes
        c, h, w = shape
        self.body = nn.Sequential(
            nn.Conv2d(c + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(2 * width * (h // 4) * (w // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="dropout" fails="each image is judged by itself"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=with_label_planes):
        super().__init__()
        self.planes = planes
        c, h, w = shape
        self.body = nn.Sequential(
            nn.Conv2d(c + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (h // 4) * (w // 4), 1),
        )

    def forward(self, x, y):
        return self.body(self.planes(x, y)).squeeze(1)


# %% wrong="the image detached" fails="a gradient reaches the image"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=with_label_planes):
        super().__init__()
        self.planes = planes
        c, h, w = shape
        self.body = nn.Sequential(
            nn.Conv2d(c + classes, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
            nn.Linear(2 * width * (h // 4) * (w // 4), 1),
        )

    def forward(self, x, y):
        with torch.no_grad():
            h = self.planes(x, y)
        return self.body(h).squeeze(1)


# %% wrong="averaged over all places" fails="the linear layer sees every place by itself"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=with_label_planes):
        super().__init__()
        self.planes = planes
        self.first = nn.Conv2d(shape[0] + classes, width, 4, 2, 1)
        self.second = nn.Conv2d(width, 2 * width, 4, 2, 1)
        self.last = nn.Linear(2 * width, 1)

    def forward(self, x, y):
        h = F.leaky_relu(self.first(self.planes(x, y)), 0.2)
        h = F.leaky_relu(self.second(h), 0.2)
        return self.last(h.mean((2, 3))).squeeze(1)


# %% wrong="added up over all places" fails="the linear layer sees every place by itself"
class Discriminator(nn.Module):
    def __init__(self, shape, classes, width, planes=with_label_planes):
        super().__init__()
        self.planes = planes
        self.first = nn.Conv2d(shape[0] + classes, width, 4, 2, 1)
        self.second = nn.Conv2d(width, 2 * width, 4, 2, 1)
        self.last = nn.Linear(2 * width, 1)

    def forward(self, x, y):
        h = F.leaky_relu(self.first(self.planes(x, y)), 0.2)
        h = F.leaky_relu(self.second(h), 0.2)
        return self.last(h.sum((2, 3))).squeeze(1)
