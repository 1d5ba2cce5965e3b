# %% right="a sequence"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, classes))

    def forward(self, images):
        return self.net(images)


# %% right="parameters of its own"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(pixels, hidden) / pixels**0.5)
        self.b1 = nn.Parameter(torch.zeros(hidden))
        self.W2 = nn.Parameter(torch.randn(hidden, classes) / hidden**0.5)
        self.b2 = nn.Parameter(torch.zeros(classes))

    def forward(self, images):
        h = (images.reshape(len(images), -1) @ self.W1 + self.b1).clamp(min=0)
        return h @ self.W2 + self.b2


# %% right="a module list, and the maximum with zero"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(pixels, hidden), nn.Linear(hidden, classes)])

    def forward(self, images):
        h = images.view(images.shape[0], -1)
        h = self.layers[0](h)
        return self.layers[1](torch.maximum(h, torch.zeros_like(h)))


# %% right="a subclass of Sequential"
class Classifier(nn.Sequential):
    def __init__(self, pixels, hidden, classes):
        super().__init__(nn.Flatten(1), nn.Linear(pixels, hidden), nn.ReLU(inplace=True), nn.Linear(hidden, classes))


# %% wrong="no ReLU" fails="a ReLU stands between the layers"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(self.first(images.flatten(1)))


# %% wrong="a ReLU at the end as well" fails="logits may be negative"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return F.relu(self.last(F.relu(self.first(images.flatten(1)))))


# %% wrong="the ReLU at the end instead" fails="a ReLU stands between the layers"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return F.relu(self.last(self.first(images.flatten(1))))


# %% wrong="a ReLU on the images" fails="a ReLU stands between the layers"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(self.first(F.relu(images.flatten(1))))


# %% wrong="a softmax at the end" fails="logits may be negative"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(F.relu(self.first(images.flatten(1)))).softmax(dim=1)


# %% wrong="log-probabilities" fails="logits may be negative"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(F.relu(self.first(images.flatten(1)))).log_softmax(dim=1)


# %% wrong="a tanh" fails="a ReLU stands between the layers"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(torch.tanh(self.first(images.flatten(1))))


# %% wrong="a leaky ReLU" fails="a ReLU stands between the layers"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(F.leaky_relu(self.first(images.flatten(1)), 0.1))


# %% wrong="a plain list of layers" fails="two layers with biases, known to the module"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.layers = [nn.Linear(pixels, hidden).double(), nn.Linear(hidden, classes).double()]

    def forward(self, images):
        return self.layers[1](F.relu(self.layers[0](images.flatten(1))))


# %% wrong="no biases" fails="two layers with biases, known to the module"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden, bias=False), nn.Linear(hidden, classes, bias=False)

    def forward(self, images):
        return self.last(F.relu(self.first(images.flatten(1))))


# %% wrong="one layer" fails="two layers with biases, known to the module"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.only = nn.Linear(pixels, classes)

    def forward(self, images):
        return self.only(images.flatten(1))


# %% wrong="a layer too many" fails="two layers with biases, known to the module"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.middle = nn.Linear(pixels, hidden), nn.Linear(hidden, hidden)
        self.last = nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(F.relu(self.middle(F.relu(self.first(images.flatten(1))))))


# %% wrong="not flattened" fails="one row of logits per image"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(F.relu(self.first(images)))


# %% wrong="the batch flattened as well" fails="one row of logits per image"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(F.relu(self.first(images.flatten())))


# %% wrong="layers made anew in forward" fails="two layers with biases, known to the module"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.sizes = pixels, hidden, classes

    def forward(self, images):
        pixels, hidden, classes = self.sizes
        first, last = nn.Linear(pixels, hidden).double(), nn.Linear(hidden, classes).double()
        return last(F.relu(first(images.flatten(1))))


# %% wrong="the hidden layer detached" fails="every weight gets a gradient"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(F.relu(self.first(images.flatten(1))).detach())


# %% wrong="standardised over the batch" fails="an image's logits do not depend on its neighbours"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        x = images.flatten(1)
        return self.last(F.relu(self.first(x - x.mean(0))))


# %% wrong="super().__init__ forgotten" fails="runs on a small input"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        return self.last(F.relu(self.first(images.flatten(1))))


# %% wrong="nothing returned" fails="one row of logits per image"
class Classifier(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.first, self.last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)

    def forward(self, images):
        self.last(F.relu(self.first(images.flatten(1))))
