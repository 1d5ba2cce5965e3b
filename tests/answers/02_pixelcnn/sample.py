# %% right="three loops, logits indexed one dimension after the other"
@torch.no_grad()
def sample(model, u, pick, y=None):
    batch, channels, height, width = u.shape
    x = torch.zeros(batch, channels, height, width, dtype=torch.int64)
    for i in range(height):
        for j in range(width):
            for c in range(channels):
                logits = model(x, y)
                x[:, c, i, j] = pick(logits[:, :, c, i, j], u[:, c, i, j])
    return x


# %% right="one loop over flat places, colours last"
@torch.no_grad()
def sample(model, u, pick, y=None):
    batch, channels, height, width = u.shape
    noise = u.permute(0, 2, 3, 1).reshape(batch, -1)
    x = torch.zeros_like(noise).long()
    for i in range(noise.shape[1]):
        image = x.reshape(batch, height, width, channels).permute(0, 3, 1, 2)
        logits = model(image) if y is None else model(image, y)
        x[:, i] = pick(logits.permute(0, 1, 3, 4, 2).flatten(2)[:, :, i], noise[:, i])
    return x.reshape(batch, height, width, channels).permute(0, 3, 1, 2)


# %% right="floating-point canvas, itertools, made int64 at the end"
@torch.no_grad()
def sample(model, u, pick, y=None):
    import itertools

    x = torch.ones_like(u)
    channels, height, width = u.shape[1:]
    for row, column, channel in itertools.product(range(height), range(width), range(channels)):
        levels = pick(model(x, y)[..., channel, row, column], u[..., channel, row, column])
        x[..., channel, row, column] = levels.to(x.dtype)
    return x.long()


# %% right="all places picked at once, repeated until every one has seen its past"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for _ in range(u[0].numel()):
        logits = model(x, y)
        rows = logits.movedim(1, -1).reshape(-1, logits.shape[1])
        x = pick(rows, u.reshape(-1)).reshape(u.shape)
    return x


# %% right="image by image, without writing in place"
@torch.no_grad()
def sample(model, u, pick, y=None):
    images = []
    for b in range(len(u)):
        noise, label = u[b : b + 1], None if y is None else y[b : b + 1]
        x = torch.full(noise.shape, -1)
        for row in range(u.shape[2]):
            for column in range(u.shape[3]):
                for channel in range(u.shape[1]):
                    here = torch.zeros(noise.shape, dtype=torch.bool)
                    here[0, channel, row, column] = True
                    level = pick(model(x, label)[:, :, channel, row, column], noise[here])
                    x = torch.where(here, level, x)
        images.append(x)
    return torch.cat(images)


# %% wrong="all pixels at once" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    logits = model(torch.zeros_like(u).long(), y)
    return pick(logits.movedim(1, -1).reshape(-1, logits.shape[1]), u.reshape(-1)).reshape(u.shape)


# %% wrong="the model asked once, before the loops" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    logits = model(x, y)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(logits[:, :, channel, row, column], u[:, channel, row, column])
    return x


# %% wrong="the model asked once a row" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        logits = model(x, y)
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(logits[:, :, channel, row, column], u[:, channel, row, column])
    return x


# %% wrong="the likeliest level" fails="the noise decides"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = model(x, y)[:, :, channel, row, column].argmax(1)
    return x


# %% wrong="Categorical, which draws its own numbers" fails="the same noise gives the same images"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                logits = model(x, y)[:, :, channel, row, column]
                x[:, channel, row, column] = torch.distributions.Categorical(logits=logits).sample()
    return x


# %% wrong="fresh noise for every draw" fails="the same noise gives the same images"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(model(x, y)[:, :, channel, row, column], torch.rand(len(u)).double())
    return x


# %% wrong="its own inverse of the cumulative distribution instead of pick" fails="the rule `pick` decides"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                logits = model(x, y)[:, :, channel, row, column]
                edges = logits.softmax(1).cumsum(1)[:, :-1]
                x[:, channel, row, column] = (edges <= u[:, channel, row, column, None]).sum(1)
    return x


