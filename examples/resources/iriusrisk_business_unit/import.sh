# Import by reference id, or by UUID.
terraform import iriusrisk_business_unit.payments payments
