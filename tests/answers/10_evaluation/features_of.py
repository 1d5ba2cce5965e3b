# %% right="a decorator and indices"
@torch.no_grad()
def features_of(network, images, batch_size=500):
    mode = network.training
    network.eval()
    parts = []
    for start in range(0, len(images), batch_size):
        parts.append(network(images[start : start + batch_size]))
    network.train(mode)
    return torch.cat(parts).double()


# %% right="inference mode and try"
def features_of(network, images, batch_size=500):
    was_training = network.training
    try:
        network.eval()
        with torch.inference_mode():
            rows = [network(batch).to(torch.float64) for batch in torch.split(images, batch_size)]
    finally:
        if was_training:
            network.train()
    return torch.cat(rows, dim=0).clone()


# %% right="filled in place"
def features_of(network, images, batch_size=500):
    was_training, result = network.training, None
    network.eval()
    with torch.set_grad_enabled(False):
        place = 0
        for batch in images.split(batch_size):
            rows = network(batch)
            if result is None:
                result = torch.empty(len(images), rows.shape[1], dtype=torch.float64)
            result[place : place + len(batch)] = rows
            place += len(batch)
    network.train(was_training)
    return result


# %% right="a data loader, row by row"
def features_of(network, images, batch_size=500):
    was_training = network.training
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images), batch_size=batch_size)
    rows = []
    network.train(False)
    with torch.no_grad():
        for (batch,) in loader:
            rows.extend(network(batch).double().unbind())
    network.train(was_training)
    return torch.stack(rows)


# %% right="each layer put back in its own mode"
def features_of(network, images, batch_size=500):
    modes = {part: part.training for part in network.modules()}
    network.eval()
    rows = []
    for start in range(0, len(images), batch_size):
        with torch.inference_mode():
            rows.append(network(images[start : start + batch_size]).to(torch.float64))
    for part, mode in modes.items():
        part.training = mode
    return torch.cat(rows)


# %% wrong="never switched" fails="a network in training mode is switched"
def features_of(network, images, batch_size=500):
    with torch.no_grad():
        return torch.cat([network(batch).double() for batch in images.split(batch_size)])


# %% wrong="switched to training" fails="a network in training mode is switched"
def features_of(network, images, batch_size=500):
    was_training = network.training
    network.train()
    with torch.no_grad():
        rows = [network(batch).double() for batch in images.split(batch_size)]
    network.train(was_training)
    return torch.cat(rows)


# %% wrong="left in evaluation mode" fails="the network is left in its mode"
def features_of(network, images, batch_size=500):
    network.eval()
    with torch.no_grad():
        return torch.cat([network(batch).double() for batch in images.split(batch_size)])


# %% wrong="always back to training" fails="the network is left in its mode"
def features_of(network, images, batch_size=500):
    network.eval()
    with torch.no_grad():
        rows = [network(batch).double() for batch in images.split(batch_size)]
    network.train()
    return torch.cat(rows)


# %% wrong="with gradients" fails="no graph of gradients"
def features_of(network, images, batch_size=500):
    was_training = network.training
    network.eval()
    rows = [network(batch).detach().double() for batch in images.split(batch_size)]
    network.train(was_training)
    return torch.cat(rows)


# %% wrong="all at once" fails="no more than a batch at once"
def features_of(network, images, batch_size=500):
    was_training = network.training
    network.eval()
    with torch.no_grad():
        rows = network(images).double()
    network.train(was_training)
    return rows


# %% wrong="the last batch dropped" fails="all rows, in order"
def features_of(network, images, batch_size=500):
    was_training = network.training
    network.eval()
    with torch.no_grad():
        whole = len(images) // batch_size * batch_size
        rows = [network(batch).double() for batch in images[:whole].split(batch_size)]
    network.train(was_training)
    return torch.cat(rows)


# %% wrong="only the last batch" fails="all rows, in order"
def features_of(network, images, batch_size=500):
    was_training = network.training
    network.eval()
    with torch.no_grad():
        for batch in images.split(batch_size):
            rows = network(batch).double()
    network.train(was_training)
    return rows


# %% wrong="left in single precision" fails="float64"
def features_of(network, images, batch_size=500):
    was_training = network.training
    network.eval()
    with torch.no_grad():
        rows = [network(batch).float() for batch in images.split(batch_size)]
    network.train(was_training)
    return torch.cat(rows)


# %% wrong="batches from the end" fails="all rows, in order"
def features_of(network, images, batch_size=500):
    was_training = network.training
    network.eval()
    with torch.no_grad():
        rows = [network(batch).double() for batch in reversed(images.split(batch_size))]
    network.train(was_training)
    return torch.cat(rows)


# %% wrong="a mean per batch" fails="all rows, in order"
def features_of(network, images, batch_size=500):
    was_training = network.training
    network.eval()
    with torch.no_grad():
        rows = [network(batch).double().mean(0, keepdim=True) for batch in images.split(batch_size)]
    network.train(was_training)
    return torch.cat(rows)


# %% wrong="only the outermost module put back" fails="the network is left in its mode"
def features_of(network, images, batch_size=500):
    was_training = network.training
    network.eval()
    with torch.no_grad():
        rows = [network(batch).double() for batch in images.split(batch_size)]
    network.training = was_training
    return torch.cat(rows)


# %% wrong="graphs cut off afterwards" fails="no graph of gradients"
def features_of(network, images, batch_size=500):
    was_training = network.training
    network.eval()
    rows = [network(batch).double() for batch in images.split(batch_size)]
    network.train(was_training)
    return torch.cat(rows).detach()
