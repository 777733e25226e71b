"""`python -m changeproof` is the command."""

from changeproof.cli.main import main

main()
