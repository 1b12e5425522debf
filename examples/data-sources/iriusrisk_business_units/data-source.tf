data "iriusrisk_business_units" "all" {
  sort = ["name"]
}

locals {
  business_unit_ids = { for unit in data.iriusrisk_business_units.all.business_units : unit.name => unit.id }
}

output "payments_business_unit_id" {
  value = local.business_unit_ids["Payments"]
}
