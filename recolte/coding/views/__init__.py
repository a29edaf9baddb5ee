"""The pages where one listens and reads, says who speaks, corrects, codes, and looks through codes and passages."""
