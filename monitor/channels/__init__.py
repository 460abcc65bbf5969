"""How messages leave the house: one file per kind of destination, each giving back a `SendResult`."""
