"""``make bench``: how long readers and editors wait, beside others on the same machine.

In: sizes of archives and seconds. Out: printed tables, and for each bar whether it is met. The
ratios count; the numbers themselves are the machine's.

``run``        what is measured, in which order
``archives``   a database of so many stories, made once and kept
``warm``       pages from the page store, under load, beside other servers (``rivals``, ``load``)
``cold``       pages rendered from the database
``publish``    what publishing costs, and when readers see it
``suggest``    what suggestions cost and how good they are
``web``        what the links report and its picture cost
``probe``      a process with one archive, in which the last four are measured
``processes``  starts all of them, and sees that none is left
``report``     tables and bars

Whatever is compared is measured in turns, round after round: on a machine that others use too, each
then meets the same disturbances.
"""
