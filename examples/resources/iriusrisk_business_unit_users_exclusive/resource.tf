# A business unit that exists in IriusRisk, and all of its members.
data "iriusrisk_business_unit" "payments" {
  name = "Payments"
}

resource "iriusrisk_business_unit_users_exclusive" "payments" {
  business_unit_id = data.iriusrisk_business_unit.payments.id
  usernames        = ["ada", "svc-pipeline"]
}
