"""An emulated myCobot 280: controller, six joints, a gripper."""
