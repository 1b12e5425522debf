# Import by username and UUID of the business unit, separated by a slash.
terraform import iriusrisk_user_business_unit.ada_payments ada/38400000-8cf0-11bd-b23e-10b96e4ef00d
