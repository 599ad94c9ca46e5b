"""The operator console: the face of a station, in a process of its own.

Attaches to a station's service and shows what it says. The way of a fact: client's thread → `bridge` (the one
object at the border) → `presenter` (pure: what is shown, in which words and colours) → `widgets` and `screens`
(Qt: where and how large). Nothing is kept here that a restart could lose.
"""
