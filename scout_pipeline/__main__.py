"""`python -m scout_pipeline` is the command `scout`."""

from scout_pipeline.cli.main import main

main()
