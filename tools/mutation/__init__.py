"""Plant faults in a copy of the tree and see whether its tests turn red.

`python -m tools.mutation --help` says how.
"""
