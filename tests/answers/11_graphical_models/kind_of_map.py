# %% right="equal, then part"
def kind_of_map(of_graph, of_p):
    if of_graph == of_p:
        return "perfect map"
    return "I-map" if of_graph <= of_p else "no I-map"


# %% right="differences"
def kind_of_map(of_graph, of_p):
    if of_graph - of_p:
        return "no I-map"
    return "I-map" if of_p - of_graph else "perfect map"


# %% right="statement by statement"
def kind_of_map(of_graph, of_p):
    for statement in of_graph:
        if statement not in of_p:
            return "no I-map"
    return "perfect map" if len(of_graph) == len(of_p) else "I-map"


# %% wrong="inclusion the other way round" fails="a graph that says a part of what is true is an I-map"
def kind_of_map(of_graph, of_p):
    if of_graph == of_p:
        return "perfect map"
    return "I-map" if of_graph >= of_p else "no I-map"


# %% wrong="I-map asked first" fails="a graph that says exactly what is true is a perfect map"
def kind_of_map(of_graph, of_p):
    if of_graph <= of_p:
        return "I-map"
    return "perfect map" if of_graph == of_p else "no I-map"


# %% wrong="any I-map called perfect" fails="a graph that says a part of what is true is an I-map"
def kind_of_map(of_graph, of_p):
    return "perfect map" if of_graph <= of_p else "no I-map"


# %% wrong="sizes compared" fails="a graph that says something false is no I-map"
def kind_of_map(of_graph, of_p):
    if len(of_graph) == len(of_p):
        return "perfect map"
    return "I-map" if len(of_graph) < len(of_p) else "no I-map"


# %% wrong="one common statement is enough" fails="a graph that says something false is no I-map"
def kind_of_map(of_graph, of_p):
    if of_graph == of_p:
        return "perfect map"
    return "I-map" if of_graph & of_p or not of_graph else "no I-map"


# %% wrong="no difference made between part and not" fails="a graph that says something false is no I-map"
def kind_of_map(of_graph, of_p):
    return "perfect map" if of_graph == of_p else "I-map"


# %% wrong="empty graphs refused" fails="a graph that says a part of what is true is an I-map"
def kind_of_map(of_graph, of_p):
    if not of_graph:
        return "no I-map"
    if of_graph == of_p:
        return "perfect map"
    return "I-map" if of_graph <= of_p else "no I-map"


# %% wrong="empty distributions refused" fails="a graph that says exactly what is true is a perfect map"
def kind_of_map(of_graph, of_p):
    if of_graph and of_graph == of_p:
        return "perfect map"
    return "I-map" if of_graph < of_p else "no I-map"


# %% wrong="D-maps taken for I-maps" fails="a graph that says more than is true is no I-map"
def kind_of_map(of_graph, of_p):
    if of_graph == of_p:
        return "perfect map"
    return "I-map" if of_p <= of_graph or of_graph <= of_p else "no I-map"


# %% wrong="truth values" fails="a graph that says something false is no I-map"
def kind_of_map(of_graph, of_p):
    return of_graph <= of_p


# %% wrong="the words perfect and not swapped" fails="a graph that says a part of what is true is an I-map"
def kind_of_map(of_graph, of_p):
    if of_graph < of_p:
        return "perfect map"
    return "I-map" if of_graph == of_p else "no I-map"
