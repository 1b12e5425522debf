# By the username.
terraform import iriusrisk_user.ada ada
