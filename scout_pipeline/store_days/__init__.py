"""The audit of each store's business day: its states, what is found about it, who decided what, and why it changed.

Silver marks what changed, gold restates what was closed; the rules about whole tables live in `quality/`.
"""
