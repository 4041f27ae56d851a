"""From packets to the frames that are analysed: decoding, sampling, sleeping, shedding, damage."""
