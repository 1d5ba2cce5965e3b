"""For instructors: build, execute, audit, release. Students' notebooks never import this package."""
