# %% right="simplicial nodes taken away"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    order = []
    while around:
        simplicial = [
            node for node in around if all(b in around[a] for a, b in itertools.combinations(around[node], 2))
        ]
        if not simplicial:
            return None
        order.append(simplicial[0])
        for other in around.pop(simplicial[0]):
            around[other].remove(simplicial[0])
    return order


# %% right="maximum cardinality search, turned around and verified"
def elimination_order(edges):
    nodes = {node for line in edges for node in line}
    order = []
    while len(order) < len(nodes):
        order.append(max(nodes - set(order), key=lambda n: sum(frozenset((n, o)) in edges for o in order)))
    order.reverse()
    for place, node in enumerate(order):
        later = [o for o in order[place + 1 :] if frozenset((node, o)) in edges]
        if any(frozenset(pair) not in edges for pair in itertools.combinations(later, 2)):
            return None
    return order


# %% right="recursive, on the lines that are left"
def elimination_order(edges):
    def eliminate(nodes, lines):
        if not nodes:
            return ()
        for node in nodes:
            near = {o for line in lines if node in line for o in line} - {node}
            if all(frozenset(pair) in lines for pair in itertools.combinations(near, 2)):
                rest = eliminate(nodes - {node}, {line for line in lines if node not in line})
                return None if rest is None else (node, *rest)
        return None

    return eliminate(frozenset().union(*edges), set(edges))


# %% right="in rounds, all simplicial nodes of a round in turn"
def elimination_order(edges):
    lines, left, order = set(edges), sorted({n for line in edges for n in line}, key=str), []
    moved = True
    while moved:
        moved = False
        for node in list(left):
            near = [o for o in left if frozenset((node, o)) in lines]
            if len(near) * (len(near) - 1) // 2 == sum(frozenset(p) in lines for p in itertools.combinations(near, 2)):
                left.remove(node)
                order.append(node)
                moved = True
    return order if not left else None


# %% wrong="triangles only" fails="a hole among triangles is found"
def elimination_order(edges):
    nodes = sorted({node for line in edges for node in line}, key=str)
    around = {node: {o for line in edges if node in line for o in line - {node}} for node in nodes}
    lines_outside = [line for line in edges if not set.intersection(*(around[node] for node in line))]
    if lines_outside and len(lines_outside) >= len(nodes):
        return None
    around_left, order = {n: set(o) for n, o in around.items()}, []
    while around_left:
        node = min(around_left, key=lambda n: len(around_left[n]))
        order.append(node)
        for other in around_left.pop(node):
            around_left[other].discard(node)
    return order


# %% wrong="cycles of four only" fails="longer rings have none"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    for a, b in itertools.combinations(around, 2):
        common = around[a] & around[b]
        if b not in around[a] and any(d not in around[c] for c, d in itertools.combinations(common, 2)):
            return None
    order = []
    while around:
        node = next(
            (n for n in around if all(b in around[a] for a, b in itertools.combinations(around[n], 2))),
            next(iter(around)),
        )
        order.append(node)
        for other in around.pop(node):
            around[other].remove(node)
    return order


# %% wrong="one simplicial node is enough" fails="a hole in one of several parts is found"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    simplicial = [n for n in around if all(b in around[a] for a, b in itertools.combinations(around[n], 2))]
    if not simplicial:
        return None
    order = []
    while around:
        good = [n for n in around if all(b in around[a] for a, b in itertools.combinations(around[n], 2))]
        order.append((good or list(around))[0])
        for other in around.pop(order[-1]):
            around[other].remove(order[-1])
    return order


# %% wrong="any node goes" fails="a square has none"
def elimination_order(edges):
    return list(frozenset().union(*edges))


# %% wrong="fewest neighbours first, joined or not" fails="a square has none"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    order = []
    while around:
        node = min(around, key=lambda n: len(around[n]))
        order.append(node)
        for other in around.pop(node):
            around[other].remove(node)
    return order


# %% wrong="missing lines filled in" fails="a square has none"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    order = []
    while around:
        node = min(around, key=lambda n: len(around[n]))
        order.append(node)
        near = around.pop(node)
        for other in near:
            around[other] |= near - {other}
            around[other].discard(node)
    return order


