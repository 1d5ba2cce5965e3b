# %% right="as on paper"
def factorise_seven():
    return "p(1) p(2 | 1) p(3 | 1) p(4 | 2) p(5 | 2, 3) p(6 | 5) p(7 | 4, 6)"


# %% right="from the last to the first"
def factorise_seven():
    return "P(7|6,4) P(6|5) P(5|3,2) P(4|2) P(3|1) P(2|1) P(1)"


# %% right="made from the arrows"
def factorise_seven():
    factors = []
    for node in range(1, 8):
        parents = sorted(start for start, end in SEVEN if end == node)
        bar = " | " + ", ".join(map(str, parents)) if parents else ""
        factors.append(f"p({node}{bar})")
    return " ".join(factors)


# %% wrong="one parent of 5 forgotten" fails="all parents stand behind the bar"
def factorise_seven():
    return "p(1) p(2 | 1) p(3 | 1) p(4 | 2) p(5 | 2) p(6 | 5) p(7 | 4, 6)"


# %% wrong="one parent of 7 forgotten" fails="all parents stand behind the bar"
def factorise_seven():
    return "p(1) p(2 | 1) p(3 | 1) p(4 | 2) p(5 | 2, 3) p(6 | 5) p(7 | 6)"


# %% wrong="arrows read backwards" fails="all parents stand behind the bar"
def factorise_seven():
    return "p(1 | 2, 3) p(2 | 4, 5) p(3 | 5) p(4 | 7) p(5 | 6) p(6 | 7) p(7)"


# %% wrong="a grandparent too" fails="nothing but parents stands behind the bar"
def factorise_seven():
    return "p(1) p(2 | 1) p(3 | 1) p(4 | 2) p(5 | 1, 2, 3) p(6 | 5) p(7 | 4, 6)"


# %% wrong="the chain rule without the graph" fails="nothing but parents stands behind the bar"
def factorise_seven():
    return "p(1) p(2|1) p(3|1,2) p(4|1,2,3) p(5|1,2,3,4) p(6|1,2,3,4,5) p(7|1,2,3,4,5,6)"


# %% wrong="parents swapped between 4 and 5" fails="all parents stand behind the bar"
def factorise_seven():
    return "p(1) p(2 | 1) p(3 | 1) p(5 | 2) p(4 | 2, 3) p(6 | 5) p(7 | 4, 6)"


# %% wrong="the first node left out" fails="one factor per variable"
def factorise_seven():
    return "p(2 | 1) p(3 | 1) p(4 | 2) p(5 | 2, 3) p(6 | 5) p(7 | 4, 6)"


# %% wrong="brothers in one factor" fails="one factor per variable"
def factorise_seven():
    return "p(1) p(2, 3 | 1) p(4 | 2) p(5 | 2, 3) p(6 | 5) p(7 | 4, 6)"


# %% wrong="neighbours behind the bar" fails="variables without parents have nothing behind the bar"
def factorise_seven():
    return "p(1|2,3) p(2|1,4,5) p(3|1,5) p(4|2,7) p(5|2,3,6) p(6|5,7) p(7|4,6)"


# %% wrong="the other network" fails="the factors can be read"
def factorise_seven():
    return "p(A) p(O) p(T | A, O) p(M | T) p(S | T)"
