"""What every room stands on: settings, database, money, ids, clock, errors, child processes. No feature word in it."""
