"""The receiver of a province: takes what houses hand over, answers them with flags."""
