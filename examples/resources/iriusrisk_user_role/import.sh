# Import by username and UUID of the role, separated by a slash.
terraform import iriusrisk_user_role.ada_risk_manager ada/38400000-8cf0-11bd-b23e-10b96e4ef00d
