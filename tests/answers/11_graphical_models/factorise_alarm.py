# %% right="as on paper"
def factorise_alarm():
    return "p(A) p(O) p(T | A, O) p(M | T) p(S | T)"


# %% right="another order, no spaces"
def factorise_alarm():
    return "p(S|T)p(M|T)p(T|O,A)p(O)p(A)"


# %% right="capital letters and signs of multiplication"
def factorise_alarm():
    return "P(O) * P(A) * P(T | O, A) * P(S | T) * P(M | T)"


# %% right="joined from parents"
def factorise_alarm():
    parents = {"A": [], "O": [], "T": ["A", "O"], "M": ["T"], "S": ["T"]}
    return " ".join(f"p({v} | {', '.join(of)})" if of else f"p({v})" for v, of in parents.items())


# %% wrong="one parent forgotten" fails="all parents stand behind the bar"
def factorise_alarm():
    return "p(A) p(O) p(T | A) p(M | T) p(S | T)"


# %% wrong="arrows read backwards" fails="variables without parents have nothing behind the bar"
def factorise_alarm():
    return "p(A | T) p(O | T) p(T | M, S) p(M) p(S)"


# %% wrong="all ancestors behind the bar" fails="nothing but parents stands behind the bar"
def factorise_alarm():
    return "p(A) p(O) p(T | A, O) p(M | T, A, O) p(S | T, A, O)"


# %% wrong="the chain rule without the graph" fails="nothing but parents stands behind the bar"
def factorise_alarm():
    return "p(A) p(O | A) p(T | A, O) p(M | A, O, T) p(S | A, O, T, M)"


# %% wrong="parents taken for dependent" fails="variables without parents have nothing behind the bar"
def factorise_alarm():
    return "p(A) p(O | A) p(T | A, O) p(M | T) p(S | T)"


# %% wrong="everything independent" fails="all parents stand behind the bar"
def factorise_alarm():
    return "p(A) p(O) p(T) p(M) p(S)"


# %% wrong="roots left out" fails="one factor per variable"
def factorise_alarm():
    return "p(T | A, O) p(M | T) p(S | T)"


# %% wrong="two variables in one factor" fails="one factor per variable"
def factorise_alarm():
    return "p(A) p(O) p(T | A, O) p(M, S | T)"


# %% wrong="one factor per arrow" fails="one factor per variable"
def factorise_alarm():
    return "p(T | A) p(T | O) p(M | T) p(S | T) p(A) p(O)"


# %% wrong="a chain of siblings" fails="nothing but parents stands behind the bar"
def factorise_alarm():
    return "p(A) p(O) p(T | A, O) p(M | T) p(S | T, M)"


# %% wrong="a child behind the bar" fails="nothing but parents stands behind the bar"
def factorise_alarm():
    return "p(A) p(O) p(T | A, O, M, S) p(M | T) p(S | T)"


# %% wrong="a list of factors" fails="the factors can be read"
def factorise_alarm():
    return ["p(A)", "p(O)", "p(T | A, O)", "p(M | T)", "p(S | T)"]


# %% wrong="brackets forgotten" fails="the factors can be read"
def factorise_alarm():
    return "p(A) p(O) p(T | A, O p(M | T) p(S | T)"


# %% wrong="letters of the example" fails="the factors can be read"
def factorise_alarm():
    return "p(a) p(b | a) p(c | b)"


# %% right="an equation, with the joint distribution on its left"
def factorise_alarm():
    return "p(A, O, T, M, S) = p(A) p(O) p(T|A,O) p(M|T) p(S|T)"


# %% right="as LaTeX"
def factorise_alarm():
    return r"$P(S \mid T) \cdot P(M \mid T) \times P(T \mid O, A)\,P(A)\,P(O)$"


# %% right="Pr for p"
def factorise_alarm():
    return "Pr(A) Pr(O) Pr(T | A, O) Pr(M | T) Pr(S | T)"


# %% right="small letters"
def factorise_alarm():
    return "p(a) p(o) p(t | o, a) p(m | t) p(s | t)"


# %% wrong="nothing at all" fails="the factors can be read"
def factorise_alarm():
    return "p(A, O, T, M, S) ="
