import {
  to = iriusrisk_user_business_units_exclusive.ada
  id = "ada"
}
