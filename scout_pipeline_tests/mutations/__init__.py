"""Mutation score: defects are planted into clean data, one at a time, and the checks are asked whether they see them.

`kinds` lists the defects, `checkers` whom to ask. `make mutation-score` plants all, `make false-alarms` walks through
clean days; `make test` does a part of both in a smaller world.
"""
