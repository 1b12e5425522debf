# A user created by single sign-on, whose business units are all declared here.
data "iriusrisk_business_unit" "payments" {
  name = "Payments"
}

resource "iriusrisk_user_business_units_exclusive" "ada" {
  username          = "ada"
  business_unit_ids = [data.iriusrisk_business_unit.payments.id]
}
