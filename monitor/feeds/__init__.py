"""The trade of feeds: bytes in, entries and due times out; it never fetches and never stores."""
