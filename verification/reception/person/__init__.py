"""One person's data, for who asks for their own: found, taken out, corrected, erased.

In the desk's room because it is the desk's visits that are corrected, and their difficulties and
portal answers that are read beside them; neither the auditors' nor the officers' room is needed.
"""
