"""Who is who: people, their bots, and the tokens bots and programs come with. Knows nothing of debates."""
