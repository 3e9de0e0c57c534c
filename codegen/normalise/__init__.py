"""From the description as written to the one that the parser reads.

Every object and enumeration gets a class name of our choosing by becoming a component; references to anything but
`components/schemas` are replaced by their targets; `allOf` is merged. What is left is what the parser does well.

May import from `report`, `description`, `naming` and `checks`; knows neither the parser nor the client's types.
"""
