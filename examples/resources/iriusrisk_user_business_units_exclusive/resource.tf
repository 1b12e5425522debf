# A user created by single sign-on, whose business units are all declared here.
resource "iriusrisk_user_business_units_exclusive" "ada" {
  username            = "ada"
  business_unit_names = ["Payments"]
}
