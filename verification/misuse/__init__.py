"""Misuse flags: rules over past visits, their score, replay, simulation and evaluation."""
