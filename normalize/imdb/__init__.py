"""The IMDb data sets: files of tab-separated lines in, films, people and credits in the store out.

`files` names files and columns, `preflight` refuses what is no such file, `reading` makes tables of lines.
"""
