"""Page-shaped reads, named by nouns; each says how many queries it takes."""
