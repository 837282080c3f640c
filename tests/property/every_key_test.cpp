int unused_every_key();
