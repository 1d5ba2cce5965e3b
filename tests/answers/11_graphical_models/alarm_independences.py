# %% right="a dictionary"
def alarm_independences():
    return {"a": "T", "b": "open", "c": "open", "d": "open", "e": "T"}


# %% right="from a list"
def alarm_independences():
    return dict(zip("abcde", ["T", "open", "open", "open", "T"]))


# %% right="decided by a rule"
def alarm_independences():
    answers = {}
    for letter, collider, observed in [
        ("a", True, ""),
        ("b", True, "M"),
        ("c", False, ""),
        ("d", False, "O"),
        ("e", False, "T"),
    ]:
        passes = any(v in observed for v in "TMS") if collider else "T" not in observed
        answers[letter] = "open" if passes else "T"
    return answers


# %% wrong="colliders taken for chains" fails="(a) A and O given nothing"
def alarm_independences():
    return {"a": "open", "b": "open", "c": "open", "d": "open", "e": "T"}


# %% wrong="a descendant of the collider forgotten" fails="(b) A and O given M"
def alarm_independences():
    return {"a": "T", "b": "T", "c": "open", "d": "open", "e": "T"}


# %% wrong="the observed node said to shut" fails="(b) A and O given M"
def alarm_independences():
    return {"a": "T", "b": "M", "c": "open", "d": "open", "e": "T"}


# %% wrong="a fork taken for a collider" fails="(c) S and M given nothing"
def alarm_independences():
    return {"a": "T", "b": "open", "c": "T", "d": "open", "e": "T"}


# %% wrong="a fork said to be opened by its observation" fails="(e) S and M given T"
def alarm_independences():
    return {"a": "T", "b": "open", "c": "T", "d": "T", "e": "open"}


# %% wrong="an ancestor said to shut" fails="(d) S and M given O"
def alarm_independences():
    return {"a": "T", "b": "open", "c": "open", "d": "O", "e": "T"}


# %% wrong="an ancestor said to shut the fork" fails="(d) S and M given O"
def alarm_independences():
    return {"a": "T", "b": "open", "c": "open", "d": "T", "e": "T"}


# %% wrong="all the other way round" fails="(a) A and O given nothing"
def alarm_independences():
    return {"a": "open", "b": "T", "c": "T", "d": "T", "e": "open"}


# %% wrong="true and false" fails="an answer for each of the five statements"
def alarm_independences():
    return {"a": True, "b": False, "c": False, "d": False, "e": True}


# %% wrong="one statement left out" fails="an answer for each of the five statements"
def alarm_independences():
    return {"a": "T", "b": "open", "c": "open", "e": "T"}


# %% wrong="a list" fails="an answer for each of the five statements"
def alarm_independences():
    return ["T", "open", "open", "open", "T"]


# %% wrong="everything is dependent" fails="(e) S and M given T"
def alarm_independences():
    return dict.fromkeys("abcde", "open")


# %% wrong="everything is shut" fails="(c) S and M given nothing"
def alarm_independences():
    return dict.fromkeys("abcde", "T")


# %% right="other capitals"
def alarm_independences():
    return dict(a="t", b="Open", c="Open", d="OPEN", e="T ")
