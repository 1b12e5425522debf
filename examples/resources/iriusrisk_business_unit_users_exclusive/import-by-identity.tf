import {
  to = iriusrisk_business_unit_users_exclusive.payments
  identity = {
    business_unit_id = "38400000-8cf0-11bd-b23e-10b96e4ef00d"
  }
}
