"""The file comes again: a newer edition of the legacy file in, the difference in the store.

`films` and `people` settle what is to be (pure), `settle` asks them of all that differs, `store` writes it, `archive`
keeps the newest file, `run` is all of it.
"""
