# Import by username.
terraform import iriusrisk_user_roles_exclusive.ada ada
