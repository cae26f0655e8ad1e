"""What the drivers of HASOMED devices share: framing, requests, the slew limit, the driver."""
