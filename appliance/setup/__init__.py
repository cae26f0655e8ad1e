"""`setup`: chapters that ask for what a box needs, and the form in which they ask.

A chapter is a conversation: it yields a question, gets the answer, and returns what is to be
changed. It knows no terminal; pins, board, panel and time are reached through `machine.Machine`.
"""
