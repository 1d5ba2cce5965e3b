# %% right="pairs on a list"
def reachable(edges, start, observed, passes=passes):
    seen = set()
    waiting = [(start, node) for node in neighbours(edges, start)]
    while waiting:
        before, node = waiting.pop()
        if (before, node) not in seen:
            seen.add((before, node))
            onward = neighbours(edges, node)
            waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return {node for _, node in seen} - observed - {start}


# %% right="breadth first, level by level"
def reachable(edges, start, observed, passes=passes):
    level = {(start, b) for b in neighbours(edges, start)}
    seen = set(level)
    while level:
        level = {(b, c) for a, b in level for c in neighbours(edges, b) if passes(edges, a, b, c, observed)} - seen
        seen |= level
    return {b for _, b in seen if b != start and b not in observed}


# %% right="every trail, one by one"
def reachable(edges, start, observed, passes=passes):
    found = set()

    def grow(trail):
        found.add(trail[-1])
        for after in neighbours(edges, trail[-1]) - set(trail):
            if passes(edges, trail[-2], trail[-1], after, observed):
                grow([*trail, after])

    for node in neighbours(edges, start):
        grow([start, node])
    return found - observed


# %% right="never straight back"
def reachable(edges, start, observed, passes=passes):
    seen, waiting = set(), [(start, node) for node in neighbours(edges, start)]
    while waiting:
        before, node = pair = waiting.pop(0)
        if pair in seen:
            continue
        seen.add(pair)
        for after in neighbours(edges, node) - {before}:
            if passes(edges, before, node, after, observed):
                waiting.append((node, after))
    return {node for _, node in seen} - {start} - set(observed)


# %% wrong="the classic Bayes ball, with a rule of its own" fails="`passes` decides, whatever its rule"
def reachable(edges, start, observed, passes=passes):
    above = set(observed)
    while True:
        more = {a for a, b in edges if b in above} - above
        if not more:
            break
        above |= more
    waiting, seen = [(start, "up")], set()
    while waiting:
        node, direction = state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        parents = [a for a, b in edges if b == node]
        children = [b for a, b in edges if a == node]
        if direction == "up" and node not in observed:
            waiting += [(p, "up") for p in parents] + [(c, "down") for c in children]
        elif direction == "down":
            if node not in observed:
                waiting += [(c, "down") for c in children]
            if node in above:
                waiting += [(p, "up") for p in parents]
    return sorted({node for node, _ in seen} - set(observed) - {start}, key=str)


# %% wrong="nodes remembered instead of pairs" fails="a node may be entered from several sides"
def reachable(edges, start, observed, passes=passes):
    seen, waiting = set(), [(start, node) for node in neighbours(edges, start)]
    while waiting:
        before, node = waiting.pop()
        if node not in seen:
            seen.add(node)
            onward = neighbours(edges, node)
            waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return seen - observed - {start}


# %% wrong="nodes remembered, breadth first" fails="a node may be entered from several sides"
def reachable(edges, start, observed, passes=passes):
    seen, waiting = set(), [(start, node) for node in neighbours(edges, start)]
    while waiting:
        before, node = waiting.pop(0)
        if node not in seen:
            seen.add(node)
            onward = neighbours(edges, node)
            waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return seen - observed - {start}


# %% wrong="observed nodes listed" fails="neither the start nor an observed node is listed"
def reachable(edges, start, observed, passes=passes):
    seen, waiting = set(), [(start, node) for node in neighbours(edges, start)]
    while waiting:
        before, node = waiting.pop()
        if (before, node) not in seen:
            seen.add((before, node))
            onward = neighbours(edges, node)
            waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return {node for _, node in seen} - {start}


# %% wrong="the start listed" fails="neither the start nor an observed node is listed"
def reachable(edges, start, observed, passes=passes):
    seen, waiting = set(), [(start, node) for node in neighbours(edges, start)]
    while waiting:
        before, node = waiting.pop()
        if (before, node) not in seen:
            seen.add((before, node))
            onward = neighbours(edges, node)
            waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return {node for _, node in seen} - observed | {start}


# %% wrong="observed neighbours left aside" fails="a collider that is a neighbour of the start can be passed"
def reachable(edges, start, observed, passes=passes):
    seen, waiting = set(), [(start, node) for node in neighbours(edges, start) - observed]
    while waiting:
        before, node = waiting.pop()
        if (before, node) not in seen:
            seen.add((before, node))
            onward = neighbours(edges, node)
            waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return {node for _, node in seen} - observed - {start}


