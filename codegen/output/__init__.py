"""The generated tree on disk: read, compare, replace.

May import from all folders but `maintainer`; an unchanged run needs this one, so it imports little itself.
"""
