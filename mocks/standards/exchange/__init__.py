"""Rules between messages: threads, receipts and their originals, copies of one message, and whole exchanges.

A message alone can be right and still be the wrong answer: for another patient, to another message, with the
thread's history rewritten. Each function takes two or more messages and gives findings like any check.
"""
