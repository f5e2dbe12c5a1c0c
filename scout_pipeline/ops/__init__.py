"""The health of the machine: services, partitions, vacuum, snapshots, alerts.

What the data means lives in the layers (`bronze` to `serving`), and when things run in `automation`.
"""
