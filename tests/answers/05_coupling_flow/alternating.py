# %% right="a comprehension"
def alternating(make, mask, count):
    return [make(mask if i % 2 == 0 else 1 - mask) for i in range(count)]


# %% right="turning the mask over"
def alternating(make, mask, count):
    layers = []
    for _ in range(count):
        layers.append(make(mask))
        mask = 1 - mask
    return layers


# %% right="pairs"
def alternating(make, mask, count):
    layers = []
    while len(layers) < count:
        layers += [make(mask), make((mask == 0).to(mask.dtype))]
    return layers[:count]


# %% right="a formula, as a tuple"
def alternating(make, mask, count):
    return tuple(make((mask + i) % 2) for i in range(count))


# %% wrong="the same mask" fails="every value changes in two layers"
def alternating(make, mask, count):
    return [make(mask) for _ in range(count)]


# %% wrong="the opposite first" fails="the first layer has the mask itself"
def alternating(make, mask, count):
    return [make(1 - mask if i % 2 == 0 else mask) for i in range(count)]


# %% wrong="the opposite from the second on" fails="masks alternate to the end"
def alternating(make, mask, count):
    return [make(mask if i == 0 else 1 - mask) for i in range(count)]


# %% wrong="the opposite in the second half" fails="masks alternate to the end"
def alternating(make, mask, count):
    return [make(mask if i < count // 2 else 1 - mask) for i in range(count)]


# %% wrong="two layers used again and again" fails="every layer has weights of its own"
def alternating(make, mask, count):
    even, odd = make(mask), make(1 - mask)
    return [even if i % 2 == 0 else odd for i in range(count)]


# %% wrong="one layer multiplied" fails="every value changes in two layers"
def alternating(make, mask, count):
    return [make(mask)] * count


# %% wrong="a pair per count" fails="as many layers as asked for"
def alternating(make, mask, count):
    layers = []
    for _ in range(count):
        layers += [make(mask), make(1 - mask)]
    return layers


# %% wrong="half as many" fails="as many layers as asked for"
def alternating(make, mask, count):
    return [layer for _ in range(count // 2) for layer in (make(mask), make(1 - mask))]


# %% wrong="one too few" fails="as many layers as asked for"
def alternating(make, mask, count):
    return [make(mask if i % 2 == 0 else 1 - mask) for i in range(count - 1)]


# %% wrong="one too many" fails="as many layers as asked for"
def alternating(make, mask, count):
    return [make(mask if i % 2 == 0 else 1 - mask) for i in range(count + 1)]


# %% wrong="the minus for the opposite" fails="every value changes in two layers"
def alternating(make, mask, count):
    return [make(mask if i % 2 == 0 else -mask) for i in range(count)]


# %% wrong="the mask turned over by flip" fails="every value changes in two layers"
def alternating(make, mask, count):
    return [make(mask if i % 2 == 0 else mask.flip(-1)) for i in range(count)]


# %% wrong="masks, not layers" fails="as many layers as asked for"
def alternating(make, mask, count):
    return [mask if i % 2 == 0 else 1 - mask for i in range(count)][:1]


# %% wrong="a sequential module" fails="as many layers as asked for"
def alternating(make, mask, count):
    return nn.Sequential(*[make(mask if i % 2 == 0 else 1 - mask) for i in range(count)])


# %% wrong="period three" fails="masks alternate to the end"
def alternating(make, mask, count):
    return [make(mask if i % 3 == 0 else 1 - mask) for i in range(count)]


# %% right="itertools, and booleans"
def alternating(make, mask, count):
    import itertools

    keep = mask.bool()
    kinds = itertools.cycle([keep.to(mask), (~keep).to(mask)])
    return [make(b) for b in itertools.islice(kinds, count)]


# %% right="a difference, by hand with a while loop"
def alternating(make, mask, count):
    made = []
    while len(made) < count:
        made.append(make((mask - len(made) % 2).abs()))
    return made


# %% wrong="one tensor for all layers, turned over in place" fails="every value changes in two layers"
def alternating(make, mask, count):
    made = []
    for _ in range(count):
        made.append(make(mask))
        mask.neg_().add_(1)
    return made
