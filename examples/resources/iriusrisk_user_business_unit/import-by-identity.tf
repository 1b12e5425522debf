import {
  to = iriusrisk_user_business_unit.ada_payments
  identity = {
    username         = "ada"
    business_unit_id = "38400000-8cf0-11bd-b23e-10b96e4ef00d"
  }
}
