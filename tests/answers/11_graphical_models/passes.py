# %% right="collider or not"
def passes(edges, before, node, after, observed, descendants=descendants):
    collider = (before, node) in edges and (after, node) in edges
    if collider:
        return bool(({node} | descendants(edges, node)) & observed)
    return node not in observed


# %% right="kind by kind"
def passes(edges, before, node, after, observed, descendants=descendants):
    into_before, into_after = (before, node) in edges, (after, node) in edges
    if into_before and into_after:
        return node in observed or any(below in observed for below in descendants(edges, node))
    if into_before != into_after:  # a chain
        return node not in observed
    return node not in observed  # a fork


# %% right="an exclusive or"
def passes(edges, before, node, after, observed, descendants=descendants):
    collider = {(before, node), (after, node)} <= edges
    known = node in observed or (collider and not observed.isdisjoint(descendants(edges, node)))
    return known == collider


# %% right="a set that counts as true when it is not empty"
def passes(edges, before, node, after, observed, descendants=descendants):
    if (before, node) in edges and (after, node) in edges:
        return observed & ({node} | descendants(edges, node))
    return not observed & {node}


# %% right="its own search for descendants"
def passes(edges, before, node, after, observed, descendants=descendants):
    below, more = {node}, True
    while more:
        more = {b for a, b in edges if a in below} - below
        below |= more
    if (before, node) in edges and (after, node) in edges:
        return len(below & observed) > 0
    return node not in observed


# %% wrong="descendants of the collider forgotten" fails="a collider with an observed descendant passes"
def passes(edges, before, node, after, observed, descendants=descendants):
    collider = (before, node) in edges and (after, node) in edges
    return (node in observed) == collider


# %% wrong="only children of the collider" fails="a collider with an observed descendant passes"
def passes(edges, before, node, after, observed, descendants=descendants):
    if (before, node) in edges and (after, node) in edges:
        children = {end for start, end in edges if start == node}
        return bool(({node} | children) & observed)
    return node not in observed


# %% wrong="descendants only, not the collider itself" fails="an observed collider passes"
def passes(edges, before, node, after, observed, descendants=descendants):
    if (before, node) in edges and (after, node) in edges:
        return bool(descendants(edges, node) & observed)
    return node not in observed


# %% wrong="no colliders at all" fails="a collider is shut while nothing at it or below is known"
def passes(edges, before, node, after, observed, descendants=descendants):
    return node not in observed


# %% wrong="forks taken for colliders" fails="a fork passes unless its middle is observed"
def passes(edges, before, node, after, observed, descendants=descendants):
    collider = (node, before) in edges and (node, after) in edges
    if collider:
        return bool(({node} | descendants(edges, node)) & observed)
    return node not in observed


# %% wrong="chains taken for colliders" fails="a chain passes unless its middle is observed"
def passes(edges, before, node, after, observed, descendants=descendants):
    collider = (before, node) in edges or (after, node) in edges
    if collider:
        return bool(({node} | descendants(edges, node)) & observed)
    return node not in observed


# %% wrong="chains in the direction of the arrows only" fails="a chain passes unless its middle is observed"
def passes(edges, before, node, after, observed, descendants=descendants):
    if (before, node) in edges and (after, node) in edges:
        return bool(({node} | descendants(edges, node)) & observed)
    if (after, node) in edges and (node, before) in edges:
        return False
    return node not in observed


# %% wrong="all descendants must be observed" fails="a collider with an observed descendant passes"
def passes(edges, before, node, after, observed, descendants=descendants):
    if (before, node) in edges and (after, node) in edges:
        return ({node} | descendants(edges, node)) <= observed
    return node not in observed


# %% wrong="open and shut exchanged" fails="a chain passes unless its middle is observed"
def passes(edges, before, node, after, observed, descendants=descendants):
    collider = (before, node) in edges and (after, node) in edges
    if collider:
        return not ({node} | descendants(edges, node)) & observed
    return node in observed


# %% wrong="ancestors open it, too" fails="a collider is shut while nothing at it or below is known"
def passes(edges, before, node, after, observed, descendants=descendants):
    if (before, node) in edges and (after, node) in edges:
        return bool(observed - {before, after})
    return node not in observed


# %% wrong="always open" fails="a chain passes unless its middle is observed"
def passes(edges, before, node, after, observed, descendants=descendants):
    return True


# %% wrong="the descendants of a chain's middle shut it" fails="a chain passes unless its middle is observed"
def passes(edges, before, node, after, observed, descendants=descendants):
    known = bool(({node} | descendants(edges, node)) & observed)
    collider = (before, node) in edges and (after, node) in edges
    return known == collider