# %% wrong="columns outside, rows inside" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for column in range(u.shape[3]):
        for row in range(u.shape[2]):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(model(x, y)[:, :, channel, row, column], u[:, channel, row, column])
    return x


# %% wrong="from the last pixel to the first" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in reversed(range(u.shape[2])):
        for column in reversed(range(u.shape[3])):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(model(x, y)[:, :, channel, row, column], u[:, channel, row, column])
    return x


# %% wrong="the last row and column are never drawn" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2] - 1):
        for column in range(u.shape[3] - 1):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(model(x, y)[:, :, channel, row, column], u[:, channel, row, column])
    return x


# %% wrong="begins with the second row" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(1, u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(model(x, y)[:, :, channel, row, column], u[:, channel, row, column])
    return x


# %% wrong="the first image's noise for all images" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                noise = u[:1, channel, row, column].expand(len(u))
                x[:, channel, row, column] = pick(model(x, y)[:, :, channel, row, column], noise)
    return x


# %% wrong="one number of the noise for a whole image" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(model(x, y)[:, :, channel, row, column], u[:, 0, 0, 0])
    return x


# %% wrong="the model sees levels scaled to [-1, 1] already" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                logits = model(2 * x.double() / 3 - 1, y)[:, :, channel, row, column]
                x[:, channel, row, column] = pick(logits, u[:, channel, row, column])
    return x


# %% wrong="probabilities handed to pick for logits" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                mass = model(x, y)[:, :, channel, row, column].softmax(1)
                x[:, channel, row, column] = pick(mass, u[:, channel, row, column])
    return x


# %% wrong="draws go to a second image that the model never sees" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x, drawn = torch.zeros_like(u, dtype=torch.long), torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                logits = model(x, y)[:, :, channel, row, column]
                drawn[:, channel, row, column] = pick(logits, u[:, channel, row, column])
    return drawn


# %% wrong="colours of a pixel drawn at once" fails="colours are drawn one after the other"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            logits = model(x, y)[..., row, column]
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(logits[:, :, channel], u[:, channel, row, column])
    return x


# %% wrong="plane by plane: all of R, then all of G" fails="colours are drawn one after the other"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for channel in range(u.shape[1]):
        for row in range(u.shape[2]):
            for column in range(u.shape[3]):
                x[:, channel, row, column] = pick(model(x, y)[:, :, channel, row, column], u[:, channel, row, column])
    return x


# %% wrong="grey images only" fails="colours are drawn one after the other"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            x[:, 0, row, column] = pick(model(x, y)[:, :, 0, row, column], u[:, 0, row, column])
    return x


# %% wrong="one grey level for all colours" fails="colours are drawn one after the other"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            x[..., row, column] = pick(model(x, y)[:, :, 0, row, column], u[:, 0, row, column])[:, None]
    return x


# %% wrong="the label forgotten" fails="labels reach the model"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(model(x)[:, :, channel, row, column], u[:, channel, row, column])
    return x


# %% wrong="the first label for all images" fails="labels reach the model"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    y = None if y is None else y[:1].expand(len(u))
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                x[:, channel, row, column] = pick(model(x, y)[:, :, channel, row, column], u[:, channel, row, column])
    return x


# %% wrong="returns the canvas of floating-point numbers" fails="levels are integers"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                levels = pick(model(x, y)[:, :, channel, row, column], u[:, channel, row, column])
                x[:, channel, row, column] = levels.to(x.dtype)
    return x


# %% wrong="drawn by the logits before the new value is written, one place late" fails="every value follows from the values before it"
@torch.no_grad()
def sample(model, u, pick, y=None):
    x = torch.zeros_like(u, dtype=torch.long)
    logits = model(x, y)
    for row in range(u.shape[2]):
        for column in range(u.shape[3]):
            for channel in range(u.shape[1]):
                levels = pick(logits[:, :, channel, row, column], u[:, channel, row, column])
                logits = model(x, y)
                x[:, channel, row, column] = levels
    return x
