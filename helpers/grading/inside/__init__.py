"""What runs inside the sandbox: it imports nothing of `helpers.grading` but itself, and holds no secret."""
