# %% right="the drawn value written only where the mask is False"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = x.clone().long()
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                new = pick(model(x, y)[:, :, channel, row, column], u[:, channel, row, column])
                unknown = ~known[:, channel, row, column]
                x[unknown, channel, row, column] = new[unknown]
    return x


# %% right="a product with the mask, on a floating-point canvas"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    given, keep = x.double(), known.double()
    canvas = given * keep
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (slice(None), channel, row, column)
                drawn = pick(model(canvas, y)[:, :, channel, row, column], u[place]).double()
                canvas[place] = keep[place] * given[place] + (1 - keep[place]) * drawn
    return canvas.long()


# %% right="places listed first, those known in every image left out"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = x.to(torch.int64).masked_fill(~known, 0)
    open_places = (~known).any(0).permute(1, 2, 0).nonzero().tolist()
    for row, column, channel in open_places:
        logits = model(x, y)[..., channel, row, column]
        drawn = pick(logits, u[:, channel, row, column])
        x[:, channel, row, column] = torch.where(known[:, channel, row, column], x[:, channel, row, column], drawn)
    return x


# %% right="image by image and only its own unknown places"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    result = torch.where(known, x, torch.zeros_like(x)).long()
    channels, height, width = x.shape[1:]
    for b in range(len(x)):
        label = None if y is None else y[b : b + 1]
        for i in range(height * width * channels):
            channel, row, column = i % channels, i // channels // width, i // channels % width
            if known[b, channel, row, column]:
                continue
            logits = model(result[b : b + 1], label)[:, :, channel, row, column]
            result[b, channel, row, column] = pick(logits, u[b : b + 1, channel, row, column])[0]
    return result


# %% right="all places picked at once, repeated until every one has seen its past"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    given, x = x.long(), torch.where(known, x.long(), 0)
    for _ in range(u[0].numel()):
        logits = model(x, y)
        drawn = pick(logits.movedim(1, -1).flatten(0, -2), u.flatten()).reshape(u.shape)
        x = torch.where(known, given, drawn)
    return x


# %% wrong="draws a whole image, then puts the known values over it" fails="unknown values follow from all values before them"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    drawn = torch.zeros_like(x).long()
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                drawn[place] = pick(model(drawn, y)[place], u[place])
    return torch.where(known, x, drawn)


# %% wrong="the mask the other way round" fails="known values stay as they are"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = x.clone().long()
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], pick(model(x, y)[place], u[place]), x[place])
    return x


# %% wrong="known values only start the image and are drawn over" fails="known values stay as they are"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                x[place] = pick(model(x, y)[place], u[place])
    return x


# %% wrong="skips a place that is known in any image" fails="unknown values follow from all values before them"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                if not known[place].any():
                    x[place] = pick(model(x, y)[place], u[place])
    return x


# %% wrong="draws for all images where any is unknown" fails="known values stay as they are"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                if not known[place].all():
                    x[place] = pick(model(x, y)[place], u[place])
    return x


# %% wrong="the first image's mask for all" fails="known values stay as they are"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                if not known[0, channel, row, column]:
                    place = (..., channel, row, column)
                    x[place] = pick(model(x, y)[place], u[place])
    return x


# %% wrong="all unknown values at once" fails="unknown values follow from all values before them"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    logits = model(torch.where(known, x, 0), y)
    drawn = pick(logits.movedim(1, -1).flatten(0, -2), u.flatten()).reshape(u.shape)
    return torch.where(known, x, drawn)


# %% wrong="draws from what stood in the image before" fails="what stood at unknown places does not matter"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    logits = model(x, y)
    drawn = pick(logits.movedim(1, -1).flatten(0, -2), u.flatten()).reshape(u.shape)
    return torch.where(known, x, drawn)


# %% wrong="the model asked once a row" fails="unknown values follow from all values before them"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for row in range(x.shape[2]):
        logits = model(x, y)
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], pick(logits[place], u[place]))
    return x


# %% wrong="columns outside, rows inside" fails="unknown values follow from all values before them"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for column in range(x.shape[3]):
        for row in range(x.shape[2]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], pick(model(x, y)[place], u[place]))
    return x


# %% wrong="known values are kept, but the model never sees them" fails="unknown values follow from all values before them"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    result, seen = x.clone().long(), torch.zeros_like(x).long()
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                drawn = pick(model(seen, y)[place], u[place])
                seen[place] = torch.where(known[place], seen[place], drawn)
                result[place] = torch.where(known[place], result[place], drawn)
    return result


# %% wrong="the likeliest level" fails="unknown values follow from all values before them"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], model(x, y)[place].argmax(1))
    return x


# %% wrong="noise of its own" fails="unknown values follow from all values before them"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                drawn = pick(model(x, y)[place], torch.rand_like(u[place]))
                x[place] = torch.where(known[place], x[place], drawn)
    return x


# %% wrong="the first unknown place is left out" fails="unknown values follow from all values before them"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    places = [(r, c) for r in range(x.shape[2]) for c in range(x.shape[3]) if not known[:, :, r, c].all()]
    for row, column in places[1:]:
        for channel in range(x.shape[1]):
            place = (..., channel, row, column)
            x[place] = torch.where(known[place], x[place], pick(model(x, y)[place], u[place]))
    return x


# %% wrong="a pixel counts as known when its red is" fails="colours are drawn one after the other"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                keep = known[:, 0, row, column]
                x[place] = torch.where(keep, x[place], pick(model(x, y)[place], u[place]))
    return x


# %% wrong="colours of a pixel drawn at once" fails="colours are drawn one after the other"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            logits = model(x, y)
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], pick(logits[place], u[place]))
    return x


# %% wrong="plane by plane: all of R, then all of G" fails="colours are drawn one after the other"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for channel in range(x.shape[1]):
        for row in range(x.shape[2]):
            for column in range(x.shape[3]):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], pick(model(x, y)[place], u[place]))
    return x


# %% wrong="the label forgotten" fails="labels reach the model"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.long(), 0)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], pick(model(x)[place], u[place]))
    return x


# %% wrong="writes into the caller's image" fails="the images handed over stay untouched"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], pick(model(x, y)[place], u[place]))
    return x


# %% wrong="wipes the unknown part of the caller's image" fails="the images handed over stay untouched"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x[~known] = 0
    result = x.clone().long()
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                result[place] = torch.where(known[place], x[place], pick(model(result, y)[place], u[place]))
    return result


# %% wrong="levels in the type of the images, uint8 as data sets have them" fails="levels are integers"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x, torch.zeros_like(x))
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], pick(model(x, y)[place], u[place]).to(x.dtype))
    return x


# %% wrong="returns the canvas of floating-point numbers" fails="levels are integers"
@torch.no_grad()
def complete(model, x, known, u, pick, y=None):
    x = torch.where(known, x.double(), 0.0)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            for channel in range(x.shape[1]):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], pick(model(x, y)[place], u[place]).double())
    return x
