# Import by the constant id of the set of users.
terraform import iriusrisk_users_exclusive.all users
