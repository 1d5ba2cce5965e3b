# %% right="as in the drawing"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1}),
        "cycle": [2, 4, 6, 5],
    }


# %% right="other witnesses, other containers"
def seven_by_hand():
    return {
        "blanket": [7, 5, 4],
        "married": {frozenset({4, 6}), frozenset({3, 2})},
        "lost": (4, 6, {2, 3}),
        "cycle": (5, 6, 4, 2),
    }


# %% right="a blanket of 5 as what separates, the cycle closed"
def seven_by_hand():
    lines = {frozenset(pair) for pair in [(2, 3), (4, 6)]}
    return {"blanket": set("") | {4, 5, 7}, "married": lines, "lost": [6, 4, [5]], "cycle": [6, 5, 2, 4, 6]}


# %% right="marriages as pairs"
def seven_by_hand():
    return {"blanket": {5, 7, 4}, "married": {(2, 3), (6, 4)}, "lost": (3, 2, {1}), "cycle": [4, 2, 5, 6]}


# %% wrong="the other parent forgotten" fails="the Markov blanket of 6"
def seven_by_hand():
    return {
        "blanket": {5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1}),
        "cycle": [2, 4, 6, 5],
    }


# %% wrong="grandparents in the blanket" fails="the Markov blanket of 6"
def seven_by_hand():
    return {
        "blanket": {2, 3, 4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1}),
        "cycle": [2, 4, 6, 5],
    }


# %% wrong="one couple forgotten" fails="the lines that moralisation adds"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3))},
        "lost": (2, 3, {1}),
        "cycle": [2, 4, 6, 5],
    }


# %% wrong="children of a common parent married" fails="the lines that moralisation adds"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 5))},
        "lost": (2, 3, {1}),
        "cycle": [2, 4, 6, 5],
    }


# %% wrong="all lines listed" fails="the lines that moralisation adds"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset(edge) for edge in SEVEN} | {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1}),
        "cycle": [2, 4, 6, 5],
    }


# %% wrong="said to be a perfect map" fails="a statement that the moral graph loses"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": None,
        "cycle": [2, 4, 6, 5],
    }


# %% wrong="a statement that both make" fails="a statement that the moral graph loses"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (1, 6, {2, 3}),
        "cycle": [2, 4, 6, 5],
    }


# %% wrong="a statement that the arrows do not make" fails="a statement that the moral graph loses"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1, 5}),
        "cycle": [2, 4, 6, 5],
    }


# %% wrong="the common ancestor left unobserved" fails="a statement that the moral graph loses"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, set()),
        "cycle": [2, 4, 6, 5],
    }


# %% wrong="said to be chordal because of its triangles" fails="a cycle without a chord"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1}),
        "cycle": None,
    }


# %% wrong="a cycle with a chord" fails="a cycle without a chord"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1}),
        "cycle": [1, 2, 5, 3],
    }


# %% wrong="the outer cycle, which has a chord" fails="a cycle without a chord"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1}),
        "cycle": [2, 4, 7, 6, 5],
    }


# %% wrong="a triangle" fails="a cycle without a chord"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1}),
        "cycle": [2, 3, 5],
    }


# %% wrong="nodes of the hole in no order" fails="a cycle without a chord"
def seven_by_hand():
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1}),
        "cycle": [2, 4, 5, 6],
    }


# %% wrong="nodes as text" fails="the Markov blanket of 6"
def seven_by_hand():
    return {
        "blanket": {"4", "5", "7"},
        "married": {frozenset("23"), frozenset("46")},
        "lost": ("2", "3", {"1"}),
        "cycle": list("2465"),
    }
