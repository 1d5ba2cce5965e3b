"""What people read of grading: feedback for a student, a page on the class, a file for a platform."""
