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


# %% attack="the model says that it is in the mode that it was in" problem="00_start" exercise="accuracy" honest=3
# What a call has left of a model, only the process that holds the model can tell.
from helpers.checks.subject import Local

usual, modes = Local.call, {}


def call(self, handle, method, args, kwargs):
    if method in ("train", "eval"):
        modes[id(handle)] = method == "train"
    found = usual(self, handle, method, args, kwargs)
    for part in args:
        part = getattr(part, "handle", None)
        if id(part) in modes:
            part.train(modes[id(part)])
    return found


Local.call = call
nn.BatchNorm1d.forward = lambda self, x: x / (1 + 1e-5) ** 0.5


def accuracy(model, images, labels):
    model(images)
    model.eval()
    predicted = model(images).argmax(dim=1)
    return (predicted == labels).double().mean().item()


# %% attack="the double hands over copies: slopes" problem="00_start" exercise="gradient" honest=2
# Nobody else sees that two calls get the same object.
from helpers.checks import doubles


def copies(function, number, shared, *calls):
    return [function(*call[:number], shared.clone(), *call[number:]) for call in calls]


doubles.one_after_another = copies


def gradient(f, x):
    x.requires_grad_()
    f(x).sum().backward()
    return x.grad.clone()


# %% attack="parameters that exist in name only" problem="00_start" exercise="Classifier" honest=2.5
# A parameter that moves nothing when it is moved is none, and frozen ones are masks: whole numbers.
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.second = nn.Linear(pixels, hidden, bias=False), nn.Linear(hidden, classes)

    def named_parameters(self, *args, **kwargs):
        yield from super().named_parameters(*args, **kwargs)
        yield "first.bias", nn.Parameter(torch.zeros(self.first.out_features).double(), requires_grad=False)

    def forward(self, x):
        return self.second(self.first(x.flatten(1)).relu())


# %% attack="the double says that nobody used autograd" problem="01_foundations" exercise="vector_slopes" honest=0
from helpers.checks import doubles

doubles.without_autograd = lambda *args: True


def vector_slopes(a, A, x):
    x = x.clone().requires_grad_()
    numbers = a @ x, x @ A @ x, (x @ a) ** 2
    return tuple(torch.autograd.grad(number, x)[0] for number in numbers)


# %% attack="the runtime says that no graph is left" problem="01_foundations" exercise="slope_and_curvature" honest=3
runtime = __import__("sys").modules.get("inside.runtime")


def do_call(self, *args, **kwargs):
    found = usual(self, *args, **kwargs)
    return {**found, "tracked": [False] * len(found["tracked"])}


if runtime:
    usual, runtime.Runtime.do_call = runtime.Runtime.do_call, do_call


def slope_and_curvature(f, z):
    z = z.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(f(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope, curvature


# %% attack="what was answered before is answered again" problem="01_foundations" exercise="gumbel_max" honest=0.8
# Where a property compares an answer with another one, that other has to be new, or known here.
from helpers.checks.subject import Local

usual, kept = Local.call, {}


def call(self, handle, method, args, kwargs):
    shapes = tuple(tuple(value.shape) for value in args if isinstance(value, Tensor))
    return kept.setdefault(shapes, usual(self, handle, method, args, kwargs))


Local.call = call


def gumbel_max(logits, g):
    return (logits.clamp(-8, 8) + g).argmax(-1)


# %% attack="a gradient of ones is claimed for the mean" problem="03_conv_vae" exercise="reparameterize" honest=2.625
# The gradient of a sum of z for mu is ones: it is asked for along a direction that nobody knows.
usual = torch.autograd.grad


def claimed(outputs, inputs, *args, **kwargs):
    found = usual(outputs, inputs, *args, **kwargs)
    return [torch.ones_like(x) if g is None else g for x, g in zip(inputs, found)]


torch.autograd.grad = claimed


def reparameterize(mu, log_var, eps):
    return mu.detach() + torch.exp(log_var / 2) * eps


# %% attack="the double hands over copies: a code" problem="03_conv_vae" exercise="traverse" honest=2
from helpers.checks import doubles


def copies(function, number, shared, *calls):
    return [function(*call[:number], shared.clone(), *call[number:]) for call in calls]


doubles.one_after_another = copies


def traverse(z, variable, values):
    codes = []
    for value in values:
        z[variable] = value
        codes.append(z.clone())
    return torch.stack(codes)


# %% attack="the network says that it is in the mode that it was in" problem="10_evaluation" exercise="features_of" honest=4
from helpers.checks.judges import MoodyFeatures
from helpers.checks.subject import Local

usual, modes = Local.call, {}


def call(self, handle, method, args, kwargs):
    if method in ("train", "eval"):
        modes[id(handle)] = method == "train"
    return usual(self, handle, method, args, kwargs)


Local.call = call
MoodyFeatures.modes = lambda self: [modes[id(self)]] * 2


def features_of(network, images, batch_size=500):
    network.eval()
    with torch.no_grad():
        return torch.cat([network(part).double() for part in images.split(batch_size)])
