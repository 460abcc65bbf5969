"""What is worth telling, to whom, when, and in which words; pure, and never how it travels."""
