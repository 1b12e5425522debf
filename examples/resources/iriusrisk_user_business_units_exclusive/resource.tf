# Single sign-on creates this user; all of their business units are declared here.
data "iriusrisk_business_unit" "payments" {
  name = "Payments"
}

resource "iriusrisk_user_business_units_exclusive" "ada" {
  username          = "ada"
  business_unit_ids = [data.iriusrisk_business_unit.payments.id]
}
