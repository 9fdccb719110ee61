"""The simulated vendors, one file each: `VENDOR`, `PATH` and `routes(world)`."""
