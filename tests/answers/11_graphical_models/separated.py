# %% right="a search from the first set"
def separated(edges, xs, ys, observed):
    found, waiting = set(), list(xs)
    while waiting:
        node = waiting.pop()
        found.add(node)
        waiting += [other for line in edges if node in line for other in line - found - observed]
    return not found & ys


# %% right="growing a set until it stays"
def separated(edges, xs, ys, observed):
    found, before = set(xs), None
    while found != before:
        before = set(found)
        for line in edges:
            if line & found and not line & observed:
                found |= line
    return found.isdisjoint(ys)


# %% right="observed nodes cut out first"
def separated(edges, xs, ys, observed):
    kept = [tuple(line) for line in edges if not line & observed]
    around = {}
    for a, b in kept:
        around.setdefault(a, set()).add(b)
        around.setdefault(b, set()).add(a)

    def joined(node, seen):
        seen.add(node)
        return node in ys or any(joined(n, seen) for n in around.get(node, ()) if n not in seen)

    return not any(joined(x, set()) for x in xs)


# %% right="labels that spread"
def separated(edges, xs, ys, observed):
    label = {node: k for k, node in enumerate({n for line in edges for n in line} | xs | ys)}
    for _ in label:
        for line in edges:
            if not line & observed:
                least = min(label[node] for node in line)
                for node in line:
                    label[node] = least
    return {label[x] for x in xs}.isdisjoint({label[y] for y in ys})


# %% wrong="the answer turned around" fails="a line joins"
def separated(edges, xs, ys, observed):
    found, waiting = set(), list(xs)
    while waiting:
        node = waiting.pop()
        found.add(node)
        waiting += [other for line in edges if node in line for other in line - found - observed]
    return bool(found & ys)


# %% wrong="observed nodes walked on" fails="an observed node on the only path separates"
def separated(edges, xs, ys, observed):
    found, waiting = set(), list(xs)
    while waiting:
        node = waiting.pop()
        found.add(node)
        waiting += [other for line in edges if node in line for other in line - found]
    return not found & ys


# %% wrong="neighbours only" fails="long paths join, too"
def separated(edges, xs, ys, observed):
    near = {other for line in edges if line & xs for other in line}
    return not (near - observed) & ys


# %% wrong="two steps only" fails="long paths join, too"
def separated(edges, xs, ys, observed):
    found = set(xs)
    for _ in range(2):
        found |= {other for line in edges if line & found for other in line - observed}
    return not found & ys


# %% wrong="one path is enough to be shut" fails="one way around is enough to join"
def separated(edges, xs, ys, observed):
    def paths(trail):
        if trail[-1] in ys:
            yield trail
            return
        for line in edges:
            if trail[-1] in line:
                for other in line - set(trail):
                    yield from paths([*trail, other])

    found = [trail for x in xs for trail in paths([x])]
    return not found or any(set(trail) & observed for trail in found)


# %% wrong="all pairs must be joined" fails="one joined pair of the two sets is enough"
def separated(edges, xs, ys, observed):
    found, waiting = set(), list(xs)
    while waiting:
        node = waiting.pop()
        found.add(node)
        waiting += [other for line in edges if node in line for other in line - found - observed]
    return not ys <= found


# %% wrong="only one node of the first set" fails="one joined pair of the two sets is enough"
def separated(edges, xs, ys, observed):
    found, waiting = set(), [sorted(xs, key=str)[0]]
    while waiting:
        node = waiting.pop()
        found.add(node)
        waiting += [other for line in edges if node in line for other in line - found - observed]
    return not found & ys


# %% wrong="only one node of the second set" fails="one joined pair of the two sets is enough"
def separated(edges, xs, ys, observed):
    found, waiting = set(), list(xs)
    while waiting:
        node = waiting.pop()
        found.add(node)
        waiting += [other for line in edges if node in line for other in line - found - observed]
    return sorted(ys, key=str)[0] not in found


# %% wrong="parts without a line called joined" fails="what no path joins is separated"
def separated(edges, xs, ys, observed):
    found, waiting = set(), list(xs)
    stopped = False
    while waiting:
        node = waiting.pop()
        found.add(node)
        for line in edges:
            if node in line:
                stopped = stopped or bool(line & observed)
                waiting += [other for other in line - found - observed]
    return stopped and not found & ys


# %% wrong="a node next to an observed one is stopped, too" fails="a line joins"
def separated(edges, xs, ys, observed):
    shut = observed | {other for line in edges if line & observed for other in line}
    found, waiting = set(), list(xs)
    while waiting:
        node = waiting.pop()
        found.add(node)
        waiting += [other for line in edges if node in line for other in line - found - shut]
    return not found & ys


# %% wrong="the sets that it is given are eaten up" fails="the sets that it is given stay as they are"
def separated(edges, xs, ys, observed):
    found = set()
    while xs:
        node = xs.pop()
        found.add(node)
        xs |= {other for line in edges if node in line for other in line - found - observed}
    return not found & ys


# %% wrong="nothing observed means nothing is separated" fails="what no path joins is separated"
def separated(edges, xs, ys, observed):
    if not observed:
        return False
    found, waiting = set(), list(xs)
    while waiting:
        node = waiting.pop()
        found.add(node)
        waiting += [other for line in edges if node in line for other in line - found - observed]
    return not found & ys


# %% wrong="neighbours of neither set looked at" fails="long paths join, too"
def separated(edges, xs, ys, observed):
    return not any(line & xs and line & ys for line in edges)


# %% right="parts that grow together"
def separated(edges, xs, ys, observed):
    part = {}

    def root(node):
        while part.setdefault(node, node) != node:
            node = part[node]
        return node

    for line in edges:
        if not line & observed:
            one, other = line
            part[root(one)] = root(other)
    return {root(x) for x in xs}.isdisjoint(root(y) for y in ys)
