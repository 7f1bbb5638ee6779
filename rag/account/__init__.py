"""What accounts are made of: values, claimants, days, and how they stand to each other."""
