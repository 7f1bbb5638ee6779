"""What Vouch reads in English: sentences, words, names, numbers, times, places, speakers."""
