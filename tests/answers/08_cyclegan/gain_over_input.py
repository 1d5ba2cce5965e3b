# %% right="means first"
def gain_over_input(translated, inputs, truth, measure):
    return measure(translated, truth).mean() - measure(inputs, truth).mean()


# %% right="image by image"
def gain_over_input(translated, inputs, truth, measure):
    gains = []
    for t, x, y in zip(translated, inputs, truth):
        gains.append(measure(t[None], y[None]) - measure(x[None], y[None]))
    return torch.cat(gains).mean()


# %% right="with names"
def gain_over_input(translated, inputs, truth, measure):
    reached = measure(translated, truth)
    nothing_done = measure(inputs, truth)
    return torch.mean(reached - nothing_done)


# %% right="one call for both"
def gain_over_input(translated, inputs, truth, measure):
    made, still = measure(torch.cat([translated, inputs]), torch.cat([truth, truth])).chunk(2)
    return torch.mean(made - still)


# %% wrong="turned around" fails="the gain of the translation over the input"
def gain_over_input(translated, inputs, truth, measure):
    return (measure(inputs, truth) - measure(translated, truth)).mean()


# %% wrong="without the baseline" fails="the gain of the translation over the input"
def gain_over_input(translated, inputs, truth, measure):
    return (measure(translated, truth)).mean()


# %% wrong="compared with the input" fails="the gain of the translation over the input"
def gain_over_input(translated, inputs, truth, measure):
    return (measure(translated, inputs) - measure(inputs, truth)).mean()


# %% wrong="the baseline against the translation" fails="the gain of the translation over the input"
def gain_over_input(translated, inputs, truth, measure):
    return (measure(translated, truth) - measure(translated, inputs)).mean()


# %% wrong="a sum" fails="the gain of the translation over the input"
def gain_over_input(translated, inputs, truth, measure):
    return (measure(translated, truth) - measure(inputs, truth)).sum()


# %% wrong="a ratio" fails="the gain of the translation over the input"
def gain_over_input(translated, inputs, truth, measure):
    return (measure(translated, truth) / measure(inputs, truth)).mean()


# %% wrong="one per image" fails="the gain of the translation over the input"
def gain_over_input(translated, inputs, truth, measure):
    return measure(translated, truth) - measure(inputs, truth)


# %% wrong="a measure of its own" fails="the measure is the caller's"
def gain_over_input(translated, inputs, truth, measure):
    def own(a, b):
        return -2 * ((a - b) ** 2).flatten(1).mean(1)

    return (own(translated, truth) - own(inputs, truth)).mean()


# %% wrong="absolute gain" fails="what became worse counts as a negative gain"
def gain_over_input(translated, inputs, truth, measure):
    return (measure(translated, truth) - measure(inputs, truth)).mean().abs()


# %% wrong="measured the other way round" fails="the measure is the caller's"
def gain_over_input(translated, inputs, truth, measure):
    return (measure(truth, translated) - measure(truth, inputs)).mean()


# %% wrong="the gain over a constant" fails="the gain of the translation over the input"
def gain_over_input(translated, inputs, truth, measure):
    return (measure(translated, truth) - measure(0 * inputs, truth)).mean()
