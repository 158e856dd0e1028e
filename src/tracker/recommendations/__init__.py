"""What was adopted, to whom it is directed, how it is linked, and the activities that implement it."""
