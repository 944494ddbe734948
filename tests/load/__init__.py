"""A load that looks like people: who they are, what they do, and what was found.

people        makes those who have accounts; needs Django
pages         what a page's form holds, and how long news take; needs neither Django nor locust
locustfile    what they do; run by locust alone, in a process of its own
once          each of them does each thing, for the tests
scenario      runs locust, and tells what it found
__main__      `make load`
"""
