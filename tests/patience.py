"""How long tests wait for what may take long on a busy machine; nothing waits as long where all is well."""

PATIENCE = 180  # seconds
