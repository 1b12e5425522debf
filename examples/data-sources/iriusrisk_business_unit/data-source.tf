data "iriusrisk_business_unit" "payments" {
  name = "Payments"
}

output "payments_business_unit_id" {
  value = data.iriusrisk_business_unit.payments.id
}
