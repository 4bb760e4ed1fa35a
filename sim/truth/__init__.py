"""What was true when somebody looked: the oracle that every overview is compared with.

It hears of each booking, case, move and changed telephone number as people know it, and of each consent, and
decides on its own what an overview should have shown at a moment and whether it should have shown anything. It
shares no code with the overviews, the registers and the consent register, or it would share their mistakes.
"""

from sim.truth.access import Access, Rules
from sim.truth.facts import Truth
from sim.truth.judgement import Deviation, Judgement, Kind, Part

__all__ = ["Access", "Deviation", "Judgement", "Kind", "Part", "Rules", "Truth"]
