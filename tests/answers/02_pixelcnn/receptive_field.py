# %% right="backward and .grad on a detached copy"
def receptive_field(model, x, row, column):
    images = x.detach().clone()
    images.requires_grad = True
    model(images)[:, :, :, row, column].sum().backward()
    return images.grad.abs().sum(1).mean(0)


# %% right="the Jacobian of the summed logits, image by image"
def receptive_field(model, x, row, column):
    total = torch.zeros(x.shape[-2:], dtype=x.dtype)
    for image in x:
        slope = torch.autograd.functional.jacobian(lambda i: model(i[None])[..., row, column].sum(), image)
        total += slope.abs().sum(0)
    return total / len(x)


# %% right="the whole Jacobian of the batch, summed over its outputs"
def receptive_field(model, x, row, column):
    full = torch.autograd.functional.jacobian(lambda i: model(i)[..., row, column].flatten(), x)
    return full.sum(0).abs().mean(0).sum(0)


# %% right="torch.func, and einsum for the sums"
def receptive_field(model, x, row, column):
    slope = torch.func.grad(lambda images: model(images)[..., row, column].sum())(x)
    return torch.einsum("bchw->hw", slope.abs()) / x.shape[0]


# %% right="a vector of ones for the logits of one pixel, in a graph of its own"
def receptive_field(model, x, row, column):
    with torch.enable_grad():
        leaf = x.detach().requires_grad_(True)
        logits = model(leaf)
        chosen = torch.zeros_like(logits)
        chosen[..., row, column] = 1
        slope = torch.autograd.grad(logits, leaf, grad_outputs=chosen)[0]
    return slope.abs().sum(dim=1).mean(dim=0).detach()


# %% wrong="no absolute value" fails="one non-negative number per pixel"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.sum(1).mean(0)


# %% wrong="the gradient itself, one map per image and colour" fails="one non-negative number per pixel"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.abs()


# %% wrong="one map per image" fails="one non-negative number per pixel"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.abs().sum(1)


# %% wrong="one map per colour" fails="one non-negative number per pixel"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.abs().mean(0)


# %% wrong="probabilities for logits: their sum is always 1" fails="one non-negative number per pixel"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x).softmax(1)[..., row, column].sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="log-probabilities for logits" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x).log_softmax(1)[..., row, column].sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="the value of the image taken for its influence" fails="pixels that do not matter are exactly zero"
def receptive_field(model, x, row, column):
    return x.abs().sum(1).mean(0)


# %% wrong="row and column swapped" fails="pixels that do not matter are exactly zero"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., column, row].sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="all logits of the image" fails="pixels that do not matter are exactly zero"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x).sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="the logits of the whole row" fails="pixels that do not matter are exactly zero"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, :].sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="the logits up to the pixel" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, : column + 1].sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="the row one further down" fails="pixels that do not matter are exactly zero"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row + 1, column].sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="the logit of the first level only" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[:, 0, :, row, column].sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="the largest logit only" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].amax(1).sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="the logits of the first colour only" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[:, :, 0, row, column].sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="the mean of the logits" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].mean(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="sizes of every single logit's gradient added up" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    field = 0
    for level in range(model(x).shape[1]):
        images = x.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(model(images)[:, level, :, row, column].sum(), images)
        field = field + gradient.abs().sum(1).mean(0)
    return field


# %% wrong="scaled to a maximum of 1" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    field = gradient.abs().sum(1).mean(0)
    return field / field.max()


# %% wrong="a map of ones and zeros" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return (gradient != 0).any(1).any(0).double()


# %% wrong="squares" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.pow(2).sum(1).mean(0)


# %% wrong="the length of the vector of colours" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.norm(dim=1).mean(0)


# %% wrong="the mean over the colours" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.abs().mean(1).mean(0)


# %% wrong="the strongest colour" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.abs().amax(1).mean(0)


# %% wrong="colours summed before the absolute value" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.sum(1).abs().mean(0)


# %% wrong="the sum over the batch" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.abs().sum((0, 1))


# %% wrong="images averaged before the absolute value" fails="averages sizes over the images"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.mean(0).abs().sum(0)


# %% wrong="the first image only" fails="averages sizes over the images"
def receptive_field(model, x, row, column):
    x = x[:1].clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.abs().sum(1)[0]


# %% wrong="the largest gradient over the images" fails="averages sizes over the images"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.abs().sum(1).amax(0)


# %% wrong="the gradient at the mean image" fails="averages sizes over the images"
def receptive_field(model, x, row, column):
    x = x.mean(0, keepdim=True).requires_grad_()
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.abs().sum(1)[0]


# %% wrong="images of zeros instead of x" fails="averages sizes over the images"
def receptive_field(model, x, row, column):
    x = torch.zeros_like(x, requires_grad=True)
    (gradient,) = torch.autograd.grad(model(x)[..., row, column].sum(), x)
    return gradient.abs().sum(1).mean(0)


# %% wrong="gradients pile up on the caller's images" fails="a second look shows the same"
def receptive_field(model, x, row, column):
    x.requires_grad_()
    model(x)[..., row, column].sum().backward()
    return x.grad.abs().sum(1).mean(0)


# %% wrong="a second derivative: the gradient of squares" fails="a linear model gives back its weights"
def receptive_field(model, x, row, column):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad((model(x)[..., row, column] ** 2).sum(), x)
    return gradient.abs().sum(1).mean(0)
