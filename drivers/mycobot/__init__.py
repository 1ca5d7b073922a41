"""Elephant Robotics myCobot 280."""
