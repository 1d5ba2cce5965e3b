# %% right="mode kept, no gradients"
def accuracy(model, images, labels):
    mode = model.training
    model.eval()
    with torch.no_grad():
        correct = (model(images).argmax(dim=1) == labels).sum().item()
    model.train(mode)
    return correct / len(labels)


# %% right="put back in the end, whatever happens"
def accuracy(model, images, labels):
    was_training = model.training
    try:
        model.train(False)
        return (model(images).max(1).indices == labels).double().mean().item()
    finally:
        if was_training:
            model.train()


# %% right="a copy is judged"
def accuracy(model, images, labels):
    import copy

    judge = copy.deepcopy(model).eval()
    with torch.inference_mode():
        logits = judge(images)
    return float((torch.argmax(logits, -1) == labels).float().mean())


# %% right="image by image"
def accuracy(model, images, labels):
    mode = model.training
    model.eval()
    hits = [int(model(image[None])[0].argmax()) == int(label) for image, label in zip(images, labels)]
    model.train(mode)
    return sum(hits) / len(hits)


# %% wrong="the bug itself" fails="the same question gets the same answer"
def accuracy(model, images, labels):
    predicted = model(images).argmax(dim=1)
    return (predicted == labels).float().mean().item()


# %% wrong="no gradients, but training" fails="the same question gets the same answer"
def accuracy(model, images, labels):
    with torch.no_grad():
        predicted = model(images).argmax(dim=1)
    return (predicted == labels).float().mean().item()


# %% wrong="a seed against the dice" fails="the same question gets the same answer"
def accuracy(model, images, labels):
    torch.manual_seed(0)
    predicted = model(images).argmax(dim=1)
    return (predicted == labels).float().mean().item()


# %% wrong="the brackets of eval forgotten" fails="the same question gets the same answer"
def accuracy(model, images, labels):
    mode = model.training
    model.eval
    predicted = model(images).argmax(dim=1)
    model.train(mode)
    return (predicted == labels).float().mean().item()


# %% wrong="many wobbling answers averaged" fails="the same question gets the same answer"
def accuracy(model, images, labels):
    tries = [(model(images).argmax(dim=1) == labels).float().mean().item() for _ in range(20)]
    return sum(tries) / len(tries)


# %% wrong="eval after the damage is done" fails="looking changes nothing"
def accuracy(model, images, labels):
    mode = model.training
    model(images)
    model.eval()
    predicted = model(images).argmax(dim=1)
    model.train(mode)
    return (predicted == labels).float().mean().item()


# %% wrong="left in evaluation mode" fails="a model in training goes on training"
def accuracy(model, images, labels):
    model.eval()
    predicted = model(images).argmax(dim=1)
    return (predicted == labels).float().mean().item()


# %% wrong="always put into training mode" fails="a model in use stays in use"
def accuracy(model, images, labels):
    model.eval()
    predicted = model(images).argmax(dim=1)
    model.train()
    return (predicted == labels).float().mean().item()


# %% wrong="the modes exchanged" fails="the same question gets the same answer"
def accuracy(model, images, labels):
    mode = model.training
    model.train()
    predicted = model(images).argmax(dim=1)
    model.train(mode)
    return (predicted == labels).float().mean().item()


# %% wrong="the mistakes counted" fails="three of five right are 0.6"
def accuracy(model, images, labels):
    mode = model.training
    model.eval()
    predicted = model(images).argmax(dim=1)
    model.train(mode)
    return (predicted != labels).float().mean().item()


# %% wrong="a number of images" fails="three of five right are 0.6"
def accuracy(model, images, labels):
    mode = model.training
    model.eval()
    predicted = model(images).argmax(dim=1)
    model.train(mode)
    return (predicted == labels).sum().item()


# %% wrong="the smallest logit" fails="three of five right are 0.6"
def accuracy(model, images, labels):
    mode = model.training
    model.eval()
    predicted = model(images).argmin(dim=1)
    model.train(mode)
    return (predicted == labels).float().mean().item()


# %% wrong="a percentage" fails="three of five right are 0.6"
def accuracy(model, images, labels):
    mode = model.training
    model.eval()
    predicted = model(images).argmax(dim=1)
    model.train(mode)
    return 100 * (predicted == labels).float().mean().item()


# %% wrong="over the batch" fails="a plain number"
def accuracy(model, images, labels):
    mode = model.training
    model.eval()
    predicted = model(images).argmax(dim=0)
    model.train(mode)
    return (predicted == labels).float().mean().item()


# %% wrong="a tensor" fails="a plain number"
def accuracy(model, images, labels):
    mode = model.training
    model.eval()
    predicted = model(images).argmax(dim=1)
    model.train(mode)
    return (predicted == labels).float().mean()


# %% wrong="the probability of the label" fails="three of five right are 0.6"
def accuracy(model, images, labels):
    mode = model.training
    model.eval()
    q = model(images).softmax(dim=1)
    model.train(mode)
    return q[torch.arange(len(labels)), labels].mean().item()


# %% wrong="the images taken for logits" fails="three of five right are 0.6"
def accuracy(model, images, labels):
    return (images.argmax(dim=1) == labels).float().mean().item()
