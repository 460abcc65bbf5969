"""From articles to a draft topic: what they are about, as concepts that an editor can read and mend."""
