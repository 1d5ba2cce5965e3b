# %% right="children and theirs"
def descendants(edges, node):
    children = {end for start, end in edges if start == node}
    return children.union(*(descendants(edges, child) for child in children))


# %% right="a list of nodes to look at"
def descendants(edges, node):
    found, waiting = set(), [node]
    while waiting:
        here = waiting.pop()
        for start, end in edges:
            if start == here and end not in found:
                found.add(end)
                waiting.append(end)
    return found


# %% right="until nothing changes"
def descendants(edges, node):
    found, before = {b for a, b in edges if a == node}, set()
    while found != before:
        before = set(found)
        found |= {b for a, b in edges if a in before}
    return found


# %% right="a list without repetition, by levels"
def descendants(edges, node):
    children = {}
    for a, b in edges:
        children.setdefault(a, []).append(b)
    level, found = [node], []
    while level:
        level = [b for a in level for b in children.get(a, [])]
        found += [b for b in dict.fromkeys(level) if b not in found]
    return found


# %% wrong="children only" fails="children's children are found"
def descendants(edges, node):
    return {end for start, end in edges if start == node}


# %% wrong="two generations only" fails="and theirs, however far"
def descendants(edges, node):
    children = {end for start, end in edges if start == node}
    return children | {end for start, end in edges if start in children}


# %% wrong="ancestors" fails="arrows are followed forwards only"
def descendants(edges, node):
    parents = {start for start, end in edges if end == node}
    return parents.union(*(descendants(edges, parent) for parent in parents))


# %% wrong="directions ignored" fails="arrows are followed forwards only"
def descendants(edges, node):
    found, waiting = set(), [node]
    while waiting:
        here = waiting.pop()
        for edge in edges:
            if here in edge:
                waiting += [end for end in edge if end not in found]
                found |= set(edge)
    return found - {node}


# %% wrong="the node itself included" fails="the node itself is left out"
def descendants(edges, node):
    children = {end for start, end in edges if start == node}
    return {node}.union(*(descendants(edges, child) for child in children))


# %% wrong="leaves only" fails="children are found"
def descendants(edges, node):
    children = {end for start, end in edges if start == node}
    if not children:
        return {node}
    return set().union(*(descendants(edges, child) for child in children))


# %% wrong="one branch only" fails="and theirs, however far"
def descendants(edges, node):
    children = {end for start, end in edges if start == node}
    for child in children:
        return children | descendants(edges, child)
    return children


# %% wrong="children left out when theirs are added" fails="children are found"
def descendants(edges, node):
    children = {end for start, end in edges if start == node}
    if children:
        deeper = [descendants(edges, child) for child in children]
        if any(deeper):
            return set().union(*deeper)
    return children


# %% wrong="brothers included" fails="nothing else is found"
def descendants(edges, node):
    parents = {start for start, end in edges if end == node}
    children = {end for start, end in edges if start in parents | {node}} - {node}
    below = {end for start, end in edges if start == node}
    return children.union(*(descendants(edges, child) for child in below))


# %% wrong="a count" fails="runs on a small input"
def descendants(edges, node):
    return len({end for start, end in edges if start == node})


# %% wrong="the other parents of children included" fails="nothing else is found"
def descendants(edges, node):
    children = {end for start, end in edges if start == node}
    partners = {start for start, end in edges if end in children} - {node}
    return (children | partners).union(*(descendants(edges, child) for child in children))


# %% wrong="three generations only" fails="and theirs, however far"
def descendants(edges, node):
    found = {node}
    for _ in range(3):
        found |= {end for start, end in edges if start in found}
    return found - {node}


# %% wrong="as many generations as fit in a graph of six" fails="and theirs, however far"
def descendants(edges, node):
    found = {node}
    for _ in range(5):
        found |= {end for start, end in edges if start in found}
    return found - {node}
