"""Figures: what reports claim in numbers, where those claims agree or differ; never which one is right."""
