"""Results become files: the weekly review as slides, PDF, workbook and page."""
