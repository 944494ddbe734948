"""Who is who: people, their bots, and the tokens of both. Knows nothing of debates."""
