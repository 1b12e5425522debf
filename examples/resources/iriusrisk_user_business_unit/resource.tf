resource "iriusrisk_user" "ada" {
  username   = "ada"
  email      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"
}

resource "iriusrisk_user_business_unit" "ada_payments" {
  username           = iriusrisk_user.ada.username
  business_unit_name = "Payments"
}
