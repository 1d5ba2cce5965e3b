# %% right="arrow by arrow"
def moralise(edges):
    lines = {frozenset(arrow) for arrow in edges}
    for one, child in edges:
        lines |= {frozenset((one, other)) for other, end in edges if end == child and other != one}
    return lines


# %% right="all pairs of arrows"
def moralise(edges):
    married = {frozenset((a, c)) for a, b in edges for c, d in edges if b == d and a != c}
    return {frozenset(edge) for edge in edges} | married


# %% right="parents collected, pairs by itertools"
def moralise(edges):
    parents = {}
    for a, b in edges:
        parents.setdefault(b, []).append(a)
    lines = [frozenset(edge) for edge in edges]
    for of in parents.values():
        lines.extend(map(frozenset, itertools.combinations(of, 2)))
    return set(lines)


# %% right="lines of length two among all unions, as a frozenset"
def moralise(edges):
    unions = {frozenset({a, c} | ({b} & {d})) for a, b in edges for c, d in edges if b == d}
    lines = {union - {b} if len(union) == 3 else union for union in unions for _, b in edges if b in union}
    return (
        frozenset(line for line in lines if len(line) == 2)
        | {frozenset((a, c)) for a, b in edges for c, d in edges if b == d and a != c}
        & {frozenset((a, c)) for a, b in edges for c, d in edges if b == d}
        | {frozenset(e) for e in edges}
    )


# %% wrong="nobody is married" fails="two parents of a child are joined"
def moralise(edges):
    return {frozenset(arrow) for arrow in edges}


# %% wrong="directions kept" fails="lines are frozensets of two nodes"
def moralise(edges):
    return set(edges) | {(a, c) for a, b in edges for c, d in edges if b == d and a != c}


# %% wrong="children of a common parent are joined" fails="two parents of a child are joined"
def moralise(edges):
    lines = {frozenset(arrow) for arrow in edges}
    for parent, one in edges:
        lines |= {frozenset((one, other)) for start, other in edges if start == parent and other != one}
    return lines


# %% wrong="children of a common parent as well" fails="children of a common parent are not joined for that"
def moralise(edges):
    lines = {frozenset(arrow) for arrow in edges}
    for one, child in edges:
        lines |= {frozenset((one, other)) for other, end in edges if end == child and other != one}
        lines |= {frozenset((child, other)) for start, other in edges if start == one and other != child}
    return lines


# %% wrong="marriages only" fails="every arrow is kept as a line"
def moralise(edges):
    return {frozenset((a, c)) for a, b in edges for c, d in edges if b == d and a != c}


# %% wrong="loops left in" fails="lines are frozensets of two nodes"
def moralise(edges):
    return {frozenset(edge) for edge in edges} | {frozenset((a, c)) for a, b in edges for c, d in edges if b == d}


# %% wrong="neighbouring parents only" fails="each two of three or more parents are joined"
def moralise(edges):
    parents = {}
    for a, b in edges:
        parents.setdefault(b, []).append(a)
    lines = {frozenset(edge) for edge in edges}
    for of in parents.values():
        lines |= set(map(frozenset, itertools.pairwise(of)))
    return lines


# %% wrong="only parents that no arrow leads into" fails="two parents of a child are joined"
def moralise(edges):
    ends = {b for _, b in edges}
    married = {
        frozenset((a, c)) for a, b in edges for c, d in edges if b == d and a != c and a not in ends and c not in ends
    }
    return {frozenset(edge) for edge in edges} | married


# %% wrong="grandparents joined to grandchildren" fails="nothing else is joined"
def moralise(edges):
    lines = {frozenset(edge) for edge in edges}
    lines |= {frozenset((a, c)) for a, b in edges for c, d in edges if b == d and a != c}
    return lines | {frozenset((a, d)) for a, b in edges for c, d in edges if b == c}


# %% wrong="everything within two steps is joined" fails="nothing else is joined"
def moralise(edges):
    lines = {frozenset(edge) for edge in edges}
    return lines | {one ^ other for one in lines for other in lines if len(one & other) == 1}


# %% wrong="the complete graph" fails="nothing else is joined"
def moralise(edges):
    nodes = {node for edge in edges for node in edge}
    return set(map(frozenset, itertools.combinations(nodes, 2)))


# %% wrong="the given arrows changed" fails="the arrows that it is given stay as they are"
def moralise(edges):
    for a, b in list(edges):
        for c, d in list(edges):
            if b == d and a != c:
                edges.add((a, c))
    return {frozenset(edge) for edge in edges}


# %% wrong="a marriage breeds another" fails="nothing else is joined"
def moralise(edges):
    arrows = set(edges)
    while True:
        new = {tuple(sorted((a, c), key=str)) for a, b in arrows for c, d in arrows if b == d and a != c} - arrows
        new = {(a, c) for a, c in new if (c, a) not in arrows}
        if not new:
            return {frozenset(arrow) for arrow in arrows}
        arrows |= new


# %% wrong="lists" fails="lines are frozensets of two nodes"
def moralise(edges):
    lines = {tuple(sorted(edge, key=str)) for edge in edges}
    return lines | {tuple(sorted((a, c), key=str)) for a, b in edges for c, d in edges if b == d and a != c}
