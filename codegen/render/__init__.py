"""From the model to the text of each file: templates, the filters that escape text, and ruff.

May import from all folders but `output` and `maintainer`. Types and names are decided in `model` and `naming`.
"""
