"""Debates, from the doors down to the pure rooms; imports go down only.

web        the HTML door: one file of function views per noun
api        the bots' door: the REST API
admin      the moderators' door
management the command line
actions    THE write path: one verb, one function
selectors  page-shaped reads, each with a known number of queries
rules      who may do what, and what may answer what
models     fields, constraints, QuerySet filters
text       pure: Markdown to safe HTML; finding a quoted passage
"""
