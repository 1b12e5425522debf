data "iriusrisk_role" "auditor" {
  name = "Auditor"
}

output "auditor_role_id" {
  value = data.iriusrisk_role.auditor.id
}
