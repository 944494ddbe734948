"""Files that researchers have: each reader makes a graph, or marks, of a text."""
