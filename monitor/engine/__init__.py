"""What runs the stages' work: `dispatch(stage, key, lock)` is the seam, this process or a queue behind it."""
