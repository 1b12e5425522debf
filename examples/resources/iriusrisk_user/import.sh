# Import by username.
terraform import iriusrisk_user.ada ada
