resource "iriusrisk_business_unit" "payments" {
  name         = "Payments"
  reference_id = "payments"
  description  = "Card and account payments"
}
