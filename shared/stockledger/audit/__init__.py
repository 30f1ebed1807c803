"""The auditor: proves the guarantees on a live system, with naive code of its own.

It reads tables and topics as they are, and imports no decider, no codec and no amounts: a mistake
that the product makes in those must not be repeated here.
"""
