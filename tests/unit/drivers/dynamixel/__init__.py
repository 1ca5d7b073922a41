"""Tests of the DYNAMIXEL driver."""