# %% wrong="the order turned around" fails="each node's later neighbours are neighbours of each other"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    order = []
    while around:
        simplicial = [n for n in around if all(b in around[a] for a, b in itertools.combinations(around[n], 2))]
        if not simplicial:
            return None
        order.append(simplicial[0])
        for other in around.pop(simplicial[0]):
            around[other].remove(simplicial[0])
    return order[::-1]


# %% wrong="nodes that go stay in their neighbours' sets" fails="trees and triangles have an order of all their nodes"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    order = []
    while len(order) < len(around):
        simplicial = [
            n for n in around if n not in order and all(b in around[a] for a, b in itertools.combinations(around[n], 2))
        ]
        if not simplicial:
            return None
        order.append(simplicial[0])
    return order


# %% wrong="only trees are taken for chordal" fails="trees and triangles have an order of all their nodes"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    order = []
    while around:
        leaves = [n for n in around if len(around[n]) <= 1]
        if not leaves:
            return None
        order.append(leaves[0])
        for other in around.pop(leaves[0]):
            around[other].remove(leaves[0])
    return order


# %% wrong="isolated ends forgotten" fails="trees and triangles have an order of all their nodes"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    order = []
    while any(around.values()):
        simplicial = [
            n for n in around if around[n] and all(b in around[a] for a, b in itertools.combinations(around[n], 2))
        ]
        if not simplicial:
            return None
        order.append(simplicial[0])
        for other in around.pop(simplicial[0]):
            around[other].remove(simplicial[0])
    return order


# %% wrong="a set of nodes" fails="trees and triangles have an order of all their nodes"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    nodes = set(around)
    while around:
        simplicial = [n for n in around if all(b in around[a] for a, b in itertools.combinations(around[n], 2))]
        if not simplicial:
            return None
        for other in around.pop(simplicial[0]):
            around[other].remove(simplicial[0])
    return nodes


# %% wrong="the given lines are taken away" fails="the lines that it is given stay as they are"
def elimination_order(edges):
    order, left = [], {node for line in edges for node in line}
    while left:
        for node in left:
            near = {o for line in edges if node in line for o in line} - {node}
            if all(frozenset(pair) in edges for pair in itertools.combinations(near, 2)):
                break
        else:
            return None
        order.append(node)
        left = left - {node}
        for line in [line for line in edges if node in line]:
            edges.remove(line)
    return order


# %% wrong="what was found so far, where it should give up" fails="a square has none"
def elimination_order(edges):
    around = {node: {o for line in edges if node in line for o in line - {node}} for line in edges for node in line}
    order = []
    while around:
        simplicial = [n for n in around if all(b in around[a] for a, b in itertools.combinations(around[n], 2))]
        if not simplicial:
            return order
        order.append(simplicial[0])
        for other in around.pop(simplicial[0]):
            around[other].remove(simplicial[0])
    return order


# %% wrong="number of lines counted" fails="a hole among triangles is found"
def elimination_order(edges):
    nodes = list({node for line in edges for node in line})
    around = {node: {o for line in edges if node in line for o in line - {node}} for node in nodes}
    triangles = any(a in around[b] for n in nodes for a, b in itertools.combinations(around[n], 2))
    if len(edges) >= len(nodes) and not triangles:
        return None
    order = []
    while around:
        good = [n for n in around if all(b in around[a] for a, b in itertools.combinations(around[n], 2))]
        order.append((good or list(around))[0])
        for other in around.pop(order[-1]):
            around[other].remove(order[-1])
    return order


# %% right="maximum cardinality search, backwards"
def elimination_order(edges):
    around = {node: {b for line in edges if node in line for b in line - {node}} for line in edges for node in line}
    known, found = dict.fromkeys(around, 0), []
    while known:
        node = max(known, key=known.get)
        del known[node]
        found.insert(0, node)
        for other in around[node] & known.keys():
            known[other] += 1
    for place, node in enumerate(found):
        if any(b not in around[a] for a, b in itertools.combinations(around[node].intersection(found[place:]), 2)):
            return None
    return found
