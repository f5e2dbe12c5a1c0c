"""What comes in: files and the declarative mappings that say what their fields mean, and the window over what landed.

Nothing here writes data: loading lives in `bronze/`, typing in `silver/`. A new source is a YAML file in `mappings/`.
"""
