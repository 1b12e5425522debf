# Import by name, or by UUID.
terraform import iriusrisk_role.auditor Auditor
