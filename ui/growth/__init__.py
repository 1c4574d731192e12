"""The page of growth accounting: who came, who came back, who left, and what it was worth."""
