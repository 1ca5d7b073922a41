"""Whole journeys of persons through the program, from switching on to a drink and back, and what goes wrong between."""
