"""What the notebooks of the workbook import: data, training, plots, widgets and checks, one concept per module."""
