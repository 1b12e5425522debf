mock_provider "iriusrisk" {}

run "roles" {
  command = plan

  assert {
    condition     = iriusrisk_role.user_administrator.global_permissions == toset(["ALL_USERS_UPDATE"])
    error_message = "The role has the permissions ${join(", ", iriusrisk_role.user_administrator.global_permissions)}."
  }

  assert {
    condition     = !contains(setunion(iriusrisk_role.auditor.global_permissions, iriusrisk_role.auditor.project_permissions), "ALL_USERS_UPDATE")
    error_message = "An auditor must not change users."
  }
}
