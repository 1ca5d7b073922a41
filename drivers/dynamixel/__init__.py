"""Driver for DYNAMIXEL X servos (Protocol 2.0): XL330, XL430 and XM430."""
