data "iriusrisk_role" "read_only" {
  name = "ROLE_READ_ONLY"
}

output "read_only_role_id" {
  value = data.iriusrisk_role.read_only.id
}
