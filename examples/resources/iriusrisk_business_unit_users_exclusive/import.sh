# Import by UUID of the business unit.
terraform import iriusrisk_business_unit_users_exclusive.payments 38400000-8cf0-11bd-b23e-10b96e4ef00d
