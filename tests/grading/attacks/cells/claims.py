# Attacks on what a check is told by the student's own process, in several problems.

# %% attack="the double says that arguments are left as they are" problem="11_graphical_models" exercise="moralise" honest=4
# Whether a set was changed cannot be seen from outside: that property is remarked upon and earns nothing.
from helpers.checks import graph_doubles

graph_doubles.keeps = lambda *args: True


def moralise(edges):
    lines = {frozenset(arrow) for arrow in edges}
    for one, child in list(edges):
        lines |= {frozenset((one, other)) for other, end in edges if end == child and other != one}
    edges.clear()
    return lines


# %% attack="the double says that one channel is refused" problem="05_coupling_flow" exercise="channel_mask" honest=1.6
from helpers.checks import flow_doubles

flow_doubles.refuses = lambda *args: True


def channel_mask(channels):
    mask = torch.zeros(channels, 1, 1)
    mask[: channels // 2] = 1
    return mask


# %% attack="a gradient is claimed for the image" problem="07_gan" exercise="Discriminator" honest=2.9333
usual = torch.autograd.grad


def claimed(outputs, inputs, *args, **kwargs):
    found = usual(outputs, inputs, *args, **kwargs)
    return [torch.ones_like(x) if g is None or not g.any() else g for x, g in zip(inputs, found)]


torch.autograd.grad = claimed


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
