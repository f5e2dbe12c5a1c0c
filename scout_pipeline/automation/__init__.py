"""Everything that says *when*: jobs and sensors. What is computed lives in the layers' modules."""
