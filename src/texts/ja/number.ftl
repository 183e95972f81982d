# Counts with their nouns, and times.

number-rows = { $count } 行
