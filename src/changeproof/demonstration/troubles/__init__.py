"""What goes wrong in the year: each module holds one family, `timetable` says when."""