# %% wrong="observed nodes never passed" fails="every DAG with three nodes, as networkx judges"
def reachable(edges, start, observed, passes=passes):
    found, waiting = set(), [start]
    while waiting:
        node = waiting.pop()
        if node not in found and node not in observed:
            found.add(node)
            waiting += neighbours(edges, node)
    return found - {start}


# %% wrong="the first node passed without asking" fails="an observed chain or fork is not passed"
def reachable(edges, start, observed, passes=passes):
    seen = {(start, node) for node in neighbours(edges, start)}
    waiting = [(node, after) for _, node in seen for after in neighbours(edges, node)]
    while waiting:
        before, node = waiting.pop()
        if (before, node) not in seen:
            seen.add((before, node))
            onward = neighbours(edges, node)
            waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return {node for _, node in seen} - observed - {start}


# %% wrong="arrows followed forwards only" fails="neighbours that are not observed are reached"
def reachable(edges, start, observed, passes=passes):
    seen, waiting = set(), [(start, b) for a, b in edges if a == start]
    while waiting:
        before, node = waiting.pop()
        if (before, node) not in seen:
            seen.add((before, node))
            onward = [b for a, b in edges if a == node]
            waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return {node for _, node in seen} - observed - {start}


# %% wrong="two steps only" fails="hundreds of larger random graphs, as networkx judges"
def reachable(edges, start, observed, passes=passes):
    near = neighbours(edges, start)
    far = {c for b in near for c in neighbours(edges, b) if passes(edges, start, b, c, observed)}
    return (near | far) - observed - {start}


# %% wrong="neighbours only" fails="every DAG with three nodes, as networkx judges"
def reachable(edges, start, observed, passes=passes):
    return neighbours(edges, start) - observed


# %% wrong="d-separated nodes listed instead" fails="neighbours that are not observed are reached"
def reachable(edges, start, observed, passes=passes):
    seen, waiting = set(), [(start, node) for node in neighbours(edges, start)]
    while waiting:
        before, node = waiting.pop()
        if (before, node) not in seen:
            seen.add((before, node))
            onward = neighbours(edges, node)
            waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return {node for edge in edges for node in edge} - {node for _, node in seen} - observed - {start}


# %% wrong="the junction asked about before and node exchanged" fails="runs on a small input"
def reachable(edges, start, observed, passes=passes):
    seen, waiting = set(), [(start, node) for node in neighbours(edges, start)]
    while waiting:
        before, node = waiting.pop()
        if (before, node) not in seen:
            seen.add((before, node))
            onward = neighbours(edges, node)
            waiting += [(node, after) for after in onward if passes(edges, node, before, after, observed)]
    return {node for _, node in seen} - observed - {start}


# %% wrong="colliders open only by themselves, with a rule of its own" fails="every DAG with four nodes, as networkx judges"
def reachable(edges, start, observed, passes=passes):
    def is_open(a, b, c):
        return (b in observed) == ((a, b) in edges and (c, b) in edges)

    found = set()

    def grow(trail):
        found.add(trail[-1])
        for after in neighbours(edges, trail[-1]) - set(trail):
            if is_open(trail[-2], trail[-1], after):
                grow([*trail, after])

    for node in neighbours(edges, start):
        grow([start, node])
    return found - observed


# %% wrong="stops at the first dead end" fails="every DAG with four nodes, as networkx judges"
def reachable(edges, start, observed, passes=passes):
    seen, waiting = set(), [(start, node) for node in neighbours(edges, start)]
    while waiting:
        before, node = waiting.pop()
        if (before, node) in seen:
            break
        seen.add((before, node))
        onward = neighbours(edges, node)
        waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return {node for _, node in seen} - observed - {start}


# %% wrong="everything in the same part of the graph" fails="an observed chain or fork is not passed"
def reachable(edges, start, observed, passes=passes):
    found, waiting = set(), [start]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += neighbours(edges, node)
    return found - observed - {start}


# %% wrong="networkx asked" fails="`passes` decides, whatever its rule"
def reachable(edges, start, observed, passes=passes):
    graph = networkx.DiGraph(list(edges))
    others = set(graph) - {start} - observed
    return {node for node in others if not networkx.is_d_separator(graph, {start}, {node}, observed)}


# %% right="trails that visit no node twice, one by one"
def reachable(edges, start, observed, passes=None):
    def around(node):
        return {b if a == node else a for a, b in edges if node in (a, b)}

    found = set()

    def follow(trail):
        found.add(trail[-1])
        for after in around(trail[-1]) - set(trail):
            if passes(edges, before=trail[-2], node=trail[-1], after=after, observed=observed):
                follow([*trail, after])

    for node in around(start):
        follow([start, node])
    return found - observed
