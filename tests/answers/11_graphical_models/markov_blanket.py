# %% right="parents of children and node together"
def markov_blanket(edges, node):
    children = {end for start, end in edges if start == node}
    parents = {start for start, end in edges if end in children | {node}}
    return (children | parents) - {node}


# %% right="three sets"
def markov_blanket(edges, node):
    parents = {a for a, b in edges if b == node}
    children = {b for a, b in edges if a == node}
    partners = {a for a, b in edges for child in children if b == child and a != node}
    return parents | children | partners


# %% right="one loop, as a list"
def markov_blanket(edges, node):
    blanket = []
    for a, b in edges:
        if b == node:
            blanket.append(a)
        elif a == node:
            blanket.append(b)
        elif (node, b) in edges:
            blanket.append(a)
    return blanket


# %% right="neighbours in the moral graph"
def markov_blanket(edges, node):
    lines = {frozenset(e) for e in edges} | {frozenset((a, c)) for a, b in edges for c, d in edges if b == d and a != c}
    return {other for line in lines if node in line for other in line - {node}}


# %% wrong="other parents forgotten" fails="the children's other parents are in it"
def markov_blanket(edges, node):
    return {b for a, b in edges if a == node} | {a for a, b in edges if b == node}


# %% wrong="the node itself included" fails="the node itself is left out"
def markov_blanket(edges, node):
    children = {end for start, end in edges if start == node}
    parents = {start for start, end in edges if end in children | {node}}
    return children | parents | {node}


# %% wrong="parents forgotten" fails="parents are in it"
def markov_blanket(edges, node):
    children = {end for start, end in edges if start == node}
    return children | {start for start, end in edges if end in children} - {node}


# %% wrong="children forgotten" fails="children are in it"
def markov_blanket(edges, node):
    children = {end for start, end in edges if start == node}
    return {start for start, end in edges if end in children | {node}} - {node}


# %% wrong="brothers instead of other parents" fails="nothing else is in it"
def markov_blanket(edges, node):
    parents = {a for a, b in edges if b == node}
    children = {b for a, b in edges if a == node}
    return parents | children | {b for a, b in edges if a in parents} - {node}


# %% wrong="brothers as well" fails="nothing else is in it"
def markov_blanket(edges, node):
    parents = {a for a, b in edges if b == node}
    children = {b for a, b in edges if a == node}
    partners = {a for a, b in edges if b in children}
    return (parents | children | partners | {b for a, b in edges if a in parents}) - {node}


# %% wrong="grandparents as well" fails="nothing else is in it"
def markov_blanket(edges, node):
    children = {b for a, b in edges if a == node}
    parents = {a for a, b in edges if b in children | {node}}
    return (children | parents | {a for a, b in edges if b in parents}) - {node}


# %% wrong="descendants instead of children" fails="nothing else is in it"
def markov_blanket(edges, node):
    below = descendants_of(edges, node)
    return (below | {a for a, b in edges if b in below | {node}}) - {node}


def descendants_of(edges, node):
    found = {b for a, b in edges if a == node}
    return found.union(*(descendants_of(edges, child) for child in found))


# %% wrong="everything within two steps" fails="nothing else is in it"
def markov_blanket(edges, node):
    near = neighbours(edges, node)
    return near.union(*(neighbours(edges, other) for other in near)) - {node}


# %% wrong="the whole graph" fails="nothing else is in it"
def markov_blanket(edges, node):
    return {end for edge in edges for end in edge} - {node}


# %% wrong="arrows read backwards" fails="nothing else is in it"
def markov_blanket(edges, node):
    edges = {(b, a) for a, b in edges}
    children = {end for start, end in edges if start == node}
    parents = {start for start, end in edges if end in children | {node}}
    return (children | parents) - {node}


# %% wrong="other parents without the children" fails="children are in it"
def markov_blanket(edges, node):
    children = {b for a, b in edges if a == node}
    parents = {a for a, b in edges if b == node}
    return parents | {a for a, b in edges if b in children} - {node}
