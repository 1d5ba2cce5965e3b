# %% right="pairs and subsets"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.combinations(nodes, 2):
        for z in subsets(set(nodes) - {x, y}):
            if holds(x, y, z):
                statements.add((frozenset((x, y)), frozenset(z)))
    return statements


# %% right="one comprehension"
def independences(nodes, holds):
    return {
        (frozenset({x, y}), frozenset(z))
        for x in nodes
        for y in nodes
        if x != y
        for z in subsets(set(nodes) - {x, y})
        if holds(x, y, z)
    }


# %% right="subsets counted in binary, as a list"
def independences(nodes, holds):
    found = []
    for i, x in enumerate(nodes):
        for y in nodes[:i]:
            rest = [node for node in nodes if node not in (x, y)]
            for number in range(2 ** len(rest)):
                z = frozenset(node for k, node in enumerate(rest) if number >> k & 1)
                if holds(x, y, z):
                    found.append((frozenset([x, y]), z))
    return found


# %% wrong="the empty set forgotten" fails="statements given nothing"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.combinations(nodes, 2):
        for z in subsets(set(nodes) - {x, y})[1:]:
            if holds(x, y, z):
                statements.add((frozenset((x, y)), frozenset(z)))
    return statements


# %% wrong="given nothing only" fails="statements given some of the others"
def independences(nodes, holds):
    return {(frozenset((x, y)), frozenset()) for x, y in itertools.combinations(nodes, 2) if holds(x, y, set())}


# %% wrong="given all the others only" fails="statements given nothing"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.combinations(nodes, 2):
        z = set(nodes) - {x, y}
        if holds(x, y, z):
            statements.add((frozenset((x, y)), frozenset(z)))
    return statements


# %% wrong="given nothing or everything" fails="statements given some of the others"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.combinations(nodes, 2):
        for z in (set(), set(nodes) - {x, y}):
            if holds(x, y, z):
                statements.add((frozenset((x, y)), frozenset(z)))
    return statements


# %% wrong="sets of one node only" fails="statements given nothing"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.combinations(nodes, 2):
        for z in set(nodes) - {x, y}:
            if holds(x, y, {z}):
                statements.add((frozenset((x, y)), frozenset({z})))
    return statements


# %% wrong="the largest set left out" fails="statements given all the others"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.combinations(nodes, 2):
        for z in subsets(set(nodes) - {x, y})[:-1] or [set()]:
            if holds(x, y, z):
                statements.add((frozenset((x, y)), frozenset(z)))
    return statements


# %% wrong="those that do not hold" fails="nothing that does not hold"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.combinations(nodes, 2):
        for z in subsets(set(nodes) - {x, y}):
            if not holds(x, y, z):
                statements.add((frozenset((x, y)), frozenset(z)))
    return statements


# %% wrong="everything" fails="nothing that does not hold"
def independences(nodes, holds):
    return {
        (frozenset((x, y)), frozenset(z))
        for x, y in itertools.combinations(nodes, 2)
        for z in subsets(set(nodes) - {x, y})
    }


# %% wrong="ordered pairs" fails="each statement is a pair of frozensets"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.permutations(nodes, 2):
        for z in subsets(set(nodes) - {x, y}):
            if holds(x, y, z):
                statements.add(((x, y), frozenset(z)))
    return statements


# %% wrong="x and y among the observed" fails="runs on a small input"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.combinations(nodes, 2):
        for z in subsets(nodes):
            if holds(x, y, z):
                statements.add((frozenset((x, y)), frozenset(z)))
    return statements


# %% wrong="stops at the first set of a pair" fails="statements given some of the others"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.combinations(nodes, 2):
        for z in subsets(set(nodes) - {x, y}):
            if holds(x, y, z):
                statements.add((frozenset((x, y)), frozenset(z)))
                break
    return statements


# %% wrong="neighbouring pairs only" fails="statements given nothing"
def independences(nodes, holds):
    statements = set()
    for x, y in itertools.pairwise(nodes):
        for z in subsets(set(nodes) - {x, y}):
            if holds(x, y, z):
                statements.add((frozenset((x, y)), frozenset(z)))
    return statements


# %% wrong="a dictionary by pairs" fails="runs on a small input"
def independences(nodes, holds):
    return {
        frozenset((x, y)): {frozenset(z) for z in subsets(set(nodes) - {x, y}) if holds(x, y, z)}
        for x, y in itertools.combinations(nodes, 2)
    }
