"""The auditor's page: the queue, a case with its evidence, the figures."""
