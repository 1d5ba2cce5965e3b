# %% right="a grid with one axis per draw"
def exact_bound(values, probabilities, m):
    grid = torch.cartesian_prod(*[torch.arange(len(values))] * m).reshape(-1, m)
    return (probabilities[grid].prod(dim=1) * values[grid].mean(dim=1).log()).sum()


# %% right="sums instead of means"
def exact_bound(values, probabilities, m):
    total = 0
    for pairs in itertools.product(list(zip(values, probabilities)), repeat=m):
        w = sum(v for v, _ in pairs) / m
        p = math.prod(float(p) for _, p in pairs)
        total = total + p * torch.log(w)
    return total


# %% right="by recursion over the sums"
def exact_bound(values, probabilities, m):
    def expectation(left, total):
        if left == 0:
            return math.log(total / m)
        return sum(p * expectation(left - 1, total + v) for v, p in zip(values.tolist(), probabilities.tolist()))

    return torch.tensor(expectation(m, 0.0))


# %% right="multisets with their counts"
def exact_bound(values, probabilities, m):
    total = torch.zeros((), dtype=values.dtype)
    for places in itertools.combinations_with_replacement(range(len(values)), m):
        ways = math.factorial(m)
        for k in set(places):
            ways //= math.factorial(places.count(k))
        places = list(places)
        total += ways * probabilities[places].prod() * values[places].mean().log()
    return total


# %% wrong="log of the expectation" fails="one draw"
def exact_bound(values, probabilities, m):
    return (values * probabilities).sum().log()


# %% wrong="the mean of logs for every m" fails="two draws"
def exact_bound(values, probabilities, m):
    return (values.log() * probabilities).sum()


# %% wrong="mean of the logs within a draw" fails="two draws"
def exact_bound(values, probabilities, m):
    total = 0
    for draw in itertools.product(range(len(values)), repeat=m):
        total = total + probabilities[list(draw)].prod() * values[list(draw)].log().mean()
    return total


# %% wrong="probabilities forgotten" fails="one draw"
def exact_bound(values, probabilities, m):
    ways = [values[list(draw)].mean().log() for draw in itertools.product(range(len(values)), repeat=m)]
    return torch.stack(ways).mean()


# %% wrong="without replacement" fails="a certain weight"
def exact_bound(values, probabilities, m):
    total = torch.zeros(())
    for draw in itertools.permutations(range(len(values)), m):
        total = total + probabilities[list(draw)].prod() * values[list(draw)].mean().log()
    return total


# %% wrong="combinations" fails="two draws"
def exact_bound(values, probabilities, m):
    total = torch.zeros(())
    for draw in itertools.combinations(range(len(values)), m):
        total = total + probabilities[list(draw)].prod() * values[list(draw)].mean().log()
    return total


# %% wrong="combinations with repetition, each once" fails="two draws"
def exact_bound(values, probabilities, m):
    total = torch.zeros(())
    for draw in itertools.combinations_with_replacement(range(len(values)), m):
        total = total + probabilities[list(draw)].prod() * values[list(draw)].mean().log()
    return total


# %% wrong="sum for mean" fails="two draws"
def exact_bound(values, probabilities, m):
    total = 0
    for draw in itertools.product(range(len(values)), repeat=m):
        total = total + probabilities[list(draw)].prod() * values[list(draw)].sum().log()
    return total


# %% wrong="no logarithm" fails="one draw"
def exact_bound(values, probabilities, m):
    total = 0
    for draw in itertools.product(range(len(values)), repeat=m):
        total = total + probabilities[list(draw)].prod() * values[list(draw)].mean()
    return total


# %% wrong="sum of probabilities" fails="two draws"
def exact_bound(values, probabilities, m):
    total = 0
    for draw in itertools.product(range(len(values)), repeat=m):
        total = total + probabilities[list(draw)].sum() * values[list(draw)].mean().log()
    return total


# %% wrong="always two draws" fails="four draws"
def exact_bound(values, probabilities, m):
    total = 0
    for draw in itertools.product(range(len(values)), repeat=min(m, 2)):
        total = total + probabilities[list(draw)].prod() * values[list(draw)].mean().log()
    return total


# %% wrong="a few random draws" fails="two draws"
def exact_bound(values, probabilities, m):
    draws = torch.multinomial(probabilities, 100 * m, replacement=True).reshape(100, m)
    return values[draws].mean(1).log().mean()


# %% wrong="weighted twice" fails="two draws"
def exact_bound(values, probabilities, m):
    total = 0
    for draw in itertools.product(range(len(values)), repeat=m):
        w = (values[list(draw)] * probabilities[list(draw)]).sum() / probabilities[list(draw)].sum()
        total = total + probabilities[list(draw)].prod() * w.log()
    return total


# %% wrong="one value per outcome" fails="one number"
def exact_bound(values, probabilities, m):
    return torch.stack(
        [
            probabilities[list(d)].prod() * values[list(d)].mean().log()
            for d in itertools.product(range(len(values)), repeat=m)
        ]
    )
