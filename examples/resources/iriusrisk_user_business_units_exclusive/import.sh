# Import by username.
terraform import iriusrisk_user_business_units_exclusive.ada ada
