"""For instructors: build, execute, audit, release. Students' notebooks never import this package."""

import sys

# jsonschema, which nbformat imports, would compile a grammar of international addresses: most of a second in every
# process, for a kind of text that no notebook's schema has. Without that module it goes without the grammar.
sys.modules.setdefault("rfc3987_syntax", None)
