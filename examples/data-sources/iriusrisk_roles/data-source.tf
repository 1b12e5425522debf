data "iriusrisk_roles" "all" {
  sort = ["name"]
}

locals {
  role_ids = { for role in data.iriusrisk_roles.all.roles : role.name => role.id }
}

output "read_only_role_id" {
  value = local.role_ids["ROLE_READ_ONLY"]
}
