"""``tvaers check``: whether message files conform, rule by rule.

``items`` finds what is to be checked, ``archives`` opens zips, ``judging`` judges one item, ``running``
many of them in several processes, ``showing``, ``documents`` and ``tally`` tell of the results.
"""
