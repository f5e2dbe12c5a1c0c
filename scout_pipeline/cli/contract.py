"""`scout contract`: what a point of sale must send, as a JSON Schema for programs or as a page for people."""

import json
import sys

import click

from scout_pipeline.sources import contract_page, vocabulary


@click.command()
@click.argument("name", type=click.Choice(contract_page.NAMES), default="transaction.v1")
@click.option("--page", is_flag=True, help="All contracts as Markdown, as in docs/contract.md.")
def contract(name: str, page: bool) -> None:
    """Print the JSON Schema of a contract: transaction.v1 or reference.v1.

    \b
      scout contract transaction.v1 > transaction.json
    """
    text = contract_page.page() if page else json.dumps(vocabulary.contract(name), indent=2, ensure_ascii=False) + "\n"
    sys.stdout.write(text)
